"""The audit chain shows every deletion, swap, insertion, repetition and cut, and two chains never share a hash."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from compounding.domain import audit
from compounding.domain.audit import Chain, ChainName, Entry, Head
from compounding.domain.errors import LevigateError

NAME = ChainName("main", Chain.CHANGES)
BODIES = st.lists(st.binary(max_size=60).filter(lambda body: b"\n" not in body and b"\r" not in body), min_size=1, max_size=12)


def exported(name: ChainName, entries: tuple[Entry, ...]) -> bytes:
    head = Head(entries[-1].seq, entries[-1].hash) if entries else audit.start(name)
    return audit.export_header(name, head) + b"".join(audit.export_line(entry) for entry in entries)


def chain(bodies: list[bytes], name: ChainName = NAME) -> tuple[Entry, ...]:
    return audit.append(audit.start(name), bodies)


@given(BODIES)
def test_a_chain_as_it_was_written_holds_in_the_database_and_in_an_export(bodies: list[bytes]) -> None:
    entries = chain(bodies)
    head = Head(len(bodies), entries[-1].hash)
    assert [entry.body for entry in entries] == bodies
    assert audit.verify(NAME, entries, head=head) == ()
    for kept in (None, head, audit.start(NAME), Head(1, entries[0].hash)):
        assert audit.verify_export(exported(NAME, entries), kept=kept) == ()


@given(BODIES, BODIES)
def test_it_makes_no_difference_in_how_many_parts_a_chain_was_written(first: list[bytes], second: list[bytes]) -> None:
    begun = chain(first)
    assert begun + audit.append(Head(begun[-1].seq, begun[-1].hash), second) == chain(first + second)


def test_an_empty_chain_holds_and_its_export_is_bound_to_its_name() -> None:
    assert audit.verify_export(exported(NAME, ())) == ()
    other = exported(NAME, ()).replace(b" main ", b" other ")
    assert audit.verify_export(other)


@given(BODIES)
def test_chains_of_two_sites_or_two_purposes_never_share_a_hash(bodies: list[bytes]) -> None:
    names = [ChainName(site, purpose) for site in ("main", "main2", "other") for purpose in Chain]
    hashes = [entry.hash for name in names for entry in chain(bodies, name)] + [name.genesis for name in names]
    assert len(set(hashes)) == len(hashes)


@given(BODIES, st.sampled_from([ChainName("main2", Chain.CHANGES), ChainName("main", Chain.READS)]))
def test_a_chain_of_another_site_or_purpose_does_not_pass_for_this_one(bodies: list[bytes], other: ChainName) -> None:
    entries = chain(bodies, other)
    assert audit.verify(NAME, entries, head=Head(entries[-1].seq, entries[-1].hash))


def deleted(entries: list[Entry], draw: st.DataObject) -> list[Entry]:
    del entries[draw.draw(st.integers(0, len(entries) - 1))]
    return entries


def swapped(entries: list[Entry], draw: st.DataObject) -> list[Entry]:
    one, other = draw.draw(st.integers(0, len(entries) - 1)), draw.draw(st.integers(0, len(entries) - 1))
    assume(one != other)
    entries[one], entries[other] = entries[other], entries[one]
    return entries


def bodies_swapped(entries: list[Entry], draw: st.DataObject) -> list[Entry]:
    one, other = draw.draw(st.integers(0, len(entries) - 1)), draw.draw(st.integers(0, len(entries) - 1))
    assume(entries[one].body != entries[other].body)
    a, b = entries[one], entries[other]
    entries[one], entries[other] = Entry(a.seq, b.body, a.hash), Entry(b.seq, a.body, b.hash)
    return entries


def inserted(entries: list[Entry], draw: st.DataObject) -> list[Entry]:
    place = draw.draw(st.integers(0, len(entries)))
    before = entries[place - 1] if place else Entry(0, b"", NAME.genesis)
    entries.insert(place, Entry(place + 1, b"put in", audit.link(before.hash, place + 1, b"put in")))
    return entries


def repeated(entries: list[Entry], draw: st.DataObject) -> list[Entry]:
    place = draw.draw(st.integers(0, len(entries) - 1))
    entries.insert(draw.draw(st.integers(0, len(entries))), entries[place])
    return entries


def cut(entries: list[Entry], draw: st.DataObject) -> list[Entry]:
    return entries[: draw.draw(st.integers(0, len(entries) - 1))]


def rewritten(entries: list[Entry], draw: st.DataObject) -> list[Entry]:
    place = draw.draw(st.integers(0, len(entries) - 1))
    body = draw.draw(st.binary(max_size=20).filter(lambda body: b"\n" not in body and b"\r" not in body))
    assume(body != entries[place].body)
    entries[place] = Entry(entries[place].seq, body, entries[place].hash)
    return entries


def renumbered(entries: list[Entry], draw: st.DataObject) -> list[Entry]:
    place = draw.draw(st.integers(0, len(entries) - 1))
    number = draw.draw(st.integers(1, 10**18 - 1))
    assume(number != entries[place].seq)
    entries[place] = Entry(number, entries[place].body, entries[place].hash)
    return entries


@pytest.mark.parametrize("change", [deleted, swapped, bodies_swapped, inserted, repeated, cut, rewritten, renumbered], ids=lambda change: change.__name__)
@given(BODIES, st.data())
def test_whatever_is_done_to_the_rows_is_found(change: Callable[[list[Entry], st.DataObject], list[Entry]], bodies: list[bytes], data: st.DataObject) -> None:
    entries = chain(bodies)
    head = Head(entries[-1].seq, entries[-1].hash)
    changed = change(list(entries), data)
    assert audit.verify(NAME, changed, head=head)
    lines = audit.export_header(NAME, head) + b"".join(audit.export_line(entry) for entry in changed)
    assert audit.verify_export(lines)


@given(BODIES, st.data())
def test_an_export_that_is_cut_off_anywhere_is_found(bodies: list[bytes], data: st.DataObject) -> None:
    whole = exported(NAME, chain(bodies))
    assert audit.verify_export(whole[: data.draw(st.integers(0, len(whole) - 1))])


@given(BODIES, st.data(), st.binary(min_size=1, max_size=5))
def test_bytes_put_in_anywhere_are_found(bodies: list[bytes], data: st.DataObject, more: bytes) -> None:
    whole = exported(NAME, chain(bodies))
    place = data.draw(st.integers(0, len(whole)))
    changed = whole[:place] + more + whole[place:]
    assume(changed != whole)
    assert audit.verify_export(changed)


@given(BODIES, BODIES)
def test_a_chain_that_was_rewritten_whole_is_found_by_a_head_kept_elsewhere(bodies: list[bytes], others: list[bytes]) -> None:
    assume(bodies != others[: len(bodies)])
    kept = Head(len(bodies), chain(bodies)[-1].hash)
    forged = exported(NAME, chain(others))
    assert audit.verify_export(forged) == ()
    assert audit.verify_export(forged, kept=kept)


@given(BODIES, BODIES)
def test_a_kept_head_stays_true_while_the_chain_grows(bodies: list[bytes], more: list[bytes]) -> None:
    kept = Head(len(bodies), chain(bodies)[-1].hash)
    assert audit.verify_export(exported(NAME, chain(bodies + more)), kept=kept) == ()
    assert audit.verify_export(exported(NAME, chain(bodies)), kept=Head(len(bodies) + len(more), chain(bodies + more)[-1].hash))
    assert audit.read_head(f" {kept}\n") == kept


def test_one_changed_row_is_one_or_two_faults_and_not_all_that_follow() -> None:
    entries = list(chain([b"%d" % number for number in range(100)]))
    entries[40] = Entry(41, b"changed", entries[40].hash)
    assert [fault.seq for fault in audit.verify(NAME, entries, head=Head(100, entries[-1].hash))] == [41]


@pytest.mark.parametrize("break_", [b"\n", b"\r"])
def test_an_entry_is_one_line(break_: bytes) -> None:
    with pytest.raises(ValueError, match="one line"):
        audit.link(NAME.genesis, 1, b"a" + break_ + b"b")


@pytest.mark.parametrize("text", ["", "12", "12:", f"01:{'a' * 64}", f"-1:{'a' * 64}", f"1:{'A' * 64}", f"1:{'a' * 63}", f"1:{'a' * 65}", f"1:{'a' * 63}é", f"{'1' * 19}:{'a' * 64}"])  # fmt: skip
def test_a_head_that_was_noted_wrongly_is_refused(text: str) -> None:
    with pytest.raises(LevigateError) as refusal:
        audit.read_head(text)
    assert refusal.value.code == "AUDIT_HEAD_UNREADABLE"


@pytest.mark.parametrize(
    "line",
    [b"", b"levigate-audit-1", b"levigate-audit-2 main changes 0 " + b"a" * 64, b"levigate-audit-1 main other 0 " + b"a" * 64, b"levigate-audit-1 main changes 00 " + b"a" * 64,
     b"levigate-audit-1 main changes 0 " + b"A" * 64, b"levigate-audit-1  changes 0 " + b"a" * 64, b"levigate-audit-1 m\xe9 changes 0 " + b"a" * 64],
)  # fmt: skip
def test_a_first_line_that_is_no_head_is_refused(line: bytes) -> None:
    assert audit.read_header(line) is None
    assert audit.verify_export(line + b"\n")
