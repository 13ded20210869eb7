"""A pharmacy's site file (TOML): name and address for the paper, approvals, attestations, house limits. Its schema is in docs/configuration.md."""

import tomllib
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from compounding.config.paper_settings import check_paper_settings
from compounding.domain.errors import QuantityError, ReferenceDataError
from compounding.domain.formulary import Approval
from compounding.domain.lots import MOST_LEFT_OUT_PERCENT
from compounding.domain.numbers import read_number
from compounding.domain.site import Attestation, Balance, Band, Gs1Item, Site, Tolerances
from compounding.domain.tables import TableReader

LARGEST_SITE_FILE = 256 * 1024
_LONGEST_TEXT = 120
_MOST_SIZES, _LARGEST_CONTAINER_G = 20, 5000
_EARLIEST_REFILL_DAYS = 60
_UNDATED_LOT_DAYS = (30, 1095)


def example_site() -> Site:
    """The example pharmacy that stands in where no site is named. It has approved its formulas and English texts and attested the nonaqueous limit."""
    return read_site((files(__package__) / "example_site.toml").read_bytes(), "example_site.toml")


def read_site_file(path: Path) -> Site:
    """The site a file describes. Raises ReferenceDataError with one sentence about the first fault."""
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise ReferenceDataError("SITE_UNREADABLE", f"the site file {path.name} cannot be read: {fault.strerror}") from fault
    return read_site(content, path.name)


def read_site(content: bytes, name: str) -> Site:
    """The site described by the bytes of a TOML file."""
    if len(content) > LARGEST_SITE_FILE:
        raise ReferenceDataError("SITE_UNREADABLE", f"{name} is larger than a site file can be")
    try:
        table = TableReader(tomllib.loads(content.decode("utf-8")), name)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise ReferenceDataError("SITE_UNREADABLE", f"{name} is not readable TOML: {fault}") from fault
    site = Site(
        id=_short(table, "id"),
        name=_short(table, "name"),
        address=_short(table, "address"),
        telephone=_short(table, "telephone"),
        jurisdiction=table.text("jurisdiction", "ca-bc"),
        time_zone=_zone(table),
        balance=_balance(table.table("balance")),
        largest_amount_g=table.number("largest_amount_g", "500"),
        smallest_amount_g=table.number("smallest_amount_g", "5"),
        overage_percent=table.number("overage_percent", "0"),
        default_zinc_product=table.text("default_zinc_product", ""),
        tolerances=_tolerances(table.table("tolerances")) if table.has("tolerances") else Tolerances(),
        correct_lots_above_percent=table.number("correct_lots_above_percent", "0"),
        house_limit_days=table.whole("house_limit_days") if table.has("house_limit_days") else None,
        container_sizes_g=_sizes(table),
        sole_practitioner=table.flag("sole_practitioner", False),
        refill_early_days=table.whole("refill_early_days", 7, zero_too=True),
        undated_lot_days=table.whole("undated_lot_days", 365),
        label_stock=table.text("label_stock", "thermal 4 x 3 in"),
        label_right_mm=_offset(table, "label_right_mm"),
        label_down_mm=_offset(table, "label_down_mm"),
        sheet_paper=_paper(table),
        approvals=tuple(_approval(each) for each in table.tables("approval", ())),
        attestations=tuple(_attestation(each) for each in table.tables("nonaqueous_attestation", ())),
        is_example=table.flag("is_example", False),
        gs1_prefix=table.text("gs1_prefix", ""),
        gs1_items=_gs1_items(table),
        public_page=table.text("public_page", ""),
        second_label_language=table.text("second_label_language", ""),
    )
    table.done()
    check_limits(site, name)
    return site


def check_limits(site: Site, name: str) -> None:
    """Raises ReferenceDataError `SITE_LIMITS` or `SITE_BALANCE` for a figure that can only be a slip, wherever the settings come from.

    And what `check_paper_settings` raises.
    """
    for text in (site.id, site.name, site.address, site.telephone):
        if not text.strip() or len(text) > _LONGEST_TEXT:
            raise ReferenceDataError("SITE_LIMITS", f"{name}: id, name, address and telephone are told in {_LONGEST_TEXT} characters at most")
    _check_balance(site.balance)
    _check_tolerances(site.tolerances)
    _check_sizes(site.container_sizes_g)
    check_paper_settings(site, name)
    if not 0 < site.smallest_amount_g <= site.largest_amount_g <= 5000:
        raise ReferenceDataError("SITE_LIMITS", f"{name}: smallest_amount_g and largest_amount_g must rise and stay within 5,000 g")
    if site.house_limit_days is not None and site.house_limit_days > 365:
        raise ReferenceDataError("SITE_LIMITS", f"{name}: house_limit_days can only shorten a beyond-use limit, so more than 365 is a slip")
    if site.correct_lots_above_percent > MOST_LEFT_OUT_PERCENT:
        raise ReferenceDataError("SITE_LIMITS", f"{name}: correct_lots_above_percent may leave out a correction of {MOST_LEFT_OUT_PERCENT} % at most")
    if not 0 <= site.overage_percent <= 20:
        raise ReferenceDataError("SITE_LIMITS", f"{name}: an overage of more than 20 % is not a transfer loss")
    if site.refill_early_days > _EARLIEST_REFILL_DAYS:
        raise ReferenceDataError("SITE_LIMITS", f"{name}: refill_early_days is {_EARLIEST_REFILL_DAYS} at most, so that supplies do not pile up at home")
    if not _UNDATED_LOT_DAYS[0] <= site.undated_lot_days <= _UNDATED_LOT_DAYS[1]:
        raise ReferenceDataError("SITE_LIMITS", f"{name}: undated_lot_days lies between {_UNDATED_LOT_DAYS[0]} and {_UNDATED_LOT_DAYS[1]:,}")


