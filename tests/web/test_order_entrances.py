"""Where an order begins: whoever enters orders finds the form for what came on paper, and the page for what came as a file says which is which."""

import pytest

from tests.web.staffed import Staffed


@pytest.mark.parametrize("who", ["pharmacist", "technician", "assistant", "intern"])
def test_the_page_for_files_leads_to_the_form_for_paper(staffed: Staffed, who: str) -> None:
    page = staffed.client(who).get("/").text
    assert "<h1" in page
    assert "Order from a file</h1>" in page
    assert '<a class="govuk-link" href="/orders/new">a form of its own</a>' in page
    assert page.index(">New order</a>") < page.index(">Order from a file</a>")


def test_a_stranger_only_tries_orders_out(client: object) -> None:
    page = client.get("/").text  # type: ignore[attr-defined]
    assert "Prepare an order</h1>" in page
    assert "/orders/new" not in page
