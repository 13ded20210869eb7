"""Many people at many sites at the same moment: every audit entry is there, every chain holds, and nobody is turned away."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select

from compounding.domain.audit import Chain, ChainName
from compounding.storage import trail
from compounding.storage.engine import Database
from compounding.storage.tables import audit_entry
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from tests.databases import opened
from tests.storage.rows import AT, add_note, begin_site

SITES = [f"site-{number}" for number in range(8)]
THREADS, EACH = 64, 6


def test_64_threads_on_8_sites_write_every_entry_and_every_chain_holds(database: Database, address: str) -> None:
    for site_id in SITES:
        begin_site(database, site_id)
    barrier = threading.Barrier(THREADS)
    # Half of them come through another process's door: a second pool on the same database.
    with opened(address) as other:

        def write(number: int) -> None:
            barrier.wait()
            for turn in range(EACH):
                with transaction(
                    other if number % 2 else database, site_id=SITES[number % 8], by=f"p{number}", role="", at=AT + timedelta(seconds=turn)
                ) as opened_:
                    add_note(opened_, f"{number}-{turn}")
                    opened_.tell(Told(action="add", subject="person", subject_id=f"{number}-{turn}"))
                    opened_.tell_read(Told(action="read", subject="person", subject_id=f"{number}-{turn}"))

        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(write, range(THREADS)))
    with database.reading() as connection:
        for site_id in SITES:
            assert trail.head(connection, ChainName(site_id, Chain.CHANGES)).seq == 1 + THREADS // 8 * EACH
            assert trail.head(connection, ChainName(site_id, Chain.READS)).seq == THREADS // 8 * EACH
            assert [trail.verify(connection, ChainName(site_id, chain)) for chain in Chain] == [(), ()]
        told = connection.execute(select(func.count(audit_entry.c.subject_id.distinct())).where(audit_entry.c.subject == "person")).scalar_one()
        assert told == THREADS * EACH
