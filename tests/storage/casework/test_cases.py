"""What may be done to a case, by whom, and what is left behind."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Row, select, update

from bot.vocabulary import Desk, Role, Status, Urgency
from storage.casework import acts, cases, moves, opening
from storage.casework.acts import Act, Conflict, Refused, Right, Unseen
from storage.casework.cases import Reason
from storage.database.engine import Store
from storage.keys import Keyring
from storage.outgoing import outbox
from storage.tables import audit, events, parts, reports, timers
from storage.tables import outbox as parcels
from storage.ties import Tie, made
from tests.staffing import ADHAMIYA, BAGHDAD, KARRADA, PLACE, WATCH, WOMEN, Filed, file, hire, town

N = "BG-00001"


class Case:
    """A store with a town, and short ways to act."""

    def __init__(self, store: Store, keyring: Keyring, now: datetime) -> None:
        self.store, self.keyring, self.now = store, keyring, now

    async def hire(self, name: str, role: Role, *, office: str = KARRADA, desks: tuple[Desk, ...] = ()) -> str:
        """A new member of staff."""
        return await self.store.write(
            lambda c: hire(c, self.keyring, name, role, office=office, desks=desks, now=self.now)
        )

    async def file(self, filed: Filed) -> str:
        """A new report."""
        return await self.store.write(lambda c: file(c, self.keyring, filed, now=self.now))

    async def act(
        self,
        step: Callable[..., int],
        person: str,
        *more: Any,
        version: int = 1,
        number: str = N,
        wall: bool = True,
        **named: Any,
    ) -> int:
        """One step, as the API takes it: behind the second wall, but for a move."""
        act = Act(staff=person, number=number, version=version, now=self.now)
        return await self.store.write(
            lambda c: step(c, self.keyring, act, *more, **named), staff=person if wall else None
        )

    async def row(self, number: str = N) -> Row[Any]:
        """A report's row."""
        return await self.store.read(lambda c: c.execute(select(reports).where(reports.c.number == number)).one())

    async def events(self) -> list[str]:
        """The kinds of what happened, but for the filing."""
        kinds = select(events.c.kind).where(events.c.kind != "file").order_by(events.c.at, events.c.id)
        return list(await self.store.read(lambda c: c.execute(kinds).scalars().all()))

    async def thread(self, person: str) -> list[tuple[str, str | None]]:
        """What a person reads."""
        opened = await self.store.write(
            lambda c: opening.one(c, self.keyring, staff=person, number=N, now=self.now), staff=person
        )
        assert opened is not None
        return [(entry.kind, entry.text) for entry in opened.thread if entry.said]


@pytest.fixture
async def case(store: Store, keyring: Keyring, now: datetime) -> Case:
    await store.write(town)
    return Case(store, keyring, now)


async def test_claiming_makes_it_mine_and_says_so(case: Case) -> None:
    zainab, report = await case.hire("زينب", Role.COORDINATOR), await case.file(Filed(N))
    assert await case.act(cases.claim, zainab) == 2
    row = await case.row()
    assert (row.claimed_by, row.status, row.version) == (zainab, "acknowledged", 2)
    assert await case.events() == ["claim"]
    audited = select(audit.c.actor, audit.c.subject).where(audit.c.action == "report.claim")
    assert await case.store.read(lambda c: c.execute(audited).all()) == [(zainab, report)]


async def test_claiming_twice_changes_nothing_and_a_second_person_is_refused(case: Case) -> None:
    zainab, ali = await case.hire("زينب", Role.COORDINATOR), await case.hire("علي", Role.COORDINATOR)
    await case.file(Filed(N))
    await case.act(cases.claim, zainab)
    assert await case.act(cases.claim, zainab, version=2) == 2
    with pytest.raises(Refused, match=r"case\.taken"):
        await case.act(cases.claim, ali, version=2)
    with pytest.raises(Conflict) as late:
        await case.act(cases.claim, ali, version=1)
    assert late.value.version == 2


