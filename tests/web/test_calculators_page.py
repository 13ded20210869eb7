"""The calculators' pages and the dosing help: the same figures as the pure functions give, with their derivation; never silent, never a fault."""

import html
import re
from decimal import Decimal
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from compounding.domain.calculators import calculate
from compounding.reference.constants import constants_of
from compounding.web.calculators_dosing import EXAMPLE as DOSING
from compounding.web.calculators_shown import grouped, with_unit
from compounding.web.calculators_table import CALCULATORS
from compounding.web.pharmacy import Pharmacy

WEB = Path(__file__).parents[2] / "compounding" / "web"
PATHS = ["/calculators", "/calculators/dosing", *(f"/calculators/{name}" for name in CALCULATORS)]
EXPECTED = {
    "hydrate-mass": "9.55616890966234 g",
    "hydrate-strength": "15.9269481827706 %",
    "potency": "10.4125992450866 g",
    "certificate": "15.0149406855314 g",
    "alligation": "24 g",
    "aliquot": "250 mg",
    "units": "56.69904625 g",
    "fingertip-units": "16.8 g",
    "days-supply": "25 days",
    "beyond-use-date": "2026-12-21",
}


def _text(page: str) -> str:
    main = page[page.index("<main") : page.index("</main>")]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))).replace("\u00a0", " ")


def _summary(page: str) -> list[tuple[str, str]]:
    found = re.search(r'govuk-error-summary__list">(.*?)</ul>', page, re.DOTALL)
    return (
        [(target, html.unescape(" ".join(words.split()))) for target, words in re.findall(r'<a href="#([^"]+)">(.*?)</a>', found[1], re.DOTALL)]
        if found
        else []
    )


def _ask(client: FlaskClient, name: str, **changes: str) -> tuple[int, str]:
    answer = client.get(f"/calculators/{name}", query_string=({**CALCULATORS[name].example} if name in CALCULATORS else {**DOSING}) | changes)
    return answer.status_code, answer.text


@pytest.mark.parametrize("name", CALCULATORS)
def test_the_example_of_each_calculator_gives_its_figure_with_derivation_and_source(client: FlaskClient, name: str) -> None:
    status, page = _ask(client, name)
    assert status == 200
    text = _text(page)
    assert EXPECTED[name] in text
    for words in ("Result", "Worked out from", "How it came about", "Formula", "With the numbers", "Source"):
        assert words in text
    rows = re.findall(r'<tr role="row">\s*<th role="rowheader".*?</tr>', page, re.DOTALL)
    assert rows
    for row in rows:
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        assert len(cells) == 5
        assert all(cell.strip() for cell in cells)


@pytest.mark.parametrize("name", CALCULATORS)
def test_the_page_shows_what_the_same_pure_function_answers(client: FlaskClient, house: Pharmacy, name: str) -> None:
    calculator = CALCULATORS[name]
    assert set(calculator.example) <= {field.name for field in calculator.form()}
    with client.application.test_request_context("/"):
        form = calculator.form(MultiDict(calculator.example))
        assert form.validate(), form.errors
        answer = calculate(calculator.operation, form.inputs(), constants_of(house.data.formulary, house.data.vocabulary))
    text = _text(_ask(client, name)[1])
    for figure in answer.result.values():
        assert with_unit(figure.value, figure.unit).replace("\u00a0", " ") in text
    for step in answer.derivation:
        assert grouped(step.substitution) in text
        assert " ".join(step.source.split()) in text


