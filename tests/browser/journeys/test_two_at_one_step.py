"""Two people at one preparation: the step is done once, and the other is told, with what was typed still there."""

import pytest

from tests.browser.journeys.desks import Desks, press, text

pytestmark = pytest.mark.browser


def test_whoever_comes_second_is_told_what_was_done_and_goes_on(desks: Desks) -> None:
    at = desks.ready_to_weigh()
    bench = f"/preparations/{at.id}/bench"
    first, second = desks.desk("technician", bench), desks.desk("regulated", bench)
    for page in (first, second):
        press(page, "The balance is checked")
        page.locator("#container_code").fill(desks.lot(at.id, 0))
        press(page, "This is the lot")
        assert "Line 1 of 3" in text(page)
    first.locator("#mass").fill("15")
    press(first, "Keep this weight")
    assert "Line 2 of 3" in text(first)

    second.locator("#mass").fill("15.01")
    press(second, "Keep this weight")
    told = text(second)
    assert "Done since you opened this page:" in told
    assert "Weigh Sodium thiosulfate pentahydrate (Toni Example" in told
    assert "15.01" in told
    assert "Line 2 of 3" in told
    assert [str(each.mass_g) for each in desks.record(at.id).weighings] == ["15"]

    if second.get_by_role("button", name="The balance is checked").count():
        press(second, "The balance is checked")
    second.locator("#container_code").fill(desks.lot(at.id, 1))
    press(second, "This is the lot")
    second.locator("#mass").fill("3")
    press(second, "Keep this weight")
    assert "Line 3 of 3" in text(second)
    by = [each.by for each in desks.record(at.id).weighings]
    assert by == [desks.staffed.people["technician"], desks.staffed.people["regulated"]]