def _gs1_items(table: TableReader) -> tuple[Gs1Item, ...]:
    """The item references by formula, in the order of the formulas' ids."""
    inner = table.table("gs1_items", {})
    return tuple(Gs1Item(formula=each, reference=inner.text(each)) for each in sorted(name for name, _ in inner.items()))


def _short(table: TableReader, key: str) -> str:
    text = table.text(key)
    if len(text) > _LONGEST_TEXT:
        raise ReferenceDataError("SITE_LIMITS", f'"{key}" is longer than {_LONGEST_TEXT} characters, which no label holds')
    return text


def _zone(table: TableReader) -> ZoneInfo:
    name = table.text("time_zone", "America/Vancouver")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise ReferenceDataError("SITE_TIME_ZONE", f'"{name}" is not a time zone such as America/Vancouver') from fault


def _balance(table: TableReader) -> Balance:
    balance = Balance(name=table.text("name"), readability_g=table.number("readability_g"), minimum_weighable_g=table.number("minimum_weighable_g"))
    table.done()
    return balance


def _check_balance(balance: Balance) -> None:
    if balance.readability_g <= 0 or balance.readability_g.normalize().as_tuple().digits not in {(1,), (2,), (5,)}:
        raise ReferenceDataError("SITE_BALANCE", "a balance reads in steps of 1, 2 or 5 times a power of ten grams")
    if balance.minimum_weighable_g < balance.readability_g:
        raise ReferenceDataError("SITE_BALANCE", "a balance cannot weigh less than its readability")


def _tolerances(table: TableReader) -> Tolerances:
    usual = Tolerances()
    found = Tolerances(
        weighing_percent=table.number("weighing_percent", str(usual.weighing_percent)),
        strength=_band(table, "strength", usual.strength),
        process_yield=_band(table, "process_yield", usual.process_yield),
        net_weight=_band(table, "net_weight", usual.net_weight),
    )
    table.done()
    return found


def _check_tolerances(found: Tolerances) -> None:
    if not 0 < found.weighing_percent <= 5:
        raise ReferenceDataError("SITE_LIMITS", "tolerances: weighing_percent must be more than 0 and at most 5 %")
    for name in ("strength", "process_yield", "net_weight"):
        band: Band = getattr(found, name)
        if not 50 <= band.lowest < 100 <= band.highest <= 120:
            raise ReferenceDataError("SITE_LIMITS", f"tolerances: {name} begins at 50 % or more, holds 100 %, and ends at 120 % or less")


def _band(table: TableReader, name: str, usual: Band) -> Band:
    if not table.has(name):
        return usual
    inner = table.table(name)
    band = Band(lowest=inner.number("lowest_percent"), highest=inner.number("highest_percent"))
    inner.done()
    return band


def _sizes(table: TableReader) -> tuple[Decimal, ...]:
    """The containers the pharmacy stocks, in grams, smallest first."""
    try:
        sizes = tuple(read_number(text) for text in table.texts("container_sizes_g", ()))
    except QuantityError as refusal:
        raise ReferenceDataError("SITE_LIMITS", f'"container_sizes_g": {refusal.message}') from refusal
    return tuple(sorted(set(sizes)))


def _check_sizes(sizes: tuple[Decimal, ...]) -> None:
    if len(sizes) > _MOST_SIZES or any(not 0 < size <= _LARGEST_CONTAINER_G for size in sizes) or list(sizes) != sorted(set(sizes)):
        problem = f"at most {_MOST_SIZES} sizes of more than 0 and up to {_LARGEST_CONTAINER_G:,} g, each once and the smallest first"
        raise ReferenceDataError("SITE_LIMITS", f'"container_sizes_g" are {problem}')


def _paper(table: TableReader) -> Literal["letter", "a4"]:
    match table.text("sheet_paper", "letter"):
        case "letter":
            return "letter"
        case "a4":
            return "a4"
        case other:
            raise ReferenceDataError("SITE_LABEL_STOCK", f'"sheet_paper" is "{other}"; say "letter" or "a4"')


def _offset(table: TableReader, key: str) -> Decimal:
    """Millimetres to the right or down; a minus says to the left or up."""
    text = table.text(key, "0")
    try:
        size = read_number(text.removeprefix("-"))
    except QuantityError as refusal:
        raise ReferenceDataError("SITE_LIMITS", f'"{key}": {refusal.message}') from refusal
    return -size if text.startswith("-") else size


def _approval(table: TableReader) -> Approval:
    approval = Approval(
        of=table.text("of"), version=table.text("version"), sha256=table.text("sha256"), by=table.text("by"), on=table.day("on"), reason=table.text("reason")
    )
    table.done()
    return approval


def _attestation(table: TableReader) -> Attestation:
    attestation = Attestation(
        formula=table.text("formula"), version=table.text("version"), sha256=table.text("sha256"), by=table.text("by"), on=table.day("on"),
        reason=table.text("reason"),
    )  # fmt: skip
    table.done()
    return attestation