@pytest.mark.parametrize("path", PATHS[1:])
def test_an_empty_calculator_asks_for_nothing_beforehand_and_offers_an_example(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert 'id="result"' not in page
    assert "govuk-error-summary" not in page
    assert " required" not in page
    example = re.search(r'href="(/calculators/[^"]+\?[^"]+)">Show an example', page)
    assert example
    assert client.get(html.unescape(example[1])).status_code == 200


@pytest.mark.parametrize("name", CALCULATORS)
def test_a_field_left_empty_is_asked_for_and_nothing_is_worked_out(client: FlaskClient, name: str) -> None:
    optional = CALCULATORS[name].form.optional
    for field in CALCULATORS[name].example:
        status, page = _ask(client, name, **{field: ""})
        assert (status == 200) is (field in optional)
        assert [target for target, _ in _summary(page)] == ([] if field in optional else [field])
        assert ('id="result"' in page) is (field in optional)


@pytest.mark.parametrize(
    ("name", "changes", "target", "words"),
    [
        ("alligation", {"target": "30"}, "target", "30 % does not lie between 0 % and 25 %"),
        ("alligation", {"high": "0.5", "low": "5"}, "target", "must be stronger than the weaker one"),
        ("aliquot", {"needed_mg": "500"}, "needed_mg", "can be weighed directly"),
        ("aliquot", {"factor": "2"}, "factor", "still below the 120 mg"),
        ("potency", {"assay_percent": "40"}, "assay_percent", "an assay of 40 % is outside 50 to 110 %"),
        ("potency", {"lod_percent": "100"}, "lod_percent", "nothing is left"),
        ("certificate", {"lot_assay_dried_as_anhydrous_percent": "157"}, "lot_assay_dried_as_anhydrous_percent", "check its basis"),
        ("hydrate-strength", {"percent": "80", "from_form": "anhydrous", "to_form": "pentahydrate"}, "percent", "more than 100 %"),
        ("units", {"to_unit": "mL"}, "density_g_per_mL", "without a density"),
        ("units", {"to_unit": "percent_ww"}, "to_unit", "cannot become"),
        ("units", {"from_unit": "oz"}, "from_unit", "choose one of the answers"),
        ("beyond-use-date", {"ingredient_expiries": "12/2026\nretest 2027"}, "ingredient_expiries", "is not a date written as YYYY-MM-DD"),
        ("beyond-use-date", {"ingredient_expiries": "10/2026"}, "ingredient_expiries", "an ingredient expired on 2026-10-31"),
        ("beyond-use-date", {"limit_days": "1.5"}, "limit_days", "is not a whole number"),
        ("fingertip-units", {"g_per_ftu": "50"}, "g_per_ftu", "more than 5 g"),
        ("dosing", {"nozzle": "other"}, "nozzle", "from a jar, state the grams"),
        ("dosing", {"arm_hand": "2"}, "arm_hand", "together that makes 4 of a part"),
        ("dosing", {"age": "3-5-years"}, "arm", "counts this only together"),
        ("dosing", {"age": ""}, "age", "choose one"),
        ("dosing", {"arm": ""}, "stated_grams", "no area is named"),
        ("dosing", {"stated_grams": "1"}, "stated_grams", "not both"),
        ("dosing", {"sizes": "30\n2 oz"}, "sizes", "an ounce is"),
        ("dosing", {"last_day": "2026-12-21", "first_day": ""}, "first_day", "fill it in"),
        ("dosing", {"last_day": "2026-11-20", "first_day": "2026-11-22"}, "last_day", "is before the compounding date"),
    ],
)  # fmt: skip
def test_a_refusal_stands_at_its_field_in_words_for_people(client: FlaskClient, name: str, changes: dict[str, str], target: str, words: str) -> None:
    status, page = _ask(client, name, **changes)
    assert status == 422
    assert [each for each, _ in _summary(page)] == [target]
    sentence = _summary(page)[0][1].replace("\u00a0", " ")
    assert words in sentence
    assert not re.search(r"[a-z]_[a-z]", sentence.split(": ", 1)[1].split('"')[0]), sentence
    assert f'id="{target}"' in page
    assert 'id="result"' not in page
    assert "<title>Error: " in page


@pytest.mark.parametrize(
    ("name", "changes", "code"),
    [
        ("certificate", {"lot_lod_percent": "2"}, "basis_conflict"),
        ("potency", {"lod_percent": "36.1"}, "implausible"),
        ("hydrate-strength", {"percent": "5"}, "outside_usual_range"),
        ("aliquot", {"needed_mg": "119", "factor": "1.5"}, "below_min_weighable"),
        ("hydrate-mass", {"mass_g": "0.1"}, "below_min_weighable"),
        ("hydrate-mass", {"mass_g": "0.001"}, "below_min_weighable"),
        ("days-supply", {"dispensed_g": "1"}, "implausible"),
        ("dosing", {"days": "60", "first_day": "2026-11-22", "last_day": "2026-12-21"}, "beyond_use_before_course_end"),
        ("dosing", {"days": "60", "sizes": "30"}, "no_container"),
        ("dosing", {"age": "6-10-years", "arm": "", "arm_hand": "1"}, "clinical_review"),
    ],
)
def test_a_hold_stands_before_the_figures_and_is_never_silent(client: FlaskClient, name: str, changes: dict[str, str], code: str) -> None:
    status, page = _ask(client, name, **changes)
    assert status == 200
    assert f'lev-code">{code}</span>' in page
    assert page.index("a pharmacist must look at this first") < page.index('class="lev-weights"', page.index('id="result"'))


def test_dosing_help_gives_the_example_of_dermnet_and_says_that_only_spots_are_treated(client: FlaskClient) -> None:
    text = _text(_ask(client, "dosing")[1])
    assert "Amount for the course 16.8 g" in text
    assert "Smallest container that holds what is made at a time 30 g" in text
    assert "For calcinosis only the spots are treated" in text
    assert "It does not hold for a jar" in text
    assert "Write the directions by spot" in text


def test_dosing_help_says_how_much_fits_before_the_beyond_use_date(client: FlaskClient) -> None:
    spots = {"stated_grams": "0.5", "applications_per_day": "2", "days": "90", "first_day": "2026-11-22", "last_day": "2026-12-21", "sizes": "30\n60"}
    text = _text(client.get("/calculators/dosing", query_string=spots).text)
    assert "30 g of the 90 g can be used up to it; the course needs 3 fills" in text
    assert "Fits before the beyond-use date 30 g" in text


@pytest.mark.parametrize("path", PATHS)
def test_no_amount_or_frequency_is_put_down_to_the_article_or_filled_in_beforehand(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert "article" not in _text(page).lower()
    assert set(re.findall(r'<input[^>]*type="text"[^>]*value="([^"]+)"', page)) <= {"2026-11-22"}


def test_numbers_are_written_in_one_style_on_the_whole_page(client: FlaskClient) -> None:
    text = _text(_ask(client, "alligation", mass="12500")[1])
    assert "12,500 g" in text
    assert "12,500 × 10 ÷ 25" in text
    assert "12500" not in text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1000 × 2.5", "1,000 × 2.5"),
        ("2026-11-22 + 30", "2026-11-22 + 30"),
        ("0.00012345 ÷ 12345.678", "0.00012345 ÷ 12,345.678"),
        ("USP2026 1.2345", "USP2026 1.2345"),
    ],
)
def test_a_date_or_a_name_is_never_taken_for_a_number(text: str, words: str) -> None:
    assert grouped(text) == words


