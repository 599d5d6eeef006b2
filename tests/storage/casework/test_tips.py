"""A tip of extremism is seen by vetted liaisons alone, whichever way it takes; and who fled is not found."""

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.vocabulary import Category, Desk, Directory, Flight
from storage import alerts, digests, timers
from storage.casework import claims, moves, opening
from storage.casework.acts import Act, Refused, Unseen
from storage.people import directory
from storage.tables import alerts as alert_rows
from storage.tables import reports
from storage.words import examples
from tests import staffing
from tests.databases import on_sqlite_mostly, sqlite_mostly
from tests.storage.casework.test_insiders import Country, country

pytestmark = sqlite_mostly

__all__ = ["country"]

_TIP = "واحد بجامع منطقتنا بالموصل الايمن يجند شباب لداعش ويجمع فلوس للتنظيم"


async def _eyes(country: Country, number: str) -> set[Desk]:
    """The desks whose people may open it."""
    return {desk for _, desk in await country.who_see(number)}


async def test_a_tip_is_seen_at_a_security_desk_only(country: Country) -> None:
    (filed,) = await country.tell(_TIP, phone=1)
    assert filed.facts.category is Category.EXTREMISM
    assert await _eyes(country, filed.number) == {Desk.SECURITY}


@on_sqlite_mostly
async def test_more_of_it_however_urgent_stays_there(country: Country) -> None:
    (filed,) = await country.tell(_TIP, phone=1)
    await country.tell("وهسه جاي يرمون طلق بالشارع واكو جرحى ينزفون", phone=1)
    (row,) = [await country.row(filed.number)]
    assert row.desk == "security"
    assert await _eyes(country, filed.number) == {Desk.SECURITY}


@on_sqlite_mostly
async def test_a_report_that_turns_out_to_be_one_leaves_who_worked_on_it(country: Country) -> None:
    (filed,) = await country.tell("شباب يسوون ازعاج وصياح كل ليلة بالشارع بالموصل الايمن", phone=1)
    at_first = await _eyes(country, filed.number)
    assert Desk.SECURITY not in at_first
    person = country.people[filed.to.office, filed.to.desk]
    claimed = {"claimed_by": person, "claimed_at": country.now, "status": "in_progress"}
    await country.store.write(lambda c: c.execute(update(reports).values(claimed)))
    told = await country.tell("طلعوا دواعش يجندون شباب ويبايعون التنظيم ويحضرون تفجير", phone=1)
    number = told[0].number if told else filed.number
    assert await _eyes(country, number) == {Desk.SECURITY}


@on_sqlite_mostly
async def test_two_that_are_one_meet_at_the_security_desk(country: Country) -> None:
    (tip,) = await country.tell(_TIP, phone=1)
    told = await country.tell("وكذلك انباك ماطوري البارحة بالكرادة من باب البيت وهذا موضوع ثاني", phone=1)
    for filed in told:
        await country.tell("1", phone=1)
        number = filed.number
        eyes = await _eyes(country, number)
        joined = (await country.row(number)).joined is not None
        assert eyes == {Desk.SECURITY} if joined else Desk.SECURITY not in eyes
    assert await _eyes(country, tip.number) == {Desk.SECURITY}


async def test_a_liaison_gives_it_to_another_security_desk_or_to_oversight_and_to_nobody_else(country: Country) -> None:
    (filed,) = await country.tell(_TIP)
    liaison = country.people[filed.to.office, Desk.SECURITY]
    listed = await country.store.write(lambda c: moves.targets(c, staff=liaison, number=filed.number, now=country.now))
    assert {target.desk for target in listed} <= {Desk.SECURITY, Desk.OVERSIGHT}
    assert listed
    act = Act(staff=liaison, number=filed.number, version=1, now=country.now)
    with pytest.raises(Refused, match="target"):
        await country.store.write(
            lambda c: moves.move(c, country.keyring, act, office=filed.to.office, desk=Desk.GENERAL)
        )


