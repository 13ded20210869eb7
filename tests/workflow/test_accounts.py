"""Accounts as the designated person and the operator keep them: one way in, shown once, and nobody ever chooses or sees another person's password."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from compounding.credentials import one_time_codes, recovery_codes
from compounding.domain.assurance import Assurance, Factor
from compounding.domain.errors import LevigateError
from compounding.domain.people import Role
from compounding.domain.sessions import Condition
from compounding.storage import accounts as stored
from compounding.storage.accounts import Passkey
from compounding.storage.tables import account, metadata
from compounding.storage.trail import Told
from compounding.storage.transaction import transaction
from compounding.workflow import accounts, operators, people
from compounding.workflow.accounts import Activation, OfPerson, OpenAccount
from compounding.workflow.operators import OPERATOR, Change, NewUser
from compounding.workflow.own_account import begin_activation, finish_activation, pending_secret
from compounding.workflow.signing_in import SignInRefused, give_password, session_of
from compounding.workflow.use_case import Act, House
from tests.workflow.conftest import AT, DESIGNATED
from tests.workflow.doors import PASSWORD, door, give_account, signed_in
from tests.workflow.running import at_once
from tests.workflow.seeing import entries, refused
from tests.workflow.steps import Pharmacy
from tests.workflow.test_a_fault_at_any_point import Failing, PowerCut

NEW_PASSWORD = "six quiet herons by the river"  # noqa: S105 - the password of people who do not exist.


def opened_for(pharmacy: Pharmacy, who: str, name: str = "toni") -> Activation:
    given: Activation = pharmacy.do(accounts.open_account, pharmacy.staff.designated, OpenAccount(person_id=who, sign_in_name=name))
    return given


def renewed(pharmacy: Pharmacy, who: str) -> Activation:
    given: Activation = pharmacy.do(accounts.renew_activation, pharmacy.staff.designated, OfPerson(person_id=who))
    return given


def activated(house: House, given: Activation, password: str = NEW_PASSWORD) -> None:
    at_door = door(house)
    begun = begin_activation(at_door, given.sign_in_name, given.code)
    code = one_time_codes.code_at(pending_secret(at_door, begun.session), at_door.at)
    finish_activation(at_door, begun.token, password=password, code=code)


def test_an_activation_code_lets_its_owner_choose_password_and_second_factor(pharmacy: Pharmacy) -> None:
    given = opened_for(pharmacy, pharmacy.staff.technician)
    assert given.until == AT + timedelta(days=3)
    with pytest.raises(SignInRefused):
        give_password(door(pharmacy.house), "toni", NEW_PASSWORD)
    activated(pharmacy.house, given)
    assert give_password(door(pharmacy.house, after=timedelta(minutes=1)), "toni", NEW_PASSWORD).token
    with pytest.raises(SignInRefused):
        begin_activation(door(pharmacy.house, after=timedelta(minutes=1)), "toni", given.code)


def test_an_activation_code_counts_for_three_days(pharmacy: Pharmacy) -> None:
    given = opened_for(pharmacy, pharmacy.staff.technician)
    with pytest.raises(SignInRefused):
        begin_activation(door(pharmacy.house, after=timedelta(days=3)), "toni", given.code)
    assert begin_activation(door(pharmacy.house, after=timedelta(days=3, seconds=-1)), "toni", given.code).token


def test_an_activation_code_is_kept_nowhere(pharmacy: Pharmacy) -> None:
    codes = [opened_for(pharmacy, pharmacy.staff.technician).code, renewed(pharmacy, pharmacy.staff.technician).code]
    with pharmacy.house.database.reading() as connection:
        for table in metadata.sorted_tables:
            kept = " ".join(str(row) for row in connection.execute(select(table)))
            for code in codes:
                assert code not in kept, table.name
                assert code.replace("-", "") not in kept, table.name


def test_a_new_activation_code_takes_password_passkeys_and_sessions_away(pharmacy: Pharmacy) -> None:
    house, who = pharmacy.house, pharmacy.staff.technician
    give_account(house, who, "toni")
    opened = signed_in(house, "toni")
    with transaction(house.database, site_id=house.site_id, by=who, role="", at=AT) as writing:
        stored.add_passkey(writing, Passkey(id="key", person_id=who, name="key", public_key="x", sign_count=0))
        writing.tell(Told(action="add passkey", subject="account", subject_id=who))
    given = renewed(pharmacy, who)
    over = session_of(door(house), opened.token)
    assert over is not None
    assert over.condition(AT) is Condition.ENDED
    with house.database.reading() as connection:
        now = stored.of(connection, house.site_id, who)
        assert stored.passkeys_of(connection, house.site_id, who) == ()
    assert now is not None
    assert (now.password_hash, now.second_factor, now.recovery, now.activation) == ("", "", (), recovery_codes.digest(given.code))
    with pytest.raises(SignInRefused):
        give_password(door(house), "toni", PASSWORD)
    told = entries(house)[-1]
    assert (told["action"], told["changed"]) == ("renew account", {"passkeys": [1, 0], "sessions": [1, 0]})


def test_an_earlier_activation_code_no_longer_counts(pharmacy: Pharmacy) -> None:
    first = opened_for(pharmacy, pharmacy.staff.technician)
    second = renewed(pharmacy, pharmacy.staff.technician)
    with pytest.raises(SignInRefused):
        begin_activation(door(pharmacy.house), "toni", first.code)
    assert begin_activation(door(pharmacy.house), "toni", second.code).token


def test_of_two_activations_at_once_one_is_done(pharmacy: Pharmacy) -> None:
    house = pharmacy.house
    given = opened_for(pharmacy, pharmacy.staff.technician)
    at_door = door(house)
    begun = [begin_activation(at_door, "toni", given.code) for _ in range(2)]
    codes = [one_time_codes.code_at(pending_secret(at_door, each.session), AT) for each in begun]
    passwords = (NEW_PASSWORD, f"{NEW_PASSWORD} too")

    def finish(number: int) -> Any:
        return lambda: finish_activation(at_door, begun[number].token, password=passwords[number], code=codes[number])

    done = at_once([finish(0), finish(1)])
    assert sum(isinstance(each, LevigateError) for each in done) == 1
    winner = next(number for number, each in enumerate(done) if not isinstance(each, LevigateError))
    assert give_password(door(house, after=timedelta(minutes=1)), "toni", passwords[winner]).token
    with pytest.raises(SignInRefused):
        give_password(door(house, after=timedelta(minutes=1)), "toni", passwords[1 - winner])


def test_a_sign_in_name_is_taken_once_whatever_its_capitals(pharmacy: Pharmacy) -> None:
    opened_for(pharmacy, pharmacy.staff.technician, "Toni")
    for name in ("toni", "TONI"):
        assert refused(pharmacy.house, lambda name=name: opened_for(pharmacy, pharmacy.staff.assistant, name)) == "SIGN_IN_NAME"


@pytest.mark.parametrize("name", ["", " ", "x", "x" * 61, "a\u202eb", "a\nb"])
def test_a_sign_in_name_that_cannot_be_typed_is_refused(pharmacy: Pharmacy, name: str) -> None:
    assert refused(pharmacy.house, lambda: opened_for(pharmacy, pharmacy.staff.technician, name)) in {"SIGN_IN_NAME", "TEXT_NOT_ALLOWED"}


def test_a_person_has_one_account(pharmacy: Pharmacy) -> None:
    opened_for(pharmacy, pharmacy.staff.technician)
    assert refused(pharmacy.house, lambda: opened_for(pharmacy, pharmacy.staff.technician, "another")) == "ACCOUNT_EXISTS"


def test_of_two_accounts_opened_at_once_for_a_person_one_is_there(pharmacy: Pharmacy) -> None:
    who = pharmacy.staff.technician
    done = at_once([lambda: opened_for(pharmacy, who, "toni"), lambda: opened_for(pharmacy, who, "tony")])
    assert sum(isinstance(each, Activation) for each in done) == 1


def test_nobody_opens_an_account_without_showing_again_who_they_are(pharmacy: Pharmacy) -> None:
    act = Act(by=pharmacy.staff.designated, at=AT, reason="asked for")
    password_alone = replace(act, shown=(Assurance(person_id=act.by, factors=frozenset({Factor.PASSWORD}), at=AT),))
    for use_case, request in (
        (accounts.open_account, OpenAccount(person_id=pharmacy.staff.technician, sign_in_name="toni")),
        (accounts.renew_activation, OfPerson(person_id=pharmacy.staff.technician)),
    ):
        assert refused(pharmacy.house, lambda u=use_case, r=request: u(pharmacy.house, act, r)) == "CONFIRM_WITH_PASSWORD"
        assert refused(pharmacy.house, lambda u=use_case, r=request: u(pharmacy.house, password_alone, r)) == "CONFIRM_WITH_SECOND_FACTOR"


def test_nobody_ever_sees_another_persons_password(pharmacy: Pharmacy) -> None:
    give_account(pharmacy.house, pharmacy.staff.technician, "toni")
    seen = pharmacy.do(accounts.see_people, pharmacy.staff.designated, accounts.Everybody())
    one = pharmacy.do(accounts.see_person, pharmacy.staff.designated, OfPerson(person_id=pharmacy.staff.technician))
    with pharmacy.house.database.reading() as connection:
        kept = stored.of(connection, pharmacy.house.site_id, pharmacy.staff.technician)
    assert kept is not None
    for told in (repr(seen), repr(one)):
        assert kept.password_hash not in told
        assert kept.second_factor not in told
        assert not any(each in told for each in kept.recovery)


def test_an_auditor_and_the_designated_person_see_everybody_and_a_prescriber_does_not(pharmacy: Pharmacy) -> None:
    assert len(pharmacy.do(accounts.see_people, pharmacy.staff.auditor, accounts.Everybody()).people) == 8
    asked = people.NewPerson(name="Dr Pia", roles=(Role.PRESCRIBER,), licence="X-1", licence_expires_on=date(2027, 1, 1))
    prescriber = pharmacy.do(people.add_person, pharmacy.staff.designated, asked).person_id
    assert refused(pharmacy.house, lambda: pharmacy.do(accounts.see_people, prescriber, accounts.Everybody())) == "ROLE_NOT_ALLOWED"


@pytest.mark.parametrize("at_commit", [False, True], ids=["statement", "commit"])
def test_a_renewal_that_fails_anywhere_leaves_everything_as_it_was(pharmacy: Pharmacy, *, at_commit: bool) -> None:
    house = pharmacy.house
    give_account(house, pharmacy.staff.technician, "toni")

    def kept() -> list[Any]:
        with house.database.reading() as connection:
            return [connection.execute(select(table).order_by(*table.primary_key)).all() for table in metadata.sorted_tables]

    before, failed = kept(), 0
    with Failing(house.database, at_commit=at_commit) as failing:
        while True:
            failing.left = failed + 1
            try:
                renewed(pharmacy, pharmacy.staff.technician)
            except PowerCut:
                failing.left = 0
                assert kept() == before, failed + 1
                failed += 1
                continue
            break
    assert failed >= (1 if at_commit else 5)


# The operator at the console


def new(**told: Any) -> NewUser:
    return NewUser(**{"name": "Nora New", "roles": (Role.TECHNICIAN,), "sign_in_name": "nora", **told})


def change(pharmacy: Pharmacy, who: str, reason: str = "nobody else can") -> Change:
    return Change(person_id=getattr(pharmacy.staff, who), at=AT, reason=reason)


def test_what_the_operator_does_is_told_in_the_programs_name_with_the_reason(pharmacy: Pharmacy) -> None:
    house = pharmacy.house
    operators.add_user(house.database, house.site_id, new(), at=AT, reason="first technician")
    told = entries(house)[-2:]
    assert [each["action"] for each in told] == ["add person", "open account"]
    assert {(each["by"], each["name"], each["reason"]) for each in told} == {("levigate", OPERATOR, "first technician")}


@pytest.mark.parametrize("reason", ["", "  ", "-", "ok"])
def test_the_operator_says_why(pharmacy: Pharmacy, reason: str) -> None:
    house = pharmacy.house
    assert refused(house, lambda: operators.disable(house.database, house.site_id, change(pharmacy, "technician", reason))) == "REASON_NEEDED"


def test_a_person_whose_account_is_refused_is_not_added_either(pharmacy: Pharmacy) -> None:
    house = pharmacy.house
    opened_for(pharmacy, pharmacy.staff.technician, "nora")
    assert refused(house, lambda: operators.add_user(house.database, house.site_id, new(), at=AT, reason="first technician")) == "SIGN_IN_NAME"


def test_the_operator_never_takes_the_last_designated_person_away(pharmacy: Pharmacy) -> None:
    house = pharmacy.house
    assert refused(house, lambda: operators.disable(house.database, house.site_id, change(pharmacy, "designated"))) == "LAST_DESIGNATED_PERSON"
    early = date(2026, 11, 1)

    def shorten() -> object:
        return operators.renew_licence(house.database, house.site_id, change(pharmacy, "designated"), expires_on=early)

    assert refused(house, shorten) == "LAST_DESIGNATED_PERSON"


def test_a_renewed_licence_is_the_way_out_when_the_only_designated_persons_has_expired(pharmacy: Pharmacy) -> None:
    house = pharmacy.house
    later = AT + timedelta(days=400)
    asked = people.NewPerson(name="Nora New", roles=(Role.ASSISTANT,))

    def add() -> object:
        return pharmacy.do(people.add_person, pharmacy.staff.designated, asked, at=later)

    assert refused(house, add) == "LICENCE_EXPIRED"
    mends = Change(person_id=DESIGNATED.id, at=later, reason="renewed at the College")
    done = operators.renew_licence(house.database, house.site_id, mends, expires_on=(later + timedelta(days=365)).date(), licence="BC-10001")
    assert done.licence == "BC-10001"
    assert add()


def test_whoever_the_operator_disables_has_no_session_any_more(pharmacy: Pharmacy) -> None:
    house = pharmacy.house
    give_account(house, pharmacy.staff.technician, "toni")
    opened = signed_in(house, "toni")
    operators.disable(house.database, house.site_id, change(pharmacy, "technician"))
    over = session_of(door(house), opened.token)
    assert over is not None
    assert over.condition(AT) is Condition.ENDED


def test_of_two_designated_persons_disabled_at_once_one_stays(pharmacy: Pharmacy) -> None:
    house = pharmacy.house
    asked = people.NewPerson(name="Dora Deputy", roles=(Role.DESIGNATED_PERSON,), licence="BC-9", licence_expires_on=date(2027, 6, 30))
    deputy = pharmacy.do(people.add_person, pharmacy.staff.designated, asked).person_id
    both = [Change(person_id=each, at=AT, reason="both at once") for each in (pharmacy.staff.designated, deputy)]
    done = at_once([lambda each=each: operators.disable(house.database, house.site_id, each) for each in both])  # type: ignore[misc]
    assert sum(isinstance(each, LevigateError) for each in done) == 1


def test_no_account_is_there_before_somebody_opens_one(house: House) -> None:
    with house.database.reading() as connection:
        assert connection.execute(select(account)).all() == []
        assert connection.execute(text("SELECT count(*) FROM passkey")).scalar_one() == 0