async def test_a_reply_is_kept_and_leaves_ten_seconds_later(case: Case) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N))
    assert await case.act(cases.reply, zainab, " وصلنا بلاغك،\r\nشكراً ") == 2
    assert await case.thread(zainab) == [
        ("utterance", "سرقوا دراجتي من باب الدار"),
        ("reply", "وصلنا بلاغك،\nشكراً"),
    ]
    row = await case.row()
    assert (row.status, row.claimed_by) == ("in_progress", zainab)
    (parcel,) = await case.store.read(lambda c: c.execute(select(parcels)).all())
    assert (parcel.kind, parcel.due_at, parcel.channel) == ("answer", case.now + timedelta(seconds=10), "sms")
    later = case.now + timedelta(seconds=10)
    (taken,) = await case.store.write(
        lambda c: outbox.claim(c, case.keyring, owner="me", now=later, limit=5, lease=timedelta(minutes=1))
    )
    assert taken.reply == cases.answer(N, "وصلنا بلاغك،\nشكراً")


async def test_who_asked_for_silence_reads_the_reply_when_asking(case: Case) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N, reachable="pull"))
    await case.act(cases.reply, zainab, "جواب")
    assert ("reply", "جواب") in await case.thread(zainab)
    assert await case.store.read(lambda c: c.execute(select(parcels)).all()) == []


async def test_a_reply_that_can_reach_nobody_is_refused_and_not_kept(case: Case) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N, reachable="no"))
    with pytest.raises(Refused, match=r"case\.unreachable"):
        await case.act(cases.reply, zainab, "جواب")
    assert [kind for kind, _ in await case.thread(zainab)] == ["utterance"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "text.empty"),
        (" \n ", "text.empty"),
        ("x" * 2001, "text.long"),
        ("a\0b", "text.signs"),
        ("a\ud800b", "text.signs"),
    ],
)
async def test_words_that_cannot_be_kept_are_refused(case: Case, text: str, key: str) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N))
    with pytest.raises(Refused) as refused:
        await case.act(cases.note, zainab, text)
    assert refused.value.key == key
    assert (await case.row()).version == 1


@given(st.text())
def test_whatever_is_typed_is_kept_or_refused_by_name(text: str) -> None:
    try:
        kept = acts.checked(text)
    except Refused as refused:
        assert refused.key.startswith("text.")  # noqa: PT017 - either way must hold
    else:
        assert kept
        assert "\0" not in kept
        assert kept.encode()


async def test_a_note_is_for_colleagues(case: Case) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N))
    await case.act(cases.note, zainab, "راجعنا المكان")
    assert ("note", "راجعنا المكان") in await case.thread(zainab)
    assert await case.store.read(lambda c: c.execute(select(parcels)).all()) == []


async def test_a_case_goes_through_its_states(case: Case) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N))
    await case.act(cases.set_status, zainab, Status.IN_PROGRESS)
    await case.act(cases.refer, zainab, version=2, body="دائرة الكهرباء", text="")
    assert (await case.row()).status == "referred"
    await case.act(cases.close, zainab, Reason.HANDED_OVER, version=3)
    row = await case.row()
    assert (row.status, row.close_reason, row.closed_at) == ("closed", "handed_over", case.now)
    with pytest.raises(Refused, match=r"case\.closed"):
        await case.act(cases.reply, zainab, "جواب", version=4)
    with pytest.raises(Refused, match=r"case\.closed"):
        await case.act(cases.close, zainab, Reason.RESOLVED, version=4)
    await case.act(cases.reopen, zainab, version=4)
    row = await case.row()
    assert (row.status, row.close_reason, row.closed_at) == ("in_progress", None, None)
    assert sorted(await case.events()) == ["close", "refer", "reopen", "status"]


async def test_what_lay_at_a_sealed_desk_is_referred_only_where_its_reporter_agreed(case: Case) -> None:
    huda = await case.hire("هدى", Role.FOCAL_POINT)
    await case.file(Filed(N, desk=Desk.WOMEN))
    with pytest.raises(Refused, match=r"case\.refer\.consent"):
        await case.act(cases.refer, huda, body="المستشفى", text="")
    assert (await case.row()).status == "new"