@given(st.from_regex(r"[1-9][0-9]{0,8}(\.[0-9]{1,6})?", fullmatch=True))
def test_property_grouping_changes_no_digit(number: str) -> None:
    assert Decimal(grouped(number).replace(",", "")) == Decimal(number)


def test_the_beyond_use_date_starts_from_today_and_the_houses_own_counting(client: FlaskClient, house: Pharmacy) -> None:
    page = client.get("/calculators/beyond-use-date").text
    assert f'value="{house.today.isoformat()}"' in page
    assert 'value="inclusive" checked' in page
    assert "30 days; 6 calendar months once a designated person attests" in page


def test_dosing_help_starts_with_the_containers_of_the_house(client: FlaskClient, house: Pharmacy) -> None:
    page = client.get("/calculators/dosing").text
    sizes = re.search(r'<textarea[^>]*id="sizes"[^>]*>([^<]*)</textarea>', page)
    assert sizes
    assert sizes[1].split() == [str(size) for size in house.site.container_sizes_g] == ["15", "30", "60", "120"]


@pytest.mark.parametrize("path", PATHS[1:])
def test_an_address_that_fills_in_no_field_is_the_empty_calculator(client: FlaskClient, path: str) -> None:
    page = client.get(f"{path}?from=newsletter&x=1")
    assert page.status_code == 200
    assert "Show an example" in page.text


def test_the_balances_least_mass_stands_beside_the_aliquot_in_its_unit(client: FlaskClient) -> None:
    assert "balance (B1, class II, 0.01 g) weighs 200 mg or more" in _text(client.get("/calculators/aliquot").text)


def test_areas_beside_stated_grams_are_never_passed_over_in_silence(client: FlaskClient) -> None:
    stated = {"stated_grams": "1", "applications_per_day": "1", "days": "7"}
    assert client.get("/calculators/dosing", query_string=stated).status_code == 200
    for change in ({"arm": "2"}, {"age": "adult"}, {"finger": "man"}, {"nozzle": "tube"}):
        page = client.get("/calculators/dosing", query_string=stated | change)
        assert page.status_code == 422
        assert [target for target, _ in _summary(page.text)] == ["stated_grams"]


def test_a_calculator_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/calculators/interaction").status_code == 404
    assert client.post("/calculators/potency", data={}).status_code in {400, 405}


@pytest.mark.parametrize("path", PATHS)
def test_a_calculator_stores_nothing_and_sets_no_cookie(client: FlaskClient, path: str) -> None:
    assert "Set-Cookie" not in client.get(path).headers


@pytest.mark.parametrize("attack", ["<script>alert(1)</script>", "{{ 7*7 }}", '"><img src=x>', "'; DROP TABLE", "\x00", "9" * 10_000, "🧪" * 500])
def test_what_was_typed_is_shown_and_never_obeyed(client: FlaskClient, attack: str) -> None:
    for name, calculator in CALCULATORS.items():
        page = client.get(f"/calculators/{name}", query_string=dict.fromkeys(calculator.example, attack))
        assert page.status_code == 422
        assert "<script>alert" not in page.text
        assert "<img src=x>" not in page.text
        assert ">49<" not in page.text
    assert client.get("/calculators/dosing", query_string=dict.fromkeys(DOSING, attack)).status_code == 422


def test_the_web_layer_works_nothing_out() -> None:
    for path in sorted(WEB.glob("calculators*.py")):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"\bround\(|\bsum\(|\bmath\b|Decimal\([a-z].*\)\s*[-+*/]|[-+*/]\s*Decimal\(", source), path
