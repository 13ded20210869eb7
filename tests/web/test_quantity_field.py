"""Every field of an amount, a strength or a day, against hostile input: the expected reaction, never another value, and what was typed stays."""

import html
import json
import re
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from compounding.web.calculators_dosing import DosingForm
from compounding.web.calculators_table import CALCULATORS
from compounding.web.fields import QuantityField
from compounding.web.prepare_form import OrderForm

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "cases" / "abuse_fields.json").read_text(encoding="utf-8"))
ORDER_FIELDS = {"quantity_g": "amount", "strength_percent": "percent", "date": "born_on"}
CALCULATOR_FIELDS = {
    "quantity_g": ("/calculators/days-supply", {"g_per_day": "2.4"}, "dispensed_g"),
    "strength_percent": ("/calculators/hydrate-strength", {"from_form": "pentahydrate", "to_form": "anhydrous"}, "percent"),
}
# What a case may be read as, where it need not be refused.
ACCEPTED = {"accept_as_25_or_reject": "25", "accept_25_or_reject": "25", "accept_as_0.5_or_reject": "0.5", "accept_as_5_or_reject": "5"}
OWN = {
    "quantity_g": ["0.0", "-0.5", "+60", "6e1", "1e-3", "0o17", "60,5", "1,000", "1 000", "1.000.000", "\u0666\u0660", "6\u200b0", "60\u00a0mg", "60 oz", "60gr", "60 Gm", "60 g 60 g", "null", "{}", "60;DROP", "060", "00", "60.", "\u2460", "60\x00", "½", "60 g/day", "2*30", "Infinity", "-inf", "1_000", "60\u202fmL", "9" * 10_000],
    "strength_percent": ["0", "0 %", "101", "25 % w/v", "25 % v/v", "250 mg/g", "1:4", "1 in 4", "25.", "25,5 %", "nan", "-25", "\uff12\uff15 %", "25\u2030", "25 mg%", "25 g in 75 g"],
    "date": ["2026-02-30", "2026-13-01", "26-11-22", "22.11.2026", "11/22/2026", "1899-01-01", "2026-11-23", "0000-00-00", "2026-1-1", "now", "2026-11-22Z"],
}  # fmt: skip
ALL = [(case["field_kind"], case["value"], case["expected"]) for case in CASES]
ALL += [(kind, value, "reject_field_error") for kind, values in OWN.items() for value in values]

Send = Callable[..., TestResponse]


def _shown(page: str, field: str) -> str:
    found = re.search(rf'id="{field}" name="{field}"[^>]*? value="([^"]*)"', page)
    assert found, field
    return html.unescape(found[1])


def _refused(page: str, field: str) -> bool:
    return f'<a href="#{field}">' in page


@pytest.mark.parametrize(("kind", "value", "expected"), ALL)
def test_an_order_takes_a_hostile_value_as_it_must_and_shows_it_unchanged(send: Send, typed: dict[str, str], kind: str, value: str, expected: str) -> None:
    field = ORDER_FIELDS[kind]
    started = time.perf_counter()
    page = send("/prepare", typed | {field: value})
    assert time.perf_counter() - started < 2
    assert page.status_code in {200, 422}
    if page.status_code == 422:
        assert _refused(page.text, field)
        # A form's text cannot hold a NUL or a line end as it is; everything else stays.
        assert _shown(page.text, field) == value
    else:
        assert expected in ACCEPTED


@pytest.mark.parametrize(("kind", "value", "expected"), [case for case in ALL if case[0] in ORDER_FIELDS])
def test_a_value_that_is_taken_is_the_value_that_was_typed(app: Flask, typed: dict[str, str], kind: str, value: str, expected: str) -> None:
    with app.test_request_context("/prepare", method="POST", data=typed | {ORDER_FIELDS[kind]: value}):
        form = OrderForm()
        field = form[ORDER_FIELDS[kind]]
        taken = field.data if not field.process_errors else None
    assert taken is None if expected not in ACCEPTED else taken in {None, Decimal(ACCEPTED[expected])}


@pytest.mark.parametrize(("kind", "value", "expected"), [case for case in ALL if case[0] in CALCULATOR_FIELDS])
def test_a_calculator_refuses_it_in_the_same_way(client: FlaskClient, kind: str, value: str, expected: str) -> None:
    path, others, field = CALCULATOR_FIELDS[kind]
    page = client.get(path, query_string={**others, field: value})
    assert page.status_code in ({200, 422} if expected in ACCEPTED else {422})
    assert _refused(page.text, field) is (page.status_code == 422)
    assert _shown(page.text, field) == value
    assert ('id="result"' in page.text) is (page.status_code == 200)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/calculators/days-supply?dispensed_g=60&dispensed_g=6&g_per_day=2", "dispensed_g"),
        ("/calculators/potency?required_g=1&assay_percent=99&assay_basis=as_is&assay_basis=dried&lod_percent=0", "assay_basis"),
        ("/calculators/units?value=1&from_unit=g&from_unit=mg&to_unit=kg", "from_unit"),
        ("/calculators/beyond-use-date?compounded=2026-11-22&limit_days=30&day_count=elapsed&ingredient_expiries=&ingredient_expiries=01/2026", "ingredient_expiries"),
        ("/calculators/dosing?stated_grams=1&applications_per_day=1&days=7&sizes=30&sizes=60", "sizes"),
    ],
)  # fmt: skip
def test_two_values_of_one_field_are_refused_and_neither_is_taken(client: FlaskClient, path: str, field: str) -> None:
    page = client.get(path)
    assert page.status_code == 422
    assert _refused(page.text, field)
    assert "it is given more than once" in page.text


def test_every_field_of_a_calculator_is_one_of_the_strict_kinds() -> None:
    for form in (DosingForm, *(calculator.form for calculator in CALCULATORS.values())):
        kinds = {field.type for field in form()}
        assert "QuantityField" in kinds
        assert kinds <= {"QuantityField", "QuantitiesField", "AnswerField", "ChoiceField", "DayField", "LinesField"}


def test_the_unit_beside_a_field_is_the_unit_it_reads(app: Flask) -> None:
    with app.test_request_context("/"):
        form = OrderForm(formdata=None)
        symbols = {field.name: field.symbol for field in form if isinstance(field, QuantityField)}
    assert symbols == {"percent": "% w/w", "amount": "g", "repeats": "", "supply_days": "days"}
