"""Between desks: what becomes sensitive is sealed anew; what is sealed moves by the hand of who can read it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update

from bot.vocabulary import Append, Category, Desk, Destination, Facts, File, Join, MediumKind, Reroute, Role, Urgency
from storage import pickup, tables
from storage.casework import cases, moves, queues, showing
from storage.casework.acts import Act, Refused, Unseen
from storage.database.engine import Store
from storage.intake import coding, corrections, transcripts
from storage.keys import Keyring
from storage.people import staff
from storage.people.staff import Grant
from storage.reporting.reporters import Who
from storage.sealed import keypairs
from storage.sealed.keypairs import Unlocked
from storage.sealed.recipients import Unverified
from storage.words import content
from storage.words.content import SealedAway
from tests.databases import sqlite_mostly
from tests.shipped import shipped
from tests.staffing import BAGHDAD, KARRADA, WOMEN, hire
from tests.storage import making
from tests.storage.house import ANSWER, NOTE, VIOLENCE, WORDS, House, copy_of, stolen
from tests.storage.making import THEFT, message

pytestmark = sqlite_mostly


MINUTE = timedelta(minutes=1)
_NOBODY = Who(b"", (b"", b"", b""), b"", hidden=True)


@pytest.fixture
async def house(store: Store, keyring: Keyring, now: datetime) -> House:
    """A women's desk that is on, beside a general desk whose coordinator reads what comes there."""
    house = House(store, keyring, now)
    await house.begin()
    await house.recovery()
    await house.found("هدى", "سلمى")
    return house


def _rerouted(
    file: File, *, desk: Desk, office: str = KARRADA, facts: Facts = VIOLENCE, rule: str = "private"
) -> Reroute:
    return Reroute(file.report, Destination(office, desk, rule), facts, None)


async def _hear(house: House, number: int, *effects: Any) -> None:
    await making.say(house.store, house.keyring, message(number), making.decision(*effects), now=house.now)


def _act(house: House, name: str, file: File, version: int, opener: Any = None) -> Act:
    return Act(house.people[name], file.number, version, house.now, opener)


async def _version(house: House, file: File) -> int:
    ask = select(tables.reports.c.version).where(tables.reports.c.id == file.report)
    return int(await house.store.read(lambda c: c.execute(ask).scalar_one()))


async def _row(house: House, file: File) -> Any:
    ask = select(tables.reports).where(tables.reports.c.id == file.report)
    return await house.store.read(lambda c: c.execute(ask).one())


async def _open_general(house: House) -> File:
    """A report at the general desk that its coordinator has read and answered."""
    file = await house.tell(facts=THEFT, desk=Desk.GENERAL)
    await house.work_on(file, "زينب")
    assert await house.texts(file, None, "زينب") == [WORDS, NOTE, ANSWER]
    assert WORDS in stolen(await copy_of(house.store), house.keyring)
    return file


async def _is_sealed(house: House, file: File) -> None:
    """The whole report is sealed to the women's desk, also what was said and kept before."""
    copy = await copy_of(house.store)
    assert stolen(copy, house.keyring) == ""
    assert all(row.wrapped is None and row.epoch is None for row in copy.rows["parts"])
    assert [row.wrapped for row in copy.rows["media"]] == [None]
    for name in ("هدى", "سلمى"):
        assert await house.texts(file, house.keys[name], name) == [WORDS, NOTE, ANSWER]
    found = await house.store.read(lambda c: pickup.find(c, house.keyring, file.code))
    assert found is not None
    assert [answer.text for answer in found.answers] == [ANSWER]
    noted = [row for row in copy.rows["audit"] if row.action == "report.sealed"]
    assert [row.data for row in noted] == [{"opened_by": [house.people["زينب"]]}]


async def test_what_the_machine_hears_as_private_later_is_sealed_with_all_that_was_said(house: House) -> None:
    file = await _open_general(house)
    house.now += MINUTE
    await _hear(house, 2, _rerouted(file, desk=Desk.WOMEN))
    await _is_sealed(house, file)
    seen = await house.open(file, "هدى", house.keys["هدى"])
    assert seen.card is not None
    assert seen.card.category == Category.DOMESTIC_VIOLENCE


