"""What a change changed, as the audit trail tells it: each value by name, as it was and as it is."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from compounding.domain.people import Person
from compounding.storage import documents

T = TypeVar("T")
Changed = Mapping[str, tuple[Any, Any]]


def changed(kind: type[T], old: T | None, new: T) -> Changed:
    """The fields in which two values differ, a part of a part by its path ("certificate.form"); `old` is None where there was nothing."""
    return differing(_told(kind, old) if old is not None else {}, _told(kind, new))


def changed_person(old: Person | None, new: Person) -> Changed:
    """What was changed of a person; roles are told in one order, so that none seems changed that was not."""
    return differing(_of_person(old) if old is not None else {}, _of_person(new))


def differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> Changed:
    """The names whose values differ. What is missing is None."""
    names = [*old, *(name for name in new if name not in old)]
    return {name: (old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name)}


def _told(kind: type[T], value: T) -> dict[str, Any]:
    return dict(_flat("", json.loads(documents.write(kind, value))))


def _flat(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(f"{path}.{name}" if path else name, inner)
    elif isinstance(value, list):
        yield path, json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    else:
        yield path, value


def _of_person(someone: Person) -> dict[str, Any]:
    return {
        "name": someone.name, "roles": ", ".join(sorted(someone.roles)), "licence": someone.licence,
        "licence_expires_on": someone.licence_expires_on.isoformat() if someone.licence_expires_on is not None else None, "is_active": someone.is_active,
    }  # fmt: skip
