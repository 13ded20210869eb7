"""Reads the parsed evidence.toml into `Evidence`, naming the claim and the field of whatever is wrong with it."""

from collections.abc import Mapping

from compounding.domain.evidence import Claim, ClaimStatus, Evidence, EvidenceError, Scope, Topic

_FIELDS = frozenset({"id", "topic", "statement", "figures", "scope", "citation", "tension", "status"})


def load_evidence(data: Mapping[str, object]) -> Evidence:
    """The evidence in parsed TOML: a `version` and one `[[claim]]` table for each claim. Anything else is an EvidenceError, a kind of ValueError."""
    if surplus := data.keys() - {"version", "claim"}:
        raise EvidenceError(f"evidence: unknown {', '.join(sorted(surplus))}")
    version, tables = data.get("version"), data.get("claim")
    if not isinstance(version, str):
        raise EvidenceError("evidence: version is missing or not text")
    if not isinstance(tables, list):
        raise EvidenceError("evidence: there is no list of [[claim]] tables")
    return Evidence(version=version, claims=tuple(_claim(table, position) for position, table in enumerate(tables, start=1)))


def _claim(table: object, position: int) -> Claim:
    if not isinstance(table, Mapping):
        raise EvidenceError(f"evidence: claim number {position} is not a table")
    where = f"evidence: claim {table.get('id') or f'number {position}'}"
    if missing := _FIELDS - table.keys():
        raise EvidenceError(f"{where} lacks {', '.join(sorted(missing))}")
    if surplus := table.keys() - _FIELDS:
        raise EvidenceError(f"{where} has unknown {', '.join(sorted(surplus))}")
    for name in sorted(_FIELDS - {"figures"}):
        if not isinstance(table[name], str):
            raise EvidenceError(f"{where}: {name} is not text")
    figures = table["figures"]
    if not isinstance(figures, list) or not all(isinstance(figure, str) for figure in figures):
        raise EvidenceError(f"{where}: figures is not a list of texts")
    try:
        return Claim(
            id=table["id"],
            topic=Topic(table["topic"]),
            statement=table["statement"],
            figures=tuple(figures),
            scope=Scope(table["scope"]),
            citation=table["citation"],
            tension=table["tension"],
            status=ClaimStatus(table["status"]),
        )
    except ValueError as error:
        raise EvidenceError(f"{where}: {error}") from error
