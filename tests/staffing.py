"""A small town for tests of the staff side: offices, people with grants, and reports whose words are sealed."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert

from bot.vocabulary import SEALED_DESKS, Channel, Desk, Locale, OfficeKind, Role, Status, Urgency
from storage import contacts as addresses
from storage.keys import Keyring
from storage.people import staff
from storage.tables import contacts, desks, events, offices, places, report_contacts, reports
from storage.ties import Told, link
from storage.words import content

KARRADA, ADHAMIYA, BAGHDAD, WOMEN, WATCH = "forum-karrada", "forum-adhamiya", "gov-baghdad", "women-baghdad", "watch"
PLACE = "IQ-BG/karrada"

_OFFICES: Mapping[str, tuple[OfficeKind, str | None, str, tuple[Desk, ...]]] = {
    BAGHDAD: (
        OfficeKind.GOVERNORATE,
        None,
        "محافظة بغداد",
        (Desk.GENERAL, Desk.MEDIATION, Desk.URGENT, Desk.SECURITY, Desk.CHILD),
    ),
    KARRADA: (
        OfficeKind.FORUM,
        BAGHDAD,
        "منتدى الكرادة",
        (Desk.GENERAL, Desk.MEDIATION, Desk.URGENT, Desk.WOMEN, Desk.SECURITY),
    ),
    ADHAMIYA: (OfficeKind.FORUM, BAGHDAD, "منتدى الأعظمية", (Desk.GENERAL, Desk.MEDIATION, Desk.URGENT, Desk.WOMEN)),
    WOMEN: (OfficeKind.WOMEN, None, "مكتب المرأة الإقليمي", (Desk.WOMEN,)),
    WATCH: (OfficeKind.OVERSIGHT, None, "مكتب الرقابة", (Desk.OVERSIGHT,)),
}


@dataclass(frozen=True, slots=True)
class Filed:
    """What a report of a test is like."""

    number: str
    office: str = KARRADA
    desk: Desk = Desk.GENERAL
    urgency: Urgency = Urgency.NORMAL
    status: Status = Status.NEW
    category: str = "theft"
    said: Sequence[str] = ("سرقوا دراجتي من باب الدار",)
    channel: Channel = Channel.SMS
    language: str = "ar"
    age: timedelta = timedelta(minutes=12)
    due_in: timedelta | None = timedelta(hours=4)
    reachable: str = "yes"
    why: Sequence[str] = ("سرقوا",)
    guesses: Sequence[tuple[str, float]] = (("theft", 0.91), ("property_dispute", 0.05))
    place: bool = True
    events: Sequence[tuple[str, Mapping[str, Any]]] = field(default=(("file", {}),))


def town(conn: Connection) -> None:
    """Makes the offices, their desks, and one place."""
    for code, (kind, parent, name, queue) in _OFFICES.items():
        conn.execute(
            insert(offices).values(
                code=code, kind=kind, name_ar=name, parent=parent, governorate="IQ-BG", languages=["ar"], demo=True
            )
        )
        conn.execute(insert(desks), [{"office": code, "desk": desk} for desk in queue])
    conn.execute(
        insert(places).values(
            id=PLACE, level="district", name_ar="الكرادة", name_en="Karrada", variants=[], governorate="IQ-BG"
        )
    )


def hire(
    conn: Connection,
    keyring: Keyring,
    name: str,
    role: Role,
    *,
    office: str = KARRADA,
    desks: Sequence[Desk] = (),
    now: datetime,
) -> str:
    """A member of staff; returns the id."""
    return staff.add(conn, keyring, name=name, role=role, office=office, desks=desks, now=now)


def give_phone(
    conn: Connection, keyring: Keyring, person: str, number: str, *, carrier: str = "twilio", now: datetime
) -> None:
    """A telephone at which a member of staff is alerted, in Arabic, by SMS."""
    addresses.add_staff_contact(
        conn, keyring, staff=person, channel=Channel.SMS, carrier=carrier, address=number, locale=Locale.AR, now=now
    )


def file(conn: Connection, keyring: Keyring, what: Filed, *, now: datetime) -> str:
    """A report as settling leaves it: row, card and utterances sealed, an event, and who may be answered."""
    report, opened = secrets.token_hex(16), now - what.age
    sealed = what.desk in SEALED_DESKS
    clear = {"category": what.category, "place": PLACE if what.place else None, "language": what.language}
    clear |= {"channel": what.channel.value}
    conn.execute(
        insert(reports).values(
            id=report,
            number=what.number,
            office=what.office,
            desk=what.desk.value,
            urgency=what.urgency.value,
            status=what.status.value,
            reachable=what.reachable,
            opened_at=opened.replace(minute=0, second=0, microsecond=0) if sealed else opened,
            due_at=None if what.due_in is None else now + what.due_in,
            sealed_once=sealed,
            closed_at=now if what.status is Status.CLOSED else None,
            close_reason="resolved" if what.status is Status.CLOSED else None,
            **({} if sealed else clear),
        )
    )
    _say(conn, keyring, report, what, at=opened)
    for kind, data in what.events:
        conn.execute(
            insert(events).values(id=secrets.token_hex(16), report=report, at=opened, kind=kind, data=dict(data))
        )
    if what.reachable != "no":
        _reach(conn, keyring, report, what, at=opened)
    return report


def _say(conn: Connection, keyring: Keyring, report: str, what: Filed, *, at: datetime) -> None:
    card = {
        "category": what.category,
        "guesses": [list(guess) for guess in what.guesses],
        "language": what.language,
        "place": {"id": PLACE, "name_ar": "الكرادة", "name_ckb": "", "name_en": "Karrada"} if what.place else None,
        "urgency": what.urgency.value,
        "why": list(what.why),
        "landmark": "",
        "spans": [],
        "channel": what.channel.value,
    }
    content.add_part(conn, keyring, report=report, kind="card", body=card, at=at)
    for step, text in enumerate(what.said):
        body: dict[str, Any] = {"text": text, "point": None, "media": [], "edit": False}
        content.add_part(conn, keyring, report=report, kind="utterance", body=body, at=at + timedelta(seconds=step))


def _reach(conn: Connection, keyring: Keyring, report: str, what: Filed, *, at: datetime) -> None:
    contact = secrets.token_hex(16)
    conn.execute(
        insert(contacts).values(
            id=contact,
            channel=what.channel.value,
            carrier="console",
            sealed=b"not opened here",
            wrapped=b"nor this",
            epoch="2026-11",
            created_at=at,
        )
    )
    told = Told(hidden=what.reachable == "nudge", silent=what.reachable == "pull")
    tie = link(keyring, report, contact, told)
    conn.execute(insert(report_contacts).values(report=report, contact=contact, tie=tie))
