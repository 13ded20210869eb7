"""Whatever a file holds, `prepare` answers with a status and reasons: no bytes make it fail, and nothing that is not ready has paper."""

import copy
import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from compounding import pipeline
from compounding.pipeline import Prepared, Status
from compounding.reference import load
from compounding.result import result_of
from tests.fhir.doors import fake_print, run
from tests.fhir.orders import ZINC_ORDER, as_bytes, dispense, order, quantity, request

EXAMPLES = int(os.environ.get("LEVIGATE_EXAMPLES", "150"))
bounded = settings(max_examples=EXAMPLES, deadline=None, print_blob=True, suppress_health_check=list(HealthCheck))
ORDERS = [path.read_bytes() for path in sorted((Path(__file__).parents[2] / "examples" / "orders").glob("*.json"))]
ORDERS += [as_bytes(request()), as_bytes(order(ZINC_ORDER, kind="searchset"))]
STRANGE: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**70, 1e-300, "", " ", "\u202e", "\x00", "true", "2", "25 %", "zinc", "#", "#m1", "urn:uuid:", "Patient/", "/", "{}", "{detail}", "9999-12-31", "0001-01-01",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-13-45", [], {}, [[]], [None], [{}], {"resourceType": "Patient"}, {"resourceType": "MedicationRequest"}, {"reference": "#x"},
    {"reference": "MedicationRequest/rx"}, {"text": "sodium thiosulfate 1,5 g 25 mg/0 g 5:0 in 0"}, {"text": "thiosulfate de sodium 1,5 kg/0 g"}, {"value": 10**30, "unit": "g"}, "x" * 5000, "e\u0301" * 40,
)  # fmt: skip

NUMBER_WORDS = (*"0123456789.,%/:gl", "in", "per", "pour", "25", "%", "mg/g", "mL", "gm", "w/w", "sodium", "thiosulfate", "petrolatum", "de")


def answered(content: bytes) -> Prepared:
    """The answer to any bytes, its result and its rules checked."""
    prepared = run(content)
    json.dumps(result_of(prepared, load().formulary), ensure_ascii=False)
    assert (prepared.papers is not None) is (prepared.status is Status.READY)
    assert prepared.reasons
    return prepared


@pytest.fixture(autouse=True)
def _quick_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "set_papers", fake_print)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON tree."""
    found = [path]
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        found.extend(places(member, (*path, key)))
    return found


def mutated(content: bytes, random_source: random.Random) -> bytes:
    """The order with a few of its places deleted, swapped for something strange, moved or repeated."""
    tree = json.loads(content)
    for _ in range(random_source.randint(1, 4)):
        path = random_source.choice(places(tree)[1:] or [()])
        if not path:
            continue
        holder = tree
        for key in path[:-1]:
            holder = holder[key]
        what = random_source.choice(("delete", "strange", "swap", "wrap", "copy", "rename", "text"))
        if what == "delete":
            del holder[path[-1]]
        elif what == "strange":
            holder[path[-1]] = copy.deepcopy(random_source.choice(STRANGE))
        elif what == "wrap":
            holder[path[-1]] = [holder[path[-1]]]
        elif what == "text":
            holder[path[-1]] = str(holder[path[-1]])
        elif what == "rename" and isinstance(holder, dict):
            holder[random_source.choice(("_" + str(path[-1]), "extension", "contained", "modifierExtension", "note", "text"))] = holder.pop(path[-1])
        else:
            other = random_source.choice(places(tree))
            source = tree
            for key in other:
                source = source[key]
            holder[path[-1]] = copy.deepcopy(source)
    return as_bytes(tree)


@bounded
@given(st.sampled_from(ORDERS), st.randoms(use_true_random=False))
def test_a_changed_order_is_always_answered(content: bytes, random_source: random.Random) -> None:
    answered(mutated(content, random_source))


@bounded
@given(st.sampled_from(ORDERS), st.data())
def test_changed_bytes_are_always_answered(content: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(content)))
    length = data.draw(st.integers(0, 40))
    answered(content[:at] + data.draw(st.binary(max_size=12)) + content[at + length :])


@bounded
@given(st.sampled_from(ORDERS), st.integers(0, 10_000))
def test_a_repeated_name_is_never_overlooked(content: bytes, place: int) -> None:
    names = [at for at in range(len(content)) if content[at : at + 1] == b"{" and content[at + 1 :].lstrip()[:1] == b'"']
    at = names[place % len(names)]
    end = content.index(b'"', content.index(b'"', at) + 1)
    name = content[content.index(b'"', at) : end + 1]
    assert answered(content[: at + 1] + name + b": null," + content[at + 1 :]).status is Status.INVALID


@bounded
@given(st.binary(max_size=200))
@example(b"")
@example(b"[" * 200_000)
@example(b'{"resourceType":"Bundle","type":"collection","entry":[{"resource":{}}]}')
def test_any_bytes_are_answered(content: bytes) -> None:
    assert answered(content).status in {Status.INVALID, Status.REFUSED}


@bounded
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
        max_leaves=20,
    )
)
def test_any_json_is_answered(value: object) -> None:
    assert answered(json.dumps(value).encode()).status is Status.INVALID


@bounded
@given(st.text(max_size=80))
def test_any_medication_text_is_answered(text: str) -> None:
    prepared = answered(as_bytes(order(text or "x")) if text.isascii() or text.encode("utf-8", "ignore").decode() == text else b"{}")
    assert prepared.status is not Status.READY


@bounded
@given(st.lists(st.sampled_from(NUMBER_WORDS), max_size=14).map(" ".join))
def test_any_numbers_in_a_medication_text_are_answered(text: str) -> None:
    answered(as_bytes(order(f"sodium thiosulfate {text}")))
    answered(as_bytes(order(f"tiosulfato de sodio {text.replace(' ', '')}")))


@bounded
@given(
    st.one_of(st.integers(), st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20)),
    st.sampled_from(("g", "kg", "mg", "mL", "gr", "", "G")),
)
def test_any_amount_is_answered(value: Any, unit: str) -> None:
    raw = as_bytes(order(dispenseRequest=dispense(quantity("@", unit or None, None)))).replace(b'"@"', str(value).encode())
    answered(raw)
