"""FHIR R4 in: from the bytes of a file to an `OrderAsSent`, with structure, codes and references checked on the way.

The order of the checks is the order of the answers: unreadable JSON, not R4, nothing to act on, then what the order says.
"""

from compounding.fhir.reading import FhirReading, read_order

__all__ = ["FhirReading", "read_order"]
