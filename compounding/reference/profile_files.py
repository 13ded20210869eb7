"""From TOML to the profile of one jurisdiction: limits, who may do what, what a label carries, and the sources of all of it."""

from compounding.domain.errors import ReferenceDataError
from compounding.domain.people import Duty, Role, WhoMay
from compounding.domain.site import JurisdictionProfile, LabelElement, LegalSource, Limit
from compounding.domain.tables import TableReader


def read_profile(table: TableReader) -> JurisdictionProfile:
    """One jurisdiction's file."""
    profile = JurisdictionProfile(
        id=table.text("id"),
        name=table.text("name"),
        standard=table.text("standard"),
        nonaqueous_attested=_limit(table.table("nonaqueous_attested")),
        not_attested=_limit(table.table("not_attested")),
        attested_rule=table.text("attested_rule"),
        not_attested_rule=table.text("not_attested_rule"),
        compounding_date_is_day_one=table.flag("compounding_date_is_day_one"),
        order_valid_months=table.whole("order_valid_months"),
        order_validity_rule=table.text("order_validity_rule"),
        emergency_number=table.text("emergency_number"),
        poison_centres=table.text("poison_centres"),
        decimal_comma_languages=frozenset(table.texts("decimal_comma_languages")),
        who_may=_who_may(table.table("who_may"), table.table("who_may_supervised")),
        label_elements=_label_elements(table.texts("label_elements")),
        retention_years=table.whole("retention_years"),
        adaptation_of_base_allowed=table.flag("adaptation_of_base_allowed"),
        adaptation_rule=table.text("adaptation_rule"),
        formula_review_months=table.whole("formula_review_months"),
        sources=tuple(_source(source) for source in table.tables("source")),
    )
    table.done()
    if not profile.sources:
        raise ReferenceDataError("FACT_WITHOUT_SOURCE", f"the jurisdiction {profile.id} names no source")
    return profile


def _who_may(alone: TableReader, supervised: TableReader) -> WhoMay:
    """Who may do each duty, and who only under supervision. A duty left out, or left to nobody, is refused: nothing is decided by forgetting it."""
    found = WhoMay(
        alone={duty: _roles(alone, duty) for duty in Duty},
        supervised={duty: _roles(supervised, duty) if supervised.has(duty) else () for duty in Duty},
    )
    alone.done()
    supervised.done()
    for duty in Duty:
        if not found.alone[duty]:
            raise ReferenceDataError("DATA_MISSING", f'who_may leaves "{duty}" to nobody')
        for role in found.supervised[duty]:
            if role in found.alone[duty]:
                raise ReferenceDataError("DATA_CONTRADICTS", f'who_may lets the {role} do "{duty}" alone, and who_may_supervised only under supervision')
    return found


def _roles(table: TableReader, duty: Duty) -> tuple[Role, ...]:
    words = table.texts(duty)
    unknown = [word for word in words if word not in list(Role)]
    if unknown:
        raise ReferenceDataError("DATA_UNKNOWN", f'"{duty}" is given to "{unknown[0]}", which is no role: roles are {", ".join(Role)}')
    if len(set(words)) != len(words):
        raise ReferenceDataError("DATA_CONTRADICTS", f'"{duty}" names a role twice')
    return tuple(map(Role, words))


def _label_elements(words: tuple[str, ...]) -> tuple[LabelElement, ...]:
    unknown = [word for word in words if word not in list(LabelElement)]
    if unknown:
        raise ReferenceDataError("DATA_UNKNOWN", f'label_elements holds "{unknown[0]}", which is no part of a label known here')
    if not words or len(set(words)) != len(words):
        raise ReferenceDataError("DATA_CONTRADICTS", "label_elements lists what a container label carries, each element once")
    return tuple(map(LabelElement, words))


def _limit(table: TableReader) -> Limit:
    days = table.whole("days") if table.has("days") else None
    months = table.whole("months") if table.has("months") else None
    table.done()
    try:
        return Limit(days=days, months=months)
    except ValueError as fault:
        raise ReferenceDataError("DATA_WRONG_KIND", str(fault)) from fault


def _source(table: TableReader) -> LegalSource:
    source = LegalSource(
        text=table.text("text"), version=table.text("version"), read_on=table.day("read_on"), review_by=table.day("review_by"), status=table.text("status")
    )
    table.done()
    return source
