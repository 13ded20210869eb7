"""What FHIR's JSON may not hold anywhere: empty members, nulls outside primitive arrays, and values of the wrong JSON type.

fhir.resources (pydantic) reads "true" as true, "2" as 2 and 0 as a date, and drops a null. A value that it understands as something else than was sent was
not R4, so what it understood is compared with what was sent.
"""

from decimal import Decimal

from compounding.fhir.strict_json import NotReadable


def check_members(value: object, *, name: str = "the resource") -> None:
    """Nothing empty, and null only beside its extension. Raises NotReadable."""
    if isinstance(value, dict):
        for key, member in value.items():
            if member is None or member in ({}, [], ""):
                raise NotReadable(f'"{key[:40]}" is empty, which R4 does not allow')
            if isinstance(member, list) and any(each is None for each in member):
                _check_nulls(key, member, value)
            check_members(member, name=key)
    elif isinstance(value, list):
        for member in value:
            if member in ({}, [], ""):
                raise NotReadable(f'"{name[:40]}" holds something empty, which R4 does not allow')
            check_members(member, name=name)


def _check_nulls(key: str, members: list[object], holder: dict[str, object]) -> None:
    """A null keeps the place of a primitive whose extension, or whose value, stands in the list beside it."""
    beside = holder.get(key[1:] if key.startswith("_") else f"_{key}")
    if not isinstance(beside, list) or any(each is None and (place >= len(beside) or beside[place] is None) for place, each in enumerate(members)):
        raise NotReadable(f'"{key[:40]}" holds a null, which R4 does not allow')


def difference(sent: object, understood: object, *, name: str = "") -> str:
    """The name of the first member that was understood as another JSON type than was sent; "" where there is none."""
    if _kind(sent) != _kind(understood):
        return name or "the resource"
    if isinstance(sent, dict) and isinstance(understood, dict):
        for key, member in sent.items():
            if key not in understood:
                return str(key)
            found = difference(member, understood[key], name=str(key))
            if found:
                return found
    elif isinstance(sent, list) and isinstance(understood, list):
        if len(sent) != len(understood):
            return name
        for one, other in zip(sent, understood, strict=True):
            found = difference(one, other, name=name)
            if found:
                return found
    return ""


def _kind(value: object) -> str:
    for name, kinds in (("boolean", bool), ("number", int | float | Decimal), ("text", str), ("object", dict), ("list", list)):
        if isinstance(value, kinds):
            return name
    return "null"