async def test_what_a_person_moves_to_the_desk_is_sealed_likewise(house: House) -> None:
    file = await _open_general(house)
    act = _act(house, "زينب", file, await _version(house, file))
    await house.store.write(lambda c: moves.move(c, house.keyring, act, office=KARRADA, desk=Desk.WOMEN))
    await _is_sealed(house, file)


async def test_nobody_moves_what_they_cannot_read(house: House) -> None:
    file = await house.tell()
    for opener in (None, keypairs.new("x")):
        with pytest.raises(Refused, match=r"case\.locked"):
            await _move(house, file, KARRADA, Desk.GENERAL, opener)
    assert (await _row(house, file)).desk == "women"
    assert await house.texts(file, house.keys["هدى"]) == [WORDS]


async def test_nobody_works_on_what_they_cannot_read(house: House) -> None:
    file = await house.tell()
    steps: list[Callable[[Connection, Keyring, Act], int]] = [
        cases.claim,
        cases.undo,
        lambda c, keyring, act: cases.note(c, keyring, act, "x"),
        lambda c, keyring, act: cases.reply(c, keyring, act, "x"),
        lambda c, keyring, act: cases.close(c, keyring, act, cases.Reason.RESOLVED),
    ]
    for opener in (None, keypairs.new("x")):
        act = _act(house, "هدى", file, 1, opener)
        for step in steps:
            with pytest.raises(Refused, match=r"case\.locked"):
                await house.store.write(lambda c, step=step, act=act: step(c, house.keyring, act), staff=act.staff)  # type: ignore[misc]
    assert (await _row(house, file)).version == 1


async def test_who_belongs_to_an_office_that_only_the_card_names_works_on_nothing(house: House) -> None:
    named = replace(VIOLENCE, apart=(BAGHDAD,))
    file = await house.tell(facts=named)
    assert (await _row(house, file)).apart is None
    act = _act(house, "هدى", file, 1, house.keys["هدى"])
    (photo,) = await making.rows(house.store, tables.media)
    see = lambda c: showing.medium(  # noqa: E731
        c, house.keyring, staff=act.staff, number=file.number, file=photo.id, now=house.now, opener=act.opener
    )
    assert await house.store.write(see, staff=act.staff) is not None
    desk = {"office": BAGHDAD, "desk": "general", "role": Role.COORDINATOR.value}
    await house.store.write(lambda c: c.execute(insert(tables.grants), {"staff": act.staff, **desk}) and None)
    for step in (cases.claim, lambda c, keyring, act: cases.note(c, keyring, act, "x")):
        with pytest.raises(Unseen):
            await house.store.write(lambda c, step=step: step(c, house.keyring, act), staff=act.staff)  # type: ignore[misc]
    assert await house.store.write(see, staff=act.staff) is None
    assert (await _row(house, file)).version == 1


async def _move(house: House, file: File, office: str, desk: Desk, opener: Unlocked | None) -> None:
    act = _act(house, "هدى", file, 1, opener)
    await house.store.write(lambda c: moves.move(c, house.keyring, act, office=office, desk=desk))


async def test_what_people_can_read_goes_to_no_desk_where_nobody_could(house: House) -> None:
    file = await house.tell()
    with pytest.raises(Refused, match=r"case\.target"):
        await _move(house, file, BAGHDAD, Desk.CHILD, house.keys["هدى"])


async def test_a_focal_point_moves_it_to_a_desk_that_reads_it_under_the_months_key(house: House) -> None:
    file = await house.tell()
    await _move(house, file, KARRADA, Desk.GENERAL, house.keys["هدى"])
    row = await _row(house, file)
    assert (row.desk, row.category) == ("general", "domestic_violence")
    assert await house.texts(file, None, "زينب") == [WORDS]
    assert await making.count(house.store, tables.part_seals) == 0
    assert await making.count(house.store, tables.medium_seals) == 0


async def test_a_focal_point_moves_it_to_another_desk_whose_people_then_read_it(house: House) -> None:
    file = await house.tell()
    await house.store.write(lambda c: _hired(c, house))
    await house.found("رند", "ريم", place=(BAGHDAD, "child"))
    await _move(house, file, BAGHDAD, Desk.CHILD, house.keys["هدى"])
    assert await house.texts(file, house.keys["رند"], "رند") == [WORDS]
    assert stolen(await copy_of(house.store), house.keyring, [house.keys["هدى"].private]) == ""


