"""Finding what a reference points at, inside one file. A reference that fits two resources points at neither."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from compounding.fhir.strict_json import NotReadable
from compounding.fhir.structure import Json


@dataclass(frozen=True, slots=True)
class Located:
    """A resource with its place in the file and the address it is known by."""

    resource: Json
    where: str
    full_url: str = ""
    container: Json | None = None

    @property
    def kind(self) -> str:
        return str(self.resource["resourceType"])


@dataclass(slots=True)
class Pool:
    """Every resource of one file."""

    located: list[Located] = field(default_factory=list)

    @classmethod
    def of(cls, root: Json) -> "Pool":
        """The resources of a bundle, or the single resource, each with what it contains."""
        pool = cls()
        pool._add(Located(root, root["resourceType"]))
        return pool

    def _add(self, located: Located) -> None:
        if located.kind == "Bundle":
            # A bundle in a bundle is opened too: an allergy must not hide in it.
            for number, entry in enumerate(located.resource.get("entry", ())):
                resource = entry.get("resource")
                if isinstance(resource, dict):
                    self._add(Located(resource, f"{located.where}.entry[{number}].resource", str(entry.get("fullUrl", ""))))
            return
        self.located.append(located)
        for number, inner in enumerate(located.resource.get("contained", ())):
            self.located.append(Located(inner, f"{located.where}.contained[{number}]", container=located.resource))

    def of_kind(self, kind: str) -> Iterator[Located]:
        """The resources of one type, those contained in others included."""
        return (located for located in self.located if located.kind == kind)

    def find(self, reference: str, *, asked_by: Json) -> list[Located]:
        """Every resource the reference fits: none, one, or an ambiguous several.

        Raises NotReadable for a reference into the resource itself (#id) that has no target there, which R4 forbids.
        """
        reference = reference.split("/_history/")[0]
        if reference.startswith("#"):
            inner = [located for located in self.located if located.container is asked_by and located.resource.get("id") == reference[1:]]
            if not inner:
                # Something contained may refer to its sibling, or with a bare # to what contains it.
                container = next((located.container for located in self.located if located.resource is asked_by and located.container is not None), None)
                if container is not None:
                    return [Located(container, "#")] if reference == "#" else self.find(reference, asked_by=container)
                raise NotReadable(f"the reference {reference[:60]} points at nothing that is contained")
            return inner
        outer = [located for located in self.located if located.container is None]
        exact = [located for located in outer if located.full_url and located.full_url == reference]
        if exact:
            return _different(exact)
        kind, _, identifier = reference.rpartition("/")
        if "://" in reference or reference.startswith("urn:"):
            return []
        return _different([located for located in outer if located.kind == kind and located.resource.get("id") == identifier])


def _different(found: list[Located]) -> list[Located]:
    """The resources that differ: the same one sent twice is one."""
    return [located for place, located in enumerate(found) if all(located.resource != earlier.resource for earlier in found[:place])]
