"""The words are explained once: the document and the help page say the same."""

from compounding.reference.glossary import glossary
from tests.project.glossary_page import PAGE, glossary_page


def test_the_document_is_made_from_the_list_of_words() -> None:
    assert PAGE.read_text(encoding="utf-8") == glossary_page()


def test_no_word_is_explained_twice() -> None:
    words = [each.word for each in glossary()]
    assert len(words) > 40
    assert len(words) == len(set(words))


def test_a_further_word_is_told_from_the_explanation() -> None:
    amount = next(each for each in glossary() if each.word == "Amount")
    assert ("Batch", True) in amount.parts
    assert "*" not in "".join(part for part, _ in amount.parts)