@pytest.mark.parametrize("status", [Status.NEW, Status.CLOSED, Status.REFERRED])
async def test_a_status_with_its_own_step_is_not_set_by_hand(case: Case, status: Status) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N))
    with pytest.raises(Refused, match=r"case\.step"):
        await case.act(cases.set_status, zainab, status)


async def test_absent_and_invisible_are_the_same(case: Case) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed("BG-00002", office=ADHAMIYA))
    await case.file(Filed("BG-00004", desk=Desk.WOMEN))
    said = set()
    for number in ("BG-00002", "BG-00004", "BG-99999"):
        with pytest.raises(Unseen) as unseen:
            await case.act(cases.note, zainab, "x", number=number)
        said.add(repr(unseen.value))
    assert len(said) == 1


def test_only_those_who_work_on_cases_write_to_them() -> None:
    everything = frozenset(Right)
    workers = {Role.COORDINATOR, Role.FOCAL_POINT, Role.DUTY_OFFICER, Role.MEDIATOR, Role.POLICE_LIAISON}
    may = {role: acts.rights(role) for role in Role}
    assert {role for role, rights in may.items() if rights == everything} == workers
    assert may[Role.SUPERVISOR] == {Right.MOVE, Right.CLOSE}
    assert may[Role.AUDITOR] == may[Role.ADMINISTRATOR] == frozenset()


# ── Moving ───────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_moved_case_is_new_and_nobodys_at_its_new_desk(case: Case) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N))
    await case.act(cases.claim, zainab)
    await case.act(moves.move, zainab, version=2, wall=False, office=BAGHDAD, desk=Desk.GENERAL)
    row = await case.row()
    assert (row.office, row.desk, row.status, row.claimed_by) == (BAGHDAD, "general", "new", None)
    with pytest.raises(Unseen):
        await case.act(cases.note, zainab, "x", version=3)


async def test_what_was_joined_to_a_case_moves_with_it_and_nobody_is_left_reading_it(case: Case) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    elder, newer = await case.file(Filed(N)), await case.file(Filed("BG-22222"))
    tie = made(case.keyring, Tie.JOINED, newer, elder)
    ended = {"joined": elder, "joined_tie": tie, "status": "closed", "closed_at": case.now, "close_reason": "joined"}
    await case.store.write(lambda c: c.execute(update(reports).where(reports.c.number == "BG-22222").values(**ended)))
    await case.act(moves.move, zainab, wall=False, office=KARRADA, desk=Desk.WOMEN)
    row = await case.row("BG-22222")
    assert (row.desk, row.category, row.status, row.joined) == ("women", None, "closed", elder)
    with pytest.raises(Unseen):
        await case.act(cases.reopen, zainab, number="BG-22222", version=row.version)


async def test_an_answer_is_taken_back_before_it_leaves_and_nobody_reads_it(case: Case) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N))
    await case.act(cases.reply, zainab, "أول", version=1)
    case.now += timedelta(seconds=1)
    await case.act(cases.reply, zainab, "خطأ", version=2)
    assert await case.act(cases.undo, zainab, version=3) == 4
    said = ("utterance", "سرقوا دراجتي من باب الدار")
    assert await case.thread(zainab) == [said, ("reply", "أول"), ("reply", None)]
    states = await case.store.read(
        lambda c: c.execute(select(parcels.c.state, parcels.c.reason).order_by(parcels.c.state)).all()
    )
    assert [tuple(row) for row in states] == [("dead", "withdrawn"), ("pending", None)]
    assert "undo" in await case.events()
    with pytest.raises(Refused, match=r"case\.gone"):
        await case.act(cases.undo, zainab, version=4)


async def test_what_a_carrier_may_have_got_is_not_taken_back(case: Case) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N))
    await case.act(cases.reply, zainab, "جواب")
    for change in ({"state": "sending"}, {"state": "pending", "attempts": 1}, {"state": "sent", "sealed": None}):
        await case.store.write(lambda c, change=change: c.execute(update(parcels).values(**change)) and None)  # type: ignore[misc]
        with pytest.raises(Refused, match=r"case\.gone"):
            await case.act(cases.undo, zainab, version=2)
    assert ("reply", "جواب") in await case.thread(zainab)


