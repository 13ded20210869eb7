"""What is in the printers, by how much their labels are off, in which languages they speak, and what the codes on paper hold."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from wtforms.fields import SelectChoice  # type: ignore[import-untyped]

from compounding.domain.numbers import plain_number
from compounding.domain.site import Gs1Item, Site
from compounding.reference import ReferenceData
from compounding.web.confirming import add_error
from compounding.web.fields import AnswerField, ChoiceField, LinesField, TextField, offer
from compounding.web.languages import language_name
from compounding.web.site_form import SettingsForm

if TYPE_CHECKING:
    from labels.stock import LabelStock


class LabelsForm(SettingsForm):
    """What is in the printers, and by how much their labels are off."""

    paths: Mapping[str, str] = {each: each for each in ("label_stock", "label_right_mm", "label_down_mm", "sheet_paper", "second_label_language")}
    optional = frozenset({"second_label_language"})

    label_stock = ChoiceField("Labels", choices=offer())
    label_right_mm = ChoiceField("Move labels to the right", choices=offer())
    label_down_mm = ChoiceField("Move labels down", choices=offer())
    sheet_paper = AnswerField("Paper", choices=offer(letter="Letter (8.5 x 11 in)", a4="A4 (210 x 297 mm)"))

    second_label_language = ChoiceField("Second language of labels", choices=offer())

    def begin(self, settings: Site, data: ReferenceData) -> None:
        import labels

        self.label_stock.choices = [SelectChoice(each, stock_in_words(stock)) for each, stock in labels.STOCKS.items()]
        self.second_label_language.choices = [SelectChoice("", "None"), *(SelectChoice(each, language_name(each)) for each in sorted(data.phrases))]
        self.label_right_mm.choices = _steps("right", "left", settings.label_right_mm)
        self.label_down_mm.choices = _steps("down", "up", settings.label_down_mm)

    def fill(self, settings: Site) -> None:
        self.label_stock.data, self.sheet_paper.data = settings.label_stock, settings.sheet_paper
        self.second_label_language.data = settings.second_label_language
        self.label_right_mm.data, self.label_down_mm.data = plain_number(settings.label_right_mm), plain_number(settings.label_down_mm)

    def applied(self, settings: Site) -> Site:
        return replace(
            settings, label_stock=self.label_stock.data, label_right_mm=Decimal(self.label_right_mm.data), label_down_mm=Decimal(self.label_down_mm.data),
            sheet_paper=self.sheet_paper.data, second_label_language=self.second_label_language.data or "",
        )  # fmt: skip


class CodesForm(SettingsForm):
    """What the codes on paper hold beside our own numbers."""

    paths: Mapping[str, str] = {each: each for each in ("gs1_prefix", "gs1_items", "public_page")}
    optional = frozenset(paths)

    gs1_prefix = TextField("GS1 company prefix")
    gs1_items = LinesField("GS1 item references")
    public_page = TextField("Public page of the leaflets")

    def fill(self, settings: Site) -> None:
        self.gs1_prefix.data, self.public_page.data = settings.gs1_prefix, settings.public_page
        self.gs1_items.data = "\n".join(f"{each.formula} = {each.reference}" for each in settings.gs1_items)

    def applied(self, settings: Site) -> Site:
        return replace(settings, gs1_prefix=self.gs1_prefix.text, gs1_items=self._items(), public_page=self.public_page.text)

    def validate(self, extra_validators: object = None) -> bool:
        """Every line names a formula and its reference."""
        super().validate(extra_validators)
        if any(len([part for part in line.split("=") if part.strip()]) != 2 for line in self.gs1_items.lines):
            add_error(self.gs1_items, 'Write "formula = item reference" on each line, the formula by its id in the formulary.')
        return not self.errors

    def _items(self) -> tuple[Gs1Item, ...]:
        parts = [line.split("=") for line in self.gs1_items.lines]
        return tuple(Gs1Item(formula=formula.strip(), reference=reference.strip()) for formula, reference in parts)


def stock_in_words(stock: "LabelStock") -> str:
    """A label stock with its size, and how many labels stand on a sheet of it."""
    size = f"{stock.width_mm:g} x {stock.height_mm:g} mm"
    if stock.grid is None:
        return f"{stock.name}: {size}"
    paper = {"letter": "Letter", "a4": "A4"}[stock.grid.paper]
    return f"{stock.name}: {size}, {stock.grid.columns * stock.grid.rows} on a sheet of {paper}"


def _steps(onward: str, back: str, now: Decimal) -> list[SelectChoice]:
    """Every quarter of a millimetre that a printer's offset may be corrected by, and what stands now."""
    steps = sorted({Decimal(step) / 4 for step in range(-20, 21)} | {now})
    return [SelectChoice(plain_number(each), f"{plain_number(abs(each))} mm {onward if each > 0 else back}" if each else "0 mm") for each in steps]
