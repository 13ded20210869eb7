"""What the page of a step at the bench says: the one next step, who may do it, and the list of all of them with who did what and when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from compounding.domain.bench_guide import Kind, Station, began_at, next_station, stations, waiting_time
from compounding.domain.geometric_dilution import Dilution, dilution_of, is_dilution, is_levigation
from compounding.domain.numbers import format_number
from compounding.domain.people import Duty, Person, WhoMay
from compounding.domain.record_checks import drug_lines
from compounding.domain.weighing_window import Verdict, Window, window
from compounding.web.access import has_duty
from compounding.workflow.at_the_bench import AtBench

HEADINGS = {
    Kind.ASSESS: "The pharmacist assesses first", Kind.RECALCULATE: "A second person recalculates the weights",
    Kind.WITNESS: "A second person witnesses the weighing", Kind.MAKE: "Record the finished preparation", Kind.DECIDE: "It is on hold",
    Kind.LABEL: "Print label and leaflet", Kind.CHECK: "The final check comes next", Kind.HAND_OUT: "Ready to hand out",
}  # fmt: skip
_SHORT = {
    Kind.ASSESS: "Clinical assessment", Kind.RECALCULATE: "Second person's recalculation", Kind.WITNESS: "Witness of the weighing",
    Kind.MAKE: "Finished preparation recorded", Kind.DECIDE: "Decision on the hold", Kind.LABEL: "Label and leaflet", Kind.CHECK: "Final check",
    Kind.HAND_OUT: "Hand-out",
}  # fmt: skip
PLACES = {
    Kind.ASSESS: ("signing.assess_clinically", "Go to the clinical assessment"), Kind.RECALCULATE: ("bench.recalculate", "Enter your own figures"),
    Kind.WITNESS: ("bench.witness", "Enter what you see"), Kind.DECIDE: ("bench.hold", "See the reasons and decide"),
    Kind.LABEL: ("handing.print_label", "Print label and leaflet"), Kind.CHECK: ("signing.check_finally", "Go to the final check"),
    Kind.HAND_OUT: ("handing.hand_out", "Hand it out"),
}  # fmt: skip
"""Where the steps that have a page of their own are done; the others are done on the bench's page itself."""
_SHORTEST_CUT = (":", ";", ".", ",")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One step in the list: `state` is done, now or later; `told` who and when."""

    text: str
    state: str
    told: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A waiting time: since when it runs, and when it is over; UTC."""

    began: datetime
    over: datetime
    now: datetime

    @property
    def seconds_left(self) -> int:
        """Whole seconds until it is over, none below zero."""
        return max(0, -(-(self.over - self.now) // timedelta(seconds=1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchPage:
    """The page. `text` is the step of the procedure in its own words; `why_not` says why this person cannot do it, empty where they can."""

    station: Station | None
    heading: str
    text: str
    why_not: str
    rows: tuple[Row, ...]
    done: int
    window: Window | None = None
    timer: Timer | None = None
    dilution: Dilution | None = None
    base: str = ""
    is_levigation: bool = False


def bench_page(seen: AtBench, who: Person, who_may: WhoMay, *, local: Callable[[datetime], str], now: datetime) -> BenchPage:
    """Set it out for one person."""
    record, formula, station = seen.record, seen.formula, next_station(seen.record, seen.formula)
    rows = _rows(seen, station, local)
    done = sum(each.state == "done" for each in rows)
    if station is None:
        return BenchPage(station=None, heading=f"This preparation is {record.state.value}", text="", why_not="", rows=rows, done=done)
    text = formula.procedure[station.number].text if station.kind is Kind.TICK and station.number is not None else ""
    target = record.sheet.lines[station.number].to_weigh_g if station.kind is Kind.WEIGH and station.number is not None else None
    step = f"Step {station.number + 1} of {len(formula.procedure)}" if station.kind is Kind.TICK and station.number is not None else ""
    wait = waiting_time(text)
    base = next((line.name for line in record.sheet.lines if line.component == formula.base), formula.base)
    shows_dilution = is_levigation(text) or is_dilution(text)
    return BenchPage(
        station=station, heading=step or HEADINGS.get(station.kind, "") or f"Weigh {line_name(seen, station.number or 0)}", text=text,
        why_not=_why_not(seen, station, who, who_may), rows=rows, done=done,
        window=_window(seen, target) if target is not None else None,
        timer=Timer(began=began_at(record), over=began_at(record) + wait, now=now) if wait is not None else None,
        dilution=dilution_of(record, formula) if shows_dilution else None, base=base, is_levigation=is_levigation(text),
    )  # fmt: skip


def line_name(seen: AtBench, line: int) -> str:
    """A line of the sheet by its ingredient, with the lot where several lots of it are weighed."""
    of = seen.record.sheet.lines[line]
    several = len(seen.record.sheet.lines_of(of.component)) > 1
    return f"{of.name}, lot {seen.lots[line].number}" if several else of.name


def short(text: str) -> str:
    """A step of a procedure in few words: up to the first sign that ends a thought."""
    return text[: min((found for each in _SHORTEST_CUT if (found := text.find(each)) > 0), default=len(text))]


def _rows(seen: AtBench, following: Station | None, local: Callable[[datetime], str]) -> tuple[Row, ...]:
    names = dict(seen.names)
    rows = []
    for station in stations(seen.record, seen.formula):
        told = f"{names.get(station.by, station.by)}, {local(station.at)}" if station.at is not None else "no initials needed" if station.is_passed else ""
        state = "done" if station.is_done else "now" if station == following else "later"
        rows.append(Row(text=_named(seen, station), state=state, told=told))
    return tuple(rows)


def _named(seen: AtBench, station: Station) -> str:
    number = station.number
    if station.kind is Kind.TICK and number is not None:
        return f"{number + 1}. {short(seen.formula.procedure[number].text)}"
    if station.kind is not Kind.WEIGH or number is None:
        return _SHORT[station.kind]
    weighed = next((each.mass_g for each in seen.record.weighings if each.line == number), None)
    # The witness reads the balance without being told what was written down.
    is_blind = seen.record.witness is None and number in drug_lines(seen.record.sheet)
    told = f"Weigh {line_name(seen, number)}" + (f": {format_number(weighed)} g" if weighed is not None and not is_blind else "")
    # That it passed its limit is for everybody to see before anything is mixed; by how much, the witness finds alone.
    is_off = weighed is not None and _window(seen, seen.record.sheet.lines[number].to_weigh_g).verdict(weighed) is not Verdict.WITHIN
    return f"{told}, outside its limit" if is_off else told


def _window(seen: AtBench, target_g: Decimal) -> Window:
    return window(target_g, weighing_percent=seen.tolerances.weighing_percent, readability_g=seen.balance.readability_g)


def _why_not(seen: AtBench, station: Station, who: Person, who_may: WhoMay) -> str:
    names = dict(seen.names)
    if station.only and station.only != who.id:
        return f"This step is {names.get(station.only, 'another person')}'s, who did what it names. Switch to that person."
    if not has_duty(who, station.duty, who_may):
        return f'"{station.duty.value.capitalize()}" is for {_roles(station.duty, who_may)}. Switch to somebody who may do it.'
    if who.id in station.never and not seen.record.sole_practitioner_allowed:
        return f"It needs a second pair of eyes: {who.name} did the first part. Switch to another person."
    return ""


def _roles(duty: Duty, who_may: WhoMay) -> str:
    allowed = [each.value for each in who_may.alone[duty]] + [f"{each.value} under supervision" for each in who_may.supervised[duty]]
    return allowed[0] if len(allowed) == 1 else f"{', '.join(allowed[:-1])} or {allowed[-1]}"