def _hired(conn: Connection, house: House) -> None:
    for name in ("رند", "ريم"):
        desks = (Desk.CHILD,)
        house.people[name] = hire(
            conn, house.keyring, name, Role.FOCAL_POINT, office=BAGHDAD, desks=desks, now=house.now
        )


@pytest.mark.parametrize("there", [(), ("رند", "ريم")])
async def test_the_machine_moves_nothing_that_it_cannot_seal_for_others_and_says_what_it_heard(
    house: House, there: tuple[str, ...]
) -> None:
    file = await house.tell()
    if there:
        await house.store.write(lambda c: _hired(c, house))
        await house.found(*there, place=(BAGHDAD, "child"))
    facts = replace(VIOLENCE, urgency=Urgency.EMERGENCY, minor=True)
    await _hear(house, 2, Append(file.report), _rerouted(file, desk=Desk.CHILD, office=BAGHDAD, facts=facts))
    row = await _row(house, file)
    assert (row.office, row.desk, row.urgency) == (KARRADA, "women", 2)
    her = house.keys["هدى"]
    card = await house.store.read(lambda c: content.card(c, house.keyring, file.report, her))
    assert (card["minor"], card["sensitive"], card["urgency"], card["channel"]) == (True, True, 2, "sms")
    assert stolen(await copy_of(house.store), house.keyring) == ""
    alerts = [row for row in await making.rows(house.store, tables.timers) if row.kind == "alert"]
    assert [row.data["desk"] for row in alerts] == ["women"]


async def test_between_desks_that_are_off_the_recovery_key_reads_on(house: House) -> None:
    file = making.filing(facts=VIOLENCE, desk=Desk.WOMEN, office=WOMEN, place=None)
    await _hear(house, 1, file)
    await _hear(house, 2, Append(file.report), _rerouted(file, desk=Desk.CHILD, office=BAGHDAD))
    row = await _row(house, file)
    assert (row.office, row.desk) == (BAGHDAD, "child")
    copy = await copy_of(house.store)
    assert {row.recipient for row in copy.rows["part_seals"]} == {house.keys["recovery"].recipient}
    assert stolen(copy, house.keyring) == ""


async def test_who_writes_another_desk_into_a_row_does_not_read_what_comes_next(house: House) -> None:
    file = await house.tell(photo=False)
    await _hear(house, 2, Append(file.report))
    await house.store.write(lambda c: c.execute(update(tables.reports).values(desk="general")) and None)
    with pytest.raises(Unverified):
        await _hear(house, 3, Append(file.report))
    with pytest.raises(Unverified):
        await house.store.write(lambda c: content.people(c, house.keyring, file.report, house.now) and None)
    await house.store.write(lambda c: c.execute(update(tables.reports).values(desk="women")) and None)
    await _hear(house, 3, Append(file.report))
    assert stolen(await copy_of(house.store), house.keyring) == ""


async def test_what_left_an_office_that_it_names_is_heard_where_it_is_now(house: House) -> None:
    file = await house.tell(photo=False)
    facts = replace(VIOLENCE, apart=(KARRADA,))
    away = _rerouted(file, desk=Desk.GENERAL, office=BAGHDAD, facts=facts, rule="insider")
    await _hear(house, 2, Append(file.report), away)
    assert (await _row(house, file)).office == BAGHDAD
    await _hear(house, 3, Append(file.report))
    rows = await making.rows(house.store, tables.parts)
    assert [row.wrapped is None for row in rows if row.kind == "utterance"].count(False) == 1


async def test_a_persons_correction_stands_where_the_machine_cannot_read_it(house: House) -> None:
    file = await house.tell(photo=False)

    def correct(act: Act) -> Callable[[Connection], int]:
        return lambda conn: corrections.correct(
            conn,
            house.keyring,
            act,
            category=Category.ELECTRONIC_BLACKMAIL,
            urgency=Urgency.HIGH,
            gazetteer=shipped().gazetteer,
        )

    with pytest.raises(Refused, match=r"case\.locked"):
        await house.store.write(correct(_act(house, "هدى", file, 1)))
    await house.store.write(correct(_act(house, "هدى", file, 1, house.keys["هدى"])))
    await _hear(house, 2, Append(file.report), _rerouted(file, desk=Desk.GENERAL, facts=THEFT, rule="coverage"))
    row = await _row(house, file)
    assert (row.desk, row.urgency, row.category) == ("women", 1, None)
    seen = await house.open(file, "هدى", house.keys["هدى"])
    assert seen.card is not None
    assert (seen.card.category, seen.card.corrected) == ("electronic_blackmail", True)


