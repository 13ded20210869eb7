"""The table of states drawn as text: a Mermaid state diagram for docs/architecture.md."""

from compounding.domain.stages import FINAL, STATES, TRANSITIONS, State, Subject, Transition

_NOTHING = "[*]"


def diagram(subject: Subject) -> str:
    """All states and actions of an order, or of a preparation, as a Mermaid `stateDiagram-v2`, in the order of the table.

    An arrow is marked "(reason)" where the action asks for a sentence of why, and "(signed)" where it asks for a signature.
    An action that changes no state is an arrow from a state to itself.
    """
    lines = ["stateDiagram-v2", *(f'    state "{state.value}" as {state.name}' for state in STATES[subject])]
    for row in TRANSITIONS:
        if row.subject is subject:
            lines += [f"    {before} --> {after}: {_said(row)}" for before, after in _arrows(row)]
    lines += [f"    {state.name} --> {_NOTHING}" for state in STATES[subject] if state in FINAL]
    return "\n".join(lines)


def _arrows(row: Transition) -> list[tuple[str, str]]:
    """From where to where, by the states' names; what begins a life comes from nothing."""
    before: tuple[State | None, ...] = row.before or (None,)
    return [(_name(each), _name(each if row.after is None else row.after)) for each in before]


def _name(state: State | None) -> str:
    return _NOTHING if state is None else state.name


def _said(row: Transition) -> str:
    return row.action.value + " (reason)" * row.needs_reason + " (signed)" * row.is_signed
