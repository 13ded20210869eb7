"""Where on a form of the settings a refusal of the program belongs, and the refusal in the words of the page instead of those of a site file."""

from compounding.domain.errors import LevigateError
from compounding.web.confirming import add_error
from compounding.web.problems_beside import sentence
from compounding.web.site_form import SettingsForm

_NAMED = (
    ("smallest_amount_g", "smallest_amount_g"), ("largest_amount_g", "largest_amount_g"), ("house_limit_days", "house_limit_days"),
    ("correct_lots_above_percent", "correct_lots_above_percent"), ("refill_early_days", "refill_early_days"), ("undated_lot_days", "undated_lot_days"),
    ('"container_sizes_g"', "container_sizes_g"), ("tolerances: weighing_percent", "weighing_percent"), ("tolerances: strength", "strength_lowest"),
    ("tolerances: process_yield", "process_yield_lowest"), ("tolerances: net_weight", "net_weight_lowest"),
    ("second_label_language", "second_label_language"), ("gs1_prefix", "gs1_prefix"), ("gs1_items", "gs1_items"), ("public_page", "public_page"),
)  # fmt: skip
"""What a refusal calls a setting, and the field that stands for it."""
_TOLD_OF = (("an overage of", "overage_percent"), ("a balance reads in steps", "readability_g"), ("a balance cannot weigh less", "minimum_weighable_g"),
            ("zinc oxide product", "default_zinc_product"))  # fmt: skip
_ON_THE_LABEL = ("name", "address", "telephone")
_OF_THE_REASON = frozenset({"REASON_NEEDED", "NOTHING_CHANGED"})
_BEGINNING = "the settings: "


def place_refusal(form: SettingsForm) -> None:
    """Put what refused the change beside the field it is about; what is about none, such as somebody else's change, stays above the form."""
    refusal = form.refusal
    if refusal is None or refusal.code.startswith("CONFIRM_WITH"):
        return
    names = _fields_of(form, refusal)
    if not names:
        return
    said = refusal.message.removeprefix(_BEGINNING)
    for words, name in _NAMED:
        if name in form.paths:
            said = said.replace(words, f'"{form[name].label.text.partition(",")[0]}"')
    for name in names[:1]:
        add_error(form[name], sentence(LevigateError(refusal.code, said)))
    form.refusal = None


def _fields_of(form: SettingsForm, refusal: LevigateError) -> list[str]:
    if refusal.code in _OF_THE_REASON:
        return ["reason"]
    if not refusal.code.startswith("SITE_"):
        return []
    named = [name for words, name in (*_NAMED, *_TOLD_OF) if words in refusal.message and name in form.paths]
    if named:
        return named
    if set(_ON_THE_LABEL) <= set(form.paths):
        return [max(_ON_THE_LABEL, key=lambda each: len(form[each].text))]
    return []