async def test_supervisors_see_how_many_wait_at_a_desk_that_is_off_and_nothing_else(house: House) -> None:
    for number in (1, 2):
        file = making.filing(facts=VIOLENCE, desk=Desk.CHILD, office=BAGHDAD, place=None, code=f"00000{number}")
        await _hear(house, number, file)
    await house.tell(3, photo=False)

    def work(conn: Connection) -> list[str]:
        above = hire(conn, house.keyring, "ليث", Role.SUPERVISOR, office=BAGHDAD, now=house.now)
        two = hire(conn, house.keyring, "وسام", Role.SUPERVISOR, office=BAGHDAD, now=house.now)
        staff.grant(conn, house.keyring, person=two, new=Grant(KARRADA, Desk.GENERAL, Role.COORDINATOR), now=house.now)
        of_both = hire(conn, house.keyring, "عمر", Role.SUPERVISOR, now=house.now)
        return [above, of_both, house.people["زينب"], two]

    people = await house.store.write(work)
    waiting = [
        await house.store.read(lambda c, each=each: queues.waiting(c, staff=each, now=house.now), staff=each)  # type: ignore[misc]
        for each in people
    ]
    assert waiting == [{(BAGHDAD, Desk.CHILD): 2}, {}, {}, {}]


async def test_the_sealed_times_do_not_tell_the_minute_after_it_was_sealed(house: House) -> None:
    file = await _open_general(house)
    house.now += MINUTE
    await _hear(house, 2, _rerouted(file, desk=Desk.WOMEN))
    hour = house.now.replace(minute=0)
    rows = await making.rows(house.store, tables.parts)
    assert all(row.at - hour < timedelta(seconds=1) for row in rows)
    seen = await house.open(file, "هدى", house.keys["هدى"])
    assert next(entry.at for entry in seen.thread if entry.said) == house.now - MINUTE


async def test_a_seal_that_fails_leaves_the_report_where_it_was(house: House) -> None:
    file = await _open_general(house)
    part = select(tables.parts.c.id).where(tables.parts.c.kind == "note").scalar_subquery()
    await house.store.write(
        lambda c: c.execute(update(tables.parts).where(tables.parts.c.id == part).values(wrapped=None)) and None
    )
    with pytest.raises(SealedAway):
        await _hear(house, 2, _rerouted(file, desk=Desk.WOMEN))
    assert (await _row(house, file)).desk == "general"


async def test_two_reports_become_one_case_unread(house: House) -> None:
    elder, newer = await house.tell(1, photo=False), await house.tell(2, photo=False)
    await _hear(house, 3, Join(newer.report, elder.report))
    assert stolen(await copy_of(house.store), house.keyring) == ""
    assert await house.texts(elder, house.keys["هدى"]) == [WORDS, WORDS]
    await house.work_on(elder)
    for file in (elder, newer):  # whichever code she kept
        copy = await copy_of(house.store)
        key = coding.key(house.keyring, _NOBODY, file.code)
        assert stolen(copy, house.keyring, [key.private]).count(ANSWER) == 1


async def test_no_voice_raises_what_a_person_has_set_even_where_the_machine_cannot_read_that(house: House) -> None:
    file = await house.tell(photo=False)
    voice = message(2, media=(making.medium(),))
    await making.say(house.store, house.keyring, voice, making.decision(Append(file.report)), now=house.now)
    await house.fetch(unheard=True, kind=MediumKind.VOICE)
    act = _act(house, "هدى", file, 1, house.keys["هدى"])

    def work(conn: Connection) -> None:
        heard = transcripts.claim(conn, house.keyring, owner="t", now=house.now, lease=MINUTE)
        assert heard is not None
        labels = {"category": Category.DOMESTIC_VIOLENCE, "urgency": Urgency.NORMAL}
        corrections.correct(conn, house.keyring, act, **labels, gazetteer=shipped().gazetteer)  # type: ignore[arg-type]
        words = transcripts.Words("بسرعة", Urgency.EMERGENCY, ("بسرعة",))
        assert transcripts.written(conn, house.keyring, heard, words, now=house.now)

    await house.store.write(work)
    assert (await _row(house, file)).urgency == Urgency.NORMAL.value