async def test_its_alarm_rings_liaisons_only_and_nobody_else_takes_it_by_a_tap(country: Country) -> None:
    now, urgent = country.now, country.people["IQ-NI", Desk.URGENT]

    def rota(conn: Connection) -> Directory:
        for office in ("IQ-NI", "IQ"):
            for desk in (Desk.SECURITY, Desk.URGENT):
                directory.add_duty(conn, office=office, desk=desk, staff=country.people[office, desk])
        return directory.read(conn, now)

    country.offices = await country.store.write(rota)
    (filed,) = await country.tell(_TIP)

    def ring(conn: Connection) -> set[str]:
        conn.execute(update(reports).values(urgency=2))
        timers.set_timer(conn, once="a", kind="alert", report=filed.report, due_at=now, data={})
        for step in range(5):
            at = now + timedelta(minutes=11 * step)
            for timer in timers.claim(conn, owner="me", now=at, limit=9, lease=timedelta(minutes=1)):
                alerts.climb(conn, country.keyring, timer, directory=country.offices, url="https://x", now=at)
        return set(conn.execute(select(alert_rows.c.staff)).scalars())

    told = await country.store.write(ring)
    assert told == {country.people["IQ-NI", Desk.SECURITY], country.people["IQ", Desk.SECURITY]}
    early = {"id": secrets.token_hex(16), "report": filed.report, "staff": urgent, "rung": 0, "at": now}
    await country.store.write(lambda c: c.execute(insert(alert_rows), early))
    with pytest.raises(Unseen):
        await country.store.write(
            lambda c: claims.claim_from_phone(c, country.keyring, staff=urgent, report=filed.report, now=now)
        )
    assert (await country.row(filed.number)).desk == "security"


async def test_it_is_counted_for_nobody_else_and_told_in_no_digest(country: Country) -> None:
    (filed,) = await country.tell(_TIP)
    person = country.people["IQ-NI", Desk.GENERAL]
    liaison = country.people[filed.to.office, Desk.SECURITY]

    def phone(conn: Connection) -> None:
        for number, owner in enumerate((person, liaison)):
            staffing.give_phone(conn, country.keyring, owner, f"+964770000009{number}", now=country.now)

    await country.store.write(phone)
    assert await country.counts(person) == 0
    assert await country.counts(liaison) == 1
    assert await country.store.write(lambda c: digests.send(c, country.keyring, url="https://x", now=country.now)) == 1


def test_nothing_is_learnt_from_it() -> None:
    assert not examples.may_learn(Desk.SECURITY, (Category.OTHER,), {})
    assert not examples.may_learn(Desk.GENERAL, (Category.EXTREMISM, Category.THEFT), {})


# ── Who fled ─────────────────────────────────────────────────────────────────────────────────────────────────
@on_sqlite_mostly
async def test_whom_her_family_looks_for_is_safe_first_and_nobody_searches(country: Country) -> None:
    (filed,) = await country.tell("بنتي شردت من البيت بالموصل الايمن من يومين ونريد تلكوها وترجعوها")
    assert filed.facts.flight is Flight.SOUGHT
    assert (filed.to.desk, filed.to.rule) == (Desk.WOMEN, "safety-first")
    assert await _eyes(country, filed.number) <= {Desk.WOMEN, Desk.CHILD}
    focal = country.people[filed.to.office, Desk.WOMEN]
    opened = await country.store.write(
        lambda c: opening.one(c, country.keyring, staff=focal, number=filed.number, now=country.now), staff=focal
    )
    assert opened is not None
    assert opened.card is not None
    assert opened.card.flight == "sought"


async def test_a_girl_who_is_looked_for_comes_to_a_childs_desk(country: Country) -> None:
    (filed,) = await country.tell("بنتي عمرها 15 سنة شردت من البيت بالموصل الايمن من يومين")
    assert filed.to.desk is Desk.CHILD


async def test_who_is_searched_later_leaves_the_desk_that_searched(country: Country) -> None:
    (filed,) = await country.tell("اختي طلعت من الصبح للسوك وما وصلت للبيت بالموصل الايمن", phone=1)
    assert filed.to.desk is Desk.GENERAL
    assert await country.tell("هي شردت من البيت لان زوجوها غصب", phone=1) == []
    assert (await country.row(filed.number)).desk == "women"


@pytest.mark.parametrize("first", ["own", "sought"])
async def test_from_one_phone_her_word_and_their_search_never_meet(country: Country, first: str) -> None:
    own = "اني هربت من بيت اهلي لان ابوي يضربني بالموصل الايمن"
    sought = "بنتي شردت من البيت بالموصل الايمن ونريد ترجعوها"
    texts = (own, sought) if first == "own" else (sought, own)
    (one,) = await country.tell(texts[0], phone=1)
    (two,) = await country.tell(texts[1], phone=1)
    assert one.number != two.number
    for number in (one.number, two.number):
        assert (await country.row(number)).joined is None


async def test_a_lost_child_an_old_man_and_who_was_taken_are_searched_at_once(country: Country) -> None:
    texts = {
        "ابني عمره 5 سنين ضاع هسه بسوك الموصل الايمن ولابس ازرق": {Desk.URGENT, Desk.GENERAL},
        "جدي بيه زهايمر طلع من البيت بالموصل الايمن وما رجع": {Desk.URGENT, Desk.GENERAL},
        "هسه خطفوا اختي بسيارة سودة بالموصل الايمن": {Desk.URGENT},
    }
    for text, desks in texts.items():
        (filed,) = await country.tell(text)
        assert filed.to.desk in desks, text
