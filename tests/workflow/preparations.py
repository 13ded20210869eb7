"""A preparation as a row, for tests of what a lot gives to one: nothing but what the tables ask for."""

from datetime import date
from decimal import Decimal

from compounding.domain.quantities import Quantity
from compounding.domain.stages import State
from compounding.domain.units import Unit
from compounding.storage import contents
from compounding.storage.tables import medication_order, patient
from compounding.storage.tables import preparation as table
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from compounding.workflow.use_case import House
from tests.workflow.conftest import AT
from tests.workflow.steps import FORMULA


def preparation(house: House, number: int) -> str:
    """The key of a new preparation."""
    with transaction(house.database, site_id=house.site_id, by="test", role="", at=AT) as opened:
        patient_id, order_id, key = (opened.new_id() for _ in range(3))
        original = contents.keep(opened, b"an order", media_type="text/plain")
        opened.insert(
            patient, id=patient_id, version=1, name="P", name_folded="p", born_on=date(2020, 1, 1), identifier="", address="", telephone="", language="en",
            created_at=AT,
        )  # fmt: skip
        opened.insert(
            medication_order, id=order_id, version=1, patient_id=patient_id, rx_number=f"RX-{number}", state=State.ACCEPTED.value, source="typed",
            original_sha256=original, document="{}", received_at=AT, changed_at=AT,
        )  # fmt: skip
        opened.insert(
            table, id=key, version=1, order_id=order_id, fill=1, lot_number=f"L-{number}", state=State.RECALCULATED.value, formula_kind="formula",
            formula_id=FORMULA, formula_version="1", settings_revision=1, amount=Quantity(Decimal(60), Unit.GRAM), compounded_on=AT.date(),
            beyond_use_on=AT.date(), document="{}", planned_at=AT, changed_at=AT,
        )  # fmt: skip
        opened.tell(Told(action="test", subject="preparation", subject_id=key))
    return key