async def test_nobody_takes_back_a_colleagues_answer(case: Case) -> None:
    zainab, ali = await case.hire("زينب", Role.COORDINATOR), await case.hire("علي", Role.COORDINATOR)
    await case.file(Filed(N))
    await case.act(cases.reply, zainab, "جواب")
    with pytest.raises(Refused, match=r"case\.gone"):
        await case.act(cases.undo, ali, version=2)
    if case.store.dialect == "postgresql":
        part = await case.store.read(
            lambda c: c.execute(select(parts.c.id).where(parts.c.kind == "reply")).scalar_one()
        )
        assert not await case.store.write(lambda c: outbox.withdraw(c, part=part), staff=ali)
        assert await case.store.write(lambda c: outbox.withdraw(c, part=part), staff=zainab)


async def test_moving_into_a_sealed_desk_tells_nothing_any_more(case: Case) -> None:
    zainab, huda = await case.hire("زينب", Role.COORDINATOR), await case.hire("هدى", Role.FOCAL_POINT)
    await case.file(Filed(N, category="other", said=("زوجي يضربني",)))
    await case.act(moves.move, zainab, wall=False, office=KARRADA, desk=Desk.WOMEN)
    row = await case.row()
    assert (row.category, row.place, row.language, row.channel) == (None, None, None, None)
    assert (row.opened_at.minute, row.opened_at.second) == (0, 0)
    assert await case.thread(huda) == [("utterance", "زوجي يضربني")]


async def test_moving_into_a_sealed_desk_hides_the_minute_and_the_rule(case: Case) -> None:
    case.now += timedelta(minutes=41, seconds=7)
    zainab, huda = await case.hire("زينب", Role.COORDINATOR), await case.hire("هدى", Role.FOCAL_POINT)
    await case.file(Filed(N, said=("أول", "ثانٍ"), events=(("file", {"rule": "extremism"}),)))
    await case.act(cases.note, zainab, "ملاحظة")
    await case.act(moves.move, zainab, wall=False, version=2, office=KARRADA, desk=Desk.WOMEN)
    case.now += timedelta(minutes=2)
    await case.act(cases.claim, huda, version=3)
    await case.act(cases.reply, huda, "جواب", version=4)
    await case.act(cases.close, huda, Reason.RESOLVED, version=5)

    def told(conn: Connection) -> list[datetime]:
        row = conn.execute(select(reports)).one()
        lines = [line.at for table in (parts, events) for line in conn.execute(select(table.c.at))]
        return [row.opened_at, row.due_at, row.claimed_at, row.closed_at, *lines]

    clear = await case.store.read(told)
    assert {at.replace(microsecond=0).minute for at in clear} == {0}
    assert {at.second for at in clear} == {0}
    data = await case.store.read(lambda c: c.execute(select(events.c.data)).scalars().all())
    assert "extremism" not in repr(data)
    opened = await case.store.write(
        lambda c: opening.one(c, case.keyring, staff=huda, number=N, now=case.now), staff=huda
    )
    assert opened is not None
    kinds = [entry.kind for entry in opened.thread]
    assert [kind for kind in kinds if kind != "file"] == [
        "utterance",
        "utterance",
        "note",
        "move",
        "claim",
        "reply",
        "close",
    ]
    assert [entry.at for entry in opened.thread if entry.kind == "reply"] == [case.now]


async def test_a_focal_point_may_send_on_but_never_to_the_police(case: Case) -> None:
    huda = await case.hire("هدى", Role.FOCAL_POINT)
    await case.file(Filed(N, desk=Desk.WOMEN, category="domestic_violence"))
    offered = await case.store.write(lambda c: moves.targets(c, staff=huda, number=N, now=case.now), staff=huda)
    assert {(target.office, target.desk) for target in offered} == {
        (KARRADA, Desk.GENERAL),
        (ADHAMIYA, Desk.GENERAL),
        (ADHAMIYA, Desk.WOMEN),
        (BAGHDAD, Desk.GENERAL),
        (BAGHDAD, Desk.CHILD),
        (WOMEN, Desk.WOMEN),
        (WATCH, Desk.OVERSIGHT),
    }
    for desk in (Desk.SECURITY, Desk.URGENT, Desk.MEDIATION):
        with pytest.raises(Refused, match=r"case\.sealed_once"):
            await case.act(moves.move, huda, wall=False, office=KARRADA, desk=desk)


