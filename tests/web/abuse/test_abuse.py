"""Hostile input of every kind, sent to every place that takes it: each place shows the reaction that is expected, and no answer ever gives anything away."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from flask import Flask

from tests.web.abuse import addresses, entering, figures, texts, wire
from tests.web.abuse.cases import CORPUS, ON_THE_WIRE, ORIGINAL, OWN, Case, Outcome, fits, known, read
from tests.web.abuse.watching import Watch
from tests.web.abuse.world import World, make_world
from tests.web.staffed import Template, add_more

Probe = Callable[[World, Case], Iterator[Outcome]]
PROBES: dict[str, Probe] = {
    "patient_name": texts.patient_name, "free_text": texts.free_text, "free_text_on_label": texts.free_text_on_label, "search_query": addresses.search_query,
    "sort_param": addresses.sort_param, "quantity_g": figures.figure, "strength_percent": figures.figure, "date": figures.figure,
    "path_id": addresses.path_id, "authorisation": entering.authorisation, "idempotency_key": entering.idempotency_key,
    "redirect_next": addresses.redirect_next, "http_method": wire.http_method, "host_header": wire.host_header, "json_body": wire.json_body,
    "download_filename": addresses.download_filename, "file_upload": wire.file_upload, "header": wire.forged_header, "cookie": wire.cookie, "csrf": wire.csrf,
    "form_bytes": wire.form_bytes, "login": entering.login, "new_password": entering.new_password,
}  # fmt: skip
"""What to do with a case of each kind; a kind without an entry fails the tests."""


@dataclass(slots=True)
class Told:
    """What came of a run."""

    cases: int = 0
    right: int = 0
    places: int = 0
    reactions: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def see(self, case: Case, outcomes: list[Outcome], faults: list[str], seconds: float) -> None:
        """Judge a case by all its places."""
        wrong = [f"{each.place}: {each.reaction.value} ({each.status}) {each.note}" for each in outcomes if not fits(case.expected, each)] + faults
        wrong += [] if outcomes else ["no place was tried"]
        self.cases, self.right, self.places = self.cases + 1, self.right + (not wrong), self.places + len(outcomes)
        self.reactions.update(f"{case.expected}: {each.reaction.value}" for each in outcomes)
        if wrong:
            shown = ascii(case.value)[:60]
            self.wrong.append("\n    ".join([f"{case.id} {case.kind} {shown} expected {case.expected}, {seconds:.1f} s", *wrong[:12]]))

    def table(self) -> str:
        """The summary for a reader."""
        lines = [f"{self.right} of {self.cases} cases, {self.places} places", *(f"  {count:5} {name}" for name, count in sorted(self.reactions.items()))]
        return "\n".join([*lines, *self.wrong])


@pytest.fixture(scope="module")
def world(staffed_template: Template, tmp_path_factory: pytest.TempPathFactory, make_app: Callable[..., Flask]) -> Iterator[World]:
    """One pharmacy for all cases."""
    from tests.web.conftest import typed

    opened, second = (staffed_template.open(tmp_path_factory.mktemp(name)) for name in ("abuse", "second"))
    add_more(opened)
    yield make_world(opened, second, make_app(PROPAGATE_EXCEPTIONS=False), typed.__wrapped__())  # type: ignore[attr-defined]
    opened.records.database.close()
    second.records.database.close()


def run(world: World, cases: tuple[Case, ...]) -> Told:
    """Send every case to every place."""
    told = Told()
    for case in cases:
        began, world.watch.faults = time.monotonic(), []
        outcomes = list(PROBES[case.kind](world, case))
        told.see(case, outcomes, world.watch.faults, time.monotonic() - began)
    return told


def test_every_kind_and_every_class_is_one_that_the_runner_knows() -> None:
    cases = read(CORPUS) + read(OWN)
    assert {case.kind for case in cases} <= {*PROBES, *ON_THE_WIRE}
    assert [case.expected for case in cases if not known(case.expected)] == []
    assert len({case.id for case in cases}) == len(cases)
    assert len(read(OWN)) >= 150


@pytest.mark.skipif(not ORIGINAL.exists(), reason="the corpus that the copy is made from lies beside a working copy only")
def test_the_copied_corpus_is_the_corpus() -> None:
    assert CORPUS.read_bytes() == ORIGINAL.read_bytes()


@pytest.mark.parametrize("kind", list(PROBES))
def test_every_case_shows_the_expected_reaction_at_every_place(world: World, kind: str) -> None:
    cases = tuple(case for case in read(CORPUS) + read(OWN) if case.kind == kind)
    told = run(world, cases)
    assert told.right == told.cases > 0, told.table()


def test_what_is_watched_for_is_noticed() -> None:
    watch = Watch(typed="<b>mine</b>", place="here")
    page = b"<html><b>mine</b> Traceback (most recent call last) <script>1</script>"
    watch.see(500, {"Content-Type": "text/html"}, page, 6, "GET /")
    told = "\n".join(watch.faults)
    for words in ("status 500", "took 6.0 s", "Content-Security-Policy", "unescaped", "Traceback", "a script within"):
        assert words in told
