"""Wherever allergies are typed their reading stands beside the text: by the script as a part, without one as the whole page; and it decides nothing."""

import re
from collections.abc import Callable, Mapping
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

Send = Callable[[str, Mapping[str, object]], TestResponse]
PART, PAGE = "/prepare/reading/part", "/prepare/reading"


def words_of(answer: TestResponse) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_each_statement_shows_its_reading_the_deciding_words_and_why(send: Send) -> None:
    answer = send(PART, {"way": "typed", "allergies_list": "Desitin, rash\nPenicillin\nxyzzy\nVaseline"})
    assert answer.status_code == 200
    told = words_of(answer)
    assert told.startswith("Read so far: 1 zinc, 1 unclear, 2 without zinc. Also petrolatum, which every base here holds.")
    for said in (
        "Zinc: no zinc base for this patient",
        "No zinc in these words",
        "Unclear: zinc cannot be ruled out",
        "Unclear: not recognised",
        "Allergy: petrolatum",
    ):
        assert said in told, said
    assert "<mark>Desitin</mark>, rash" in answer.text
    assert "<mark>xyzzy</mark>" in answer.text
    assert "<html" not in answer.text


def test_the_contact_answer_and_the_notes_are_read_too(send: Send) -> None:
    told = words_of(send(PART, {"way": "typed", "contact_details": "zinc plaster, blisters", "notes": "allergic to calamine\ncalcinosis of the hands"}))
    assert "Read so far: 2 zinc." in told
    assert "As written under From what, and what happened" in told
    assert "calcinosis of the hands" not in told


def test_the_list_beside_a_file_is_read(send: Send) -> None:
    assert "Read so far: 1 zinc." in words_of(send(PART, {"way": "file", "file-allergies_list": "zinc oxide"}))


def test_nothing_typed_says_nothing(send: Send) -> None:
    assert words_of(send(PART, {"way": "typed", "allergies_list": " \n"})) == ""


@pytest.mark.parametrize("way", ["typed", "file"])
def test_without_a_script_the_page_comes_back_with_the_reading_and_everything_typed(send: Send, typed: dict[str, str], way: str) -> None:
    prefix = "" if way == "typed" else "file-"
    data = (typed if way == "typed" else {}) | {"way": way, f"{prefix}allergies_list": "Zinkoxid"}
    answer = send(PAGE, data)
    assert answer.status_code == 200
    assert "Zinc: no zinc base for this patient" in answer.text
    assert ">Zinkoxid</textarea>" in answer.text.replace("\n", "").replace("\r", "")
    if way == "typed":
        assert 'value="Mara Model"' in answer.text
    assert answer.text.count("Zinc: no zinc base for this patient") == 1


def test_the_reading_is_asked_for_with_the_forms_token_only(client: FlaskClient) -> None:
    assert client.post(PART, data={"way": "typed", "allergies_list": "zinc"}).status_code == 400
    assert client.get(PART).status_code == 405


def test_what_is_typed_is_shown_as_text_and_never_as_markup(send: Send) -> None:
    answer = send(PART, {"way": "typed", "allergies_list": "<script>alert(1)</script> <b>zinc</b>"})
    assert "<script" not in answer.text
    assert "<b>" not in answer.text
    assert "<script>alert(1)</script> <b>zinc</b>" in unescape(
        re.sub(r"</?(?!script|b>)[a-z]+[^>]*>", "", answer.text.replace("<mark>", "").replace("</mark>", ""))
    )


def test_a_very_long_list_is_cut_and_says_so(send: Send) -> None:
    answer = send(PART, {"way": "typed", "allergies_list": "\n".join(["zinc"] * 500)})
    assert "440 more are read when the order is checked." in words_of(answer)
    assert answer.text.count("lev-reading__verdict") == 60


def test_enter_checks_the_order_even_where_the_reading_has_a_button(client: FlaskClient) -> None:
    for form in re.findall(r"<form.*?</form>", client.get("/").text, re.DOTALL):
        first = re.search(r"<button[^>]*>", form)
        assert first is not None
        assert "formaction" not in first[0]
