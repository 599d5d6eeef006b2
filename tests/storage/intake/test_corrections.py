"""A person's word over the machine's: what changes, what is learnt from it, and what never is."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from bot.nlp import places
from bot.nlp.analyse import DATA
from bot.nlp.gazetteer import Gazetteer
from bot.vocabulary import (
    Category,
    Desk,
    Destination,
    Directory,
    Erase,
    Facts,
    Language,
    Locale,
    Office,
    OfficeKind,
    Reroute,
    Role,
    Status,
    Urgency,
)
from storage import keys, tables
from storage.casework import moves, opening
from storage.casework.acts import Act, Conflict, Refused, Unseen
from storage.database.engine import Store
from storage.intake import corrections
from storage.keys import Domain, Keyring
from storage.purging import retention
from storage.tables import audit, events, reports, timers
from storage.words import content, examples, hours
from storage.words.examples import Example
from tests.databases import sqlite_mostly
from tests.staffing import BAGHDAD, KARRADA, Filed, town
from tests.storage import making
from tests.storage.casework.test_cases import Case, N
from tests.storage.making import OFFICE, THEFT, message

pytestmark = sqlite_mostly


SAID = "اسمي حيدر ورقمي 0770 000 0012 صار عركة جبيرة بالكرادة على گاع"


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return places.load(DATA / "places.tsv")


class Corrected(Case):
    """A town in which reports are corrected."""

    gazetteer: Gazetteer

    async def correct(self, person: str, category: Category, urgency: Urgency = Urgency.NORMAL, **more: Any) -> int:
        """One correction, run as the worker, a second after the last."""
        self.now += timedelta(seconds=1)
        return await self.act(
            corrections.correct,
            person,
            wall=False,
            category=category,
            urgency=urgency,
            gazetteer=self.gazetteer,
            **more,
        )

    async def learnt(self) -> list[Example]:
        """Every example as training would read it."""
        return list(await self.store.read(lambda c: examples.read(c, self.keyring)))

    async def kept(self) -> int:
        """How many rows there are, readable or not."""
        return await self.store.read(examples.count)

    async def card(self, report: str) -> dict[str, Any]:
        """The newest card."""
        return await self.store.read(lambda c: content.card(c, self.keyring, report))


@pytest.fixture
async def case(store: Store, keyring: Keyring, now: datetime, gazetteer: Gazetteer) -> Corrected:
    await store.write(town)
    await store.write(lambda c: keys.register(c, keyring, now))
    made = Corrected(store, keyring, now)
    made.gazetteer = gazetteer
    return made


# ── What changes ─────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_correction_changes_the_report_its_card_and_the_thread(case: Corrected) -> None:
    zainab, report = await case.hire("زينب", Role.COORDINATOR), await case.file(Filed(N, said=(SAID,)))
    assert await case.correct(zainab, Category.PROPERTY_DISPUTE, Urgency.HIGH) == 2
    row, card = await case.row(), await case.card(report)
    assert (row.category, row.urgency, row.desk) == ("property_dispute", Urgency.HIGH, "general")
    assert (card["category"], card["urgency"], card["corrected"]["by"]) == ("property_dispute", 1, zainab)
    assert card["guesses"][0] == ["theft", 0.91]
    assert await case.events() == ["correct"]
    opened = await case.store.write(lambda c: opening.one(c, case.keyring, staff=zainab, number=N, now=case.now))
    assert opened is not None
    assert opened.card is not None
    assert opened.card.corrected


async def test_neither_events_nor_audit_tell_which_category_it_was_or_is(case: Corrected) -> None:
    zainab, report = await case.hire("زينب", Role.COORDINATOR), await case.file(Filed(N, said=(SAID,)))
    await case.correct(zainab, Category.DOMESTIC_VIOLENCE)
    row = await case.store.read(lambda c: c.execute(select(audit).where(audit.c.action == "report.correct")).one())
    assert (row.actor, row.subject, row.data) == (zainab, report, {})
    assert "violence" not in repr(await case.store.read(lambda c: c.execute(select(events)).all()))


async def test_more_urgent_is_due_sooner_and_less_urgent_no_later(case: Corrected) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N))
    await case.correct(zainab, Category.THEFT, Urgency.EMERGENCY)
    due = (await case.row()).due_at
    assert due == case.now + timedelta(minutes=15)
    await case.correct(zainab, Category.THEFT, Urgency.NORMAL, version=2)
    row = await case.row()
    assert (row.due_at, row.urgency) == (due, Urgency.NORMAL)


async def test_an_emergency_that_nobody_has_taken_rings(case: Corrected) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N))
    await case.correct(zainab, Category.FIRE_MEDICAL, Urgency.EMERGENCY)
    rung = await case.store.read(lambda c: c.execute(select(timers.c.kind, timers.c.data)).all())
    assert [(row.kind, row.data["desk"]) for row in rung] == [("alert", "general")]


async def test_what_is_as_it_was_is_no_correction(case: Corrected) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N))
    with pytest.raises(Refused, match=r"correct\.same"):
        await case.correct(zainab, Category.THEFT)
    assert (await case.row()).version == 1


async def test_who_may_not_does_not(case: Corrected) -> None:
    boss, far = await case.hire("رئيس", Role.SUPERVISOR), await case.hire("بعيد", Role.COORDINATOR, office=BAGHDAD)
    await case.file(Filed(N))
    with pytest.raises(Refused, match=r"case\.role"):
        await case.correct(boss, Category.ASSAULT)
    with pytest.raises(Unseen):
        await case.correct(far, Category.ASSAULT)
    zainab = await case.hire("زينب", Role.COORDINATOR)
    with pytest.raises(Conflict):
        await case.correct(zainab, Category.ASSAULT, version=7)


async def test_an_erased_report_is_not_corrected(case: Corrected) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N))
    await case.store.write(lambda c: c.execute(update(reports).values(erased_at=case.now)) and None)
    with pytest.raises(Refused, match=r"case\.erased"):
        await case.correct(zainab, Category.ASSAULT)


# ── What is learnt ───────────────────────────────────────────────────────────────────────────────────────────
async def test_masked_words_their_label_and_the_day_are_kept(case: Corrected) -> None:
    zainab, report = await case.hire("زينب", Role.COORDINATOR), await case.file(Filed(N, said=(SAID, "باچر")))
    await case.correct(zainab, Category.PROPERTY_DISPUTE)
    (example,) = await case.learnt()
    assert (example.report, example.category, example.language) == (report, Category.PROPERTY_DISPUTE, "ar")
    assert "عركة جبيرة" in example.text
    assert "[PHONE]" in example.text
    assert "[PLACE]" in example.text
    for told in ("حيدر", "0770", "كرادة", "باچر"):
        assert told not in example.text
    (row,) = await making.rows(case.store, tables.examples)
    assert row.at == case.now.replace(hour=0, minute=0, second=0, microsecond=0)
    assert "عركة".encode() not in bytes(row.sealed)


async def test_the_last_correction_of_a_report_counts(case: Corrected) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N, said=(SAID,)))
    await case.correct(zainab, Category.PROPERTY_DISPUTE)
    await case.correct(zainab, Category.ASSAULT, version=2)
    assert [example.category for example in await case.learnt()] == [Category.ASSAULT]


@pytest.mark.parametrize(
    ("filed", "to"),
    [
        (Filed(N, said=(SAID,)), Category.HARASSMENT),
        (Filed(N, said=(SAID,), category="electronic_blackmail"), Category.THREATS_EXTORTION),
        (Filed(N, said=("حريق",)), Category.FIRE_MEDICAL),
        (Filed(N, said=("",)), Category.FIRE_MEDICAL),
        (Filed(N, said=(SAID,), events=(("move", {"from_desk": "women", "desk": "general"}),)), Category.ASSAULT),
    ],
    ids=["becomes sensitive", "was sensitive", "one word", "no word", "came from a sealed desk"],
)
async def test_of_what_is_private_or_says_nothing_nothing_is_learnt(
    case: Corrected, filed: Filed, to: Category
) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(filed)
    await case.correct(zainab, to)
    assert await case.kept() == 0


@pytest.mark.parametrize("desk", [Desk.WOMEN, Desk.CHILD])
async def test_of_a_sealed_desk_nothing_is_learnt_and_nothing_shows(case: Corrected, desk: Desk) -> None:
    office = KARRADA if desk is Desk.WOMEN else BAGHDAD
    huda = await case.hire("هدى", Role.FOCAL_POINT, office=office, desks=(desk,))
    report = await case.file(Filed(N, office=office, desk=desk, said=(SAID,)))
    await case.correct(huda, Category.PROPERTY_DISPUTE)
    row = await case.row()
    assert (await case.kept(), row.category, (await case.card(report))["category"]) == (0, None, "property_dispute")


@pytest.mark.parametrize("flag", ["private", "sensitive", "minor"])
def test_each_flag_of_the_card_forbids_learning(flag: str) -> None:
    labels = (Category.THEFT, Category.ASSAULT)
    assert examples.may_learn(Desk.GENERAL, labels, {flag: False})
    assert not examples.may_learn(Desk.GENERAL, labels, {flag: True})


def test_a_yes_opens_sealed_desks_and_private_mode_but_no_sensitive_matter() -> None:
    labels = (Category.THEFT, Category.ASSAULT)
    assert examples.may_learn(Desk.WOMEN, labels, {"private": True}, consented=True)
    assert not examples.may_learn(Desk.WOMEN, (*labels, Category.HARASSMENT), {}, consented=True)


async def test_a_correction_to_what_is_sensitive_takes_the_example_away(case: Corrected) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N, said=(SAID,)))
    await case.correct(zainab, Category.PROPERTY_DISPUTE)
    assert await case.kept() == 1
    await case.correct(zainab, Category.DOMESTIC_VIOLENCE, version=2)
    assert await case.kept() == 0


# ── How it goes again ────────────────────────────────────────────────────────────────────────────────────────
async def test_it_goes_when_the_report_comes_to_a_sealed_desk(case: Corrected) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N, said=(SAID,)))
    await case.correct(zainab, Category.PROPERTY_DISPUTE)
    await case.act(moves.move, zainab, version=2, wall=False, office=KARRADA, desk=Desk.WOMEN)
    assert await case.kept() == 0


async def test_it_goes_with_the_words_that_are_erased(case: Corrected) -> None:
    zainab, report = await case.hire("زينب", Role.COORDINATOR), await case.file(Filed(N, said=(SAID,)))
    await case.correct(zainab, Category.PROPERTY_DISPUTE)
    await case.store.write(lambda c: content.erase(c, report))
    assert await case.kept() == 0


async def test_it_goes_with_the_report_itself(case: Corrected) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N, said=(SAID,)))
    await case.correct(zainab, Category.PROPERTY_DISPUTE)
    await case.store.write(lambda c: c.execute(delete(reports)) and None)
    assert await case.kept() == 0


async def _purge(case: Corrected, at: datetime) -> int:
    return await case.store.write(lambda c: retention.purge(c, case.keyring, at).get("examples", 0))


async def test_it_goes_ninety_days_after_the_case_was_closed(case: Corrected) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N, said=(SAID,), status=Status.CLOSED))
    closed_at = case.now
    await case.correct(zainab, Category.PROPERTY_DISPUTE)
    assert await _purge(case, closed_at + timedelta(days=90)) == 0
    assert await _purge(case, closed_at + timedelta(days=90, seconds=1)) == 1
    assert await case.kept() == 0


async def test_of_an_open_case_it_stays(case: Corrected) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N, said=(SAID,)))
    await case.correct(zainab, Category.PROPERTY_DISPUTE)
    assert await _purge(case, case.now + timedelta(days=400)) == 0


@pytest.mark.parametrize("left", ["erased", "sealed"])
async def test_what_another_way_left_behind_is_neither_read_nor_kept(case: Corrected, left: str) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N, said=(SAID,)))
    await case.correct(zainab, Category.PROPERTY_DISPUTE)
    nothing = dict.fromkeys(("category", "place", "language", "channel"))
    values: dict[str, Any] = (
        {"erased_at": case.now} if left == "erased" else {**nothing, "desk": "women", "sealed_once": True}
    )
    await case.store.write(lambda c: c.execute(update(reports).values(**values)) and None)
    assert await case.learnt() == []
    assert await _purge(case, case.now) == 1


async def test_it_goes_when_its_key_is_no_more(case: Corrected) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N, said=(SAID,)))
    await case.correct(zainab, Category.PROPERTY_DISPUTE)
    epoch = f"{case.now:%Y-%m}"
    await case.store.write(lambda c: keys.mark_destroyed(c, Domain.CONTENT, epoch, case.now))
    case.keyring.destroy(Domain.CONTENT, epoch)
    assert await case.learnt() == []
    assert await _purge(case, case.now) == 1


async def test_a_reporter_who_erases_takes_it_along(
    store: Store, keyring: Keyring, now: datetime, gazetteer: Gazetteer
) -> None:
    await making.prepare(store, keyring, now)
    file = making.filing()
    await making.say(store, keyring, message(1), making.decision(file), now=now)
    example = Example(file.report, "صار عركة بالشارع", Category.ASSAULT, Urgency.HIGH, Language.AR)
    assert await store.write(lambda c: examples.remember(c, keyring, example, gazetteer, now=now))
    await making.say(store, keyring, message(2), making.decision(Erase(file.report)), now=now)
    assert await store.read(examples.count) == 0


# ── Where it would go ────────────────────────────────────────────────────────────────────────────────────────
def _office(code: str, *desks: Desk, kind: OfficeKind = OfficeKind.FORUM, covers: str = "") -> Office:
    return Office(
        code=code,
        kind=kind,
        names={Locale.AR: code},
        desks=frozenset(desks),
        coverage=frozenset({covers} if covers else ()),
    )


async def test_the_desk_that_hears_such_a_report_is_proposed_when_it_is_another(case: Corrected) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N, place=False))
    offices = Directory({KARRADA: _office(KARRADA, Desk.GENERAL, Desk.MEDIATION, Desk.WOMEN, Desk.URGENT)})

    async def proposed() -> Desk | None:
        target = await case.store.write(
            lambda c: corrections.proposed(c, case.keyring, offices, staff=zainab, number=N, now=case.now),
            staff=zainab,
        )
        return target.desk if target else None

    assert await proposed() is None
    for version, (category, urgency, desk) in enumerate(
        (
            (Category.PROPERTY_DISPUTE, Urgency.NORMAL, Desk.MEDIATION),
            (Category.ASSAULT, Urgency.EMERGENCY, Desk.URGENT),
            (Category.HARASSMENT, Urgency.NORMAL, Desk.WOMEN),
        ),
        start=1,
    ):
        await case.correct(zainab, category, urgency, version=version)
        assert await proposed() is desk


async def test_a_known_place_may_propose_another_office_but_only_one_within_reach(case: Corrected) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N))
    own = _office(KARRADA, Desk.GENERAL)
    above = _office(BAGHDAD, Desk.GENERAL, Desk.SECURITY, covers="IQ-BG", kind=OfficeKind.GOVERNORATE)
    far = _office("nowhere", Desk.SECURITY, kind=OfficeKind.NATIONAL)
    await case.store.write(lambda c: c.execute(update(tables.places).values(parent="IQ-BG")) and None)
    await case.correct(zainab, Category.EXTREMISM, Urgency.HIGH)
    for offices, wanted in (({KARRADA: own, BAGHDAD: above}, BAGHDAD), ({KARRADA: own, "nowhere": far}, None)):
        target = await case.store.write(
            lambda c, offices=offices: corrections.proposed(  # type: ignore[misc]
                c, case.keyring, Directory(offices), staff=zainab, number=N, now=case.now
            ),
            staff=zainab,
        )
        assert (target.office if target else None) == wanted


# ── What the machine hears afterwards ────────────────────────────────────────────────────────────────────────
@pytest.fixture
async def corrected(store: Store, keyring: Keyring, now: datetime, gazetteer: Gazetteer) -> str:
    """A theft that a person called an assault; returns its id."""
    await making.prepare(store, keyring, now)
    file = making.filing()
    await making.say(store, keyring, message(1), making.decision(file), now=now)
    person = await making.add_staff(store, "زينب", office=OFFICE, desk=Desk.GENERAL, now=now)
    act = Act(staff=person, number=file.number, version=1, now=now + timedelta(seconds=1))
    await store.write(
        lambda c: corrections.correct(
            c, keyring, act, category=Category.ASSAULT, urgency=Urgency.NORMAL, gazetteer=gazetteer
        )
    )
    return file.report


async def _reroute(store: Store, keyring: Keyring, effect: Reroute, now: datetime, number: int = 2) -> Any:
    await making.say(store, keyring, message(number), making.decision(effect), now=now)
    (row,) = await making.rows(store, tables.reports)
    return row, await store.read(lambda c: content.card(c, keyring, effect.report))


async def test_later_words_change_neither_category_nor_desk_but_haste_and_place(
    store: Store, keyring: Keyring, now: datetime, corrected: str
) -> None:
    later = now + timedelta(minutes=1)
    facts = Facts(Category.TRIBAL_DISPUTE, Urgency.HIGH, sensitive=False)
    to = Destination("other-office", Desk.MEDIATION, "category")
    row, card = await _reroute(store, keyring, Reroute(corrected, to, facts, making.PLACE), later)
    assert (row.category, row.office, row.desk, row.urgency) == ("assault", OFFICE, "general", Urgency.HIGH)
    assert (row.place, card["category"], bool(card["corrected"])) == (making.PLACE.id, "assault", True)


async def test_what_a_person_found_less_urgent_is_not_raised_by_what_was_known_then(
    store: Store, keyring: Keyring, now: datetime, corrected: str
) -> None:
    to, later = Destination(OFFICE, Desk.GENERAL, "coverage"), now + timedelta(minutes=1)
    high = Facts(Category.THEFT, Urgency.HIGH, sensitive=False)
    row, card = await _reroute(store, keyring, Reroute(corrected, to, high, None), later)
    assert (row.urgency, card["corrected"]["urgency"]) == (Urgency.HIGH, Urgency.HIGH)
    await store.write(lambda c: c.execute(update(reports).values(urgency=0)) and None)
    row, _ = await _reroute(store, keyring, Reroute(corrected, to, high, None), later, number=3)
    assert row.urgency == Urgency.NORMAL


async def test_what_is_newly_private_goes_to_the_sealed_desk_whatever_was_said_before(
    store: Store, keyring: Keyring, now: datetime, corrected: str
) -> None:
    facts = Facts(Category.DOMESTIC_VIOLENCE, Urgency.HIGH, sensitive=True)
    to = Destination("women-baghdad", Desk.WOMEN, "sensitive")
    row, card = await _reroute(store, keyring, Reroute(corrected, to, facts, None), now + timedelta(minutes=1))
    assert (row.office, row.desk, row.category) == ("women-baghdad", "women", None)
    assert (card["category"], card["corrected"]) == ("domestic_violence", None)
    assert await store.read(examples.count) == 0


def test_without_a_correction_the_machine_is_free() -> None:
    effect = Reroute("r", Destination("o", Desk.GENERAL, "coverage"), THEFT, None)
    assert corrections.standing({}, effect, here=Destination("x", Desk.URGENT, "held")) == (effect, None)


async def test_sealing_again_forgets_again(case: Corrected) -> None:
    """hours.seal is what every way into a sealed desk calls."""
    zainab, report = await case.hire("زينب", Role.COORDINATOR), await case.file(Filed(N, said=(SAID,)))
    await case.correct(zainab, Category.PROPERTY_DISPUTE)
    await case.store.write(lambda c: hours.seal(c, case.keyring, report, now=case.now))
    assert await case.kept() == 0


async def test_two_reports_never_share_an_example(case: Corrected) -> None:
    row = {"id": "1", "report": "x", "at": case.now, "sealed": b"", "wrapped": b"", "epoch": "2026-11"}
    report = await case.file(Filed(N))
    await case.store.write(lambda c: c.execute(insert(tables.examples).values(row | {"report": report})) and None)
    with pytest.raises(Exception, match=r"(?i)unique"):
        await case.store.write(
            lambda c: c.execute(insert(tables.examples).values(row | {"id": "2", "report": report})) and None
        )
