"""The one-time code of an example person, for whoever only looks around and has no authenticator app: example data, at this very machine, and nothing else."""

from datetime import UTC, datetime

from compounding.credentials import one_time_codes
from compounding.credentials.one_time_codes import SECONDS_OF_A_STEP
from compounding.storage import accounts, people, sessions
from compounding.workflow.signing_in import Door, about


def example_code(door: Door, person_id: str) -> str | None:
    """A code that was not used yet: the present one, or the next one where that was used; None where both were, or where this is no example.

    Both the pharmacy and the account have to be marked as examples, and the browser has to be at this machine.
    """
    if not door.is_loopback:
        return None
    with door.house.database.reading() as connection:
        settings, _ = people.current_settings(connection, door.house.site_id)
        account = accounts.of(connection, door.house.site_id, person_id) if settings.is_example else None
        if account is None or not account.is_example or not account.second_factor:
            return None
        now = int(door.at.timestamp()) // SECONDS_OF_A_STEP
        used = sessions.used_steps(connection, door.house.site_id, person_id, (now, now + 1))
    free = next((step for step in (now, now + 1) if step not in used), None)
    if free is None:
        return None
    secret = door.vault.open(account.second_factor, about=about(door.house.site_id, person_id))
    return one_time_codes.code_at(secret, datetime.fromtimestamp(free * SECONDS_OF_A_STEP, UTC))
