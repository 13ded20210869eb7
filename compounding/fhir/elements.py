"""The small elements FHIR builds with: coded texts, quantities, references, names, dates."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from compounding.domain.order_as_sent import QuantityAsSent
from compounding.domain.patients import CodedText, Coding
from compounding.fhir.structure import Json


def text_of(element: Any, name: str) -> str:
    """A string member, or "" where there is none."""
    value = element.get(name) if isinstance(element, dict) else None
    return value if isinstance(value, str) else ""


def coded(element: Any, where: str) -> CodedText:
    """A CodeableConcept; empty where there is none."""
    if not isinstance(element, dict):
        return CodedText(where=where)
    codings = tuple(Coding(system=text_of(each, "system"), code=text_of(each, "code"), display=text_of(each, "display")) for each in element.get("coding", ()))
    return CodedText(text=text_of(element, "text"), codings=codings, where=where)


def quantity(element: Any, where: str) -> QuantityAsSent | None:
    """A Quantity with its exact number, or None."""
    if not isinstance(element, dict):
        return None
    value = element.get("value")
    exact = Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
    return QuantityAsSent(
        value=exact,
        comparator=text_of(element, "comparator"),
        unit=text_of(element, "unit"),
        system=text_of(element, "system"),
        code=text_of(element, "code"),
        where=where,
    )


def reference_of(element: Any) -> tuple[str, str]:
    """The address and the display of a Reference, each "" where there is none."""
    return text_of(element, "reference"), text_of(element, "display")


def name_of(resource: Json) -> str:
    """The name a person is addressed by: the official or usual one, else the first that has not ended; "" where none is given."""
    names = [name for name in resource.get("name", ()) if isinstance(name, dict)]
    current = [name for name in names if not text_of(name.get("period", {}), "end") and text_of(name, "use") not in {"old", "maiden", "anonymous"}]
    for use in ("official", "usual", ""):
        for name in current:
            if use in ("", text_of(name, "use")):
                parts = [*name.get("prefix", ()), *name.get("given", ()), text_of(name, "family"), *name.get("suffix", ())]
                built = " ".join(part for part in parts if isinstance(part, str) and part.strip())
                whole = built or text_of(name, "text")
                if whole.strip():
                    return whole
    return ""


def sent_day(text: str, time_zone: ZoneInfo) -> str:
    """The calendar day of a FHIR date or dateTime in the site's zone, as YYYY-MM-DD; a partial date stays as it was sent."""
    if "T" not in text:
        return text
    try:
        instant = datetime.fromisoformat(text)
        return instant.astimezone(time_zone).date().isoformat() if instant.tzinfo is not None else text
    except (ValueError, OverflowError):
        # The first and the last day of the calendar have no day before or after them in another zone.
        return text