async def test_leaving_a_sealed_desk_the_row_speaks_again(case: Case) -> None:
    huda = await case.hire("هدى", Role.FOCAL_POINT)
    await case.file(Filed(N, desk=Desk.WOMEN, category="theft"))
    await case.act(moves.move, huda, wall=False, office=KARRADA, desk=Desk.GENERAL)
    row = await case.row()
    assert (row.category, row.place, row.language, row.channel) == ("theft", PLACE, "ar", "sms")


async def test_a_complaint_about_the_police_never_returns_to_them(case: Case) -> None:
    watcher = await case.hire("رقيب", Role.COORDINATOR, office=WATCH)
    await case.file(Filed(N, office=WATCH, desk=Desk.OVERSIGHT, category="police_misconduct"))
    offered = await case.store.write(lambda c: moves.targets(c, staff=watcher, number=N, now=case.now), staff=watcher)
    assert {target.desk for target in offered} <= {Desk.OVERSIGHT, Desk.WOMEN, Desk.CHILD}
    with pytest.raises(Refused, match=r"case\.target"):
        await case.act(moves.move, watcher, wall=False, office=KARRADA, desk=Desk.GENERAL)


async def test_a_supervisor_assigns_and_closes_and_writes_no_words(case: Case) -> None:
    boss = await case.hire("مشرف", Role.SUPERVISOR)
    await case.file(Filed(N))
    for step, words in ((cases.reply, "x"), (cases.note, "x")):
        with pytest.raises(Refused, match=r"case\.role"):
            await case.act(step, boss, words)
    with pytest.raises(Refused, match=r"case\.role"):
        await case.act(cases.claim, boss)
    await case.act(moves.move, boss, wall=False, office=KARRADA, desk=Desk.MEDIATION)
    await case.act(cases.close, boss, Reason.DUPLICATE, version=2)
    assert (await case.row()).status == "closed"


async def test_an_emergency_that_is_moved_rings_at_its_new_desk(case: Case) -> None:
    omar = await case.hire("عمر", Role.DUTY_OFFICER)
    report = await case.file(Filed(N, desk=Desk.URGENT, urgency=Urgency.EMERGENCY))
    await case.act(cases.claim, omar)
    await case.act(moves.move, omar, version=2, wall=False, office=BAGHDAD, desk=Desk.URGENT)
    (timer,) = await case.store.read(lambda c: c.execute(select(timers)).all())
    assert (timer.kind, timer.report, timer.due_at) == ("alert", report, case.now)
    assert timer.data == {"office": BAGHDAD, "desk": "urgent", "rung": 0}


async def test_no_words_stand_in_events_or_audit(case: Case) -> None:
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N))
    await case.act(cases.reply, zainab, "canary-reply")
    await case.act(cases.note, zainab, "canary-note", version=2)
    await case.act(cases.refer, zainab, version=3, body="canary-body", text="canary-text")

    def everything(conn: Connection) -> str:
        tables = (events, audit, parts, parcels, reports)
        return repr([conn.execute(select(table)).all() for table in tables])

    assert "canary" not in await case.store.read(everything)


async def test_the_second_wall_refuses_a_push_out_of_sight(
    postgresql_store: Store, keyring: Keyring, now: datetime
) -> None:
    await postgresql_store.write(town)
    case = Case(postgresql_store, keyring, now)
    zainab = await case.hire("زينب", Role.COORDINATOR)
    await case.file(Filed(N))
    with pytest.raises(Exception, match="InsufficientPrivilege"):
        await case.act(moves.move, zainab, office=BAGHDAD, desk=Desk.GENERAL)
