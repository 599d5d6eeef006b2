"""From what storage tells of a report to what the JSON API answers with."""

from api.v1.outgoing import Agreed, Attached, Earlier, Guessed, Level, Line, Named, Pieces, Pin, Row, Understood, Whole
from bot.vocabulary import Urgency
from storage.casework.opening import Opened
from storage.casework.summaries import Summary
from storage.casework.threads import Card, Entry, File, Names
from storage.consent.consents import Standing


def _level(urgency: int) -> Level:
    match Urgency(urgency):
        case Urgency.NORMAL:
            return "normal"
        case Urgency.HIGH:
            return "high"
        case Urgency.EMERGENCY:
            return "emergency"


def _named(names: Names | None) -> Named | None:
    return None if names is None else Named(ar=names.ar, ckb=names.ckb, en=names.en)


def row(seen: Summary) -> Row:
    """A report in a list."""
    office = seen.office_names
    return Row.model_validate(
        {name: getattr(seen, name) for name in Row.model_fields if name not in ("urgency", "place", "office_names")}
        | {
            "urgency": _level(seen.urgency),
            "speaker": seen.speaker or None,
            "place": _named(seen.place),
            "office_names": Named(ar=office.ar, ckb=office.ckb, en=office.en),
        }
    )


def whole(opened: Opened, consents: list[Agreed]) -> Whole:
    """A report with its thread and what its reporter was asked to agree to."""
    return Whole(
        report=row(opened.report),
        understood=None if opened.card is None else _understood(opened.card),
        thread=[_line(entry) for entry in opened.thread],
        elder=opened.elder or None,
        joined=list(opened.joined),
        consents=consents,
    )


def agreed(each: Standing) -> Agreed:
    """A consent."""
    same = {name: getattr(each, name) for name in ("id", "scope", "state", "asked_at", "until_at", "shared", "told_at")}
    to = {"office": each.to.office or None, "desk": each.to.desk, "service": each.to.service or None}
    return Agreed.model_validate(same | to)


def _understood(card: Card) -> Understood:
    return Understood(
        category=card.category,
        corrected=card.corrected,
        guesses=[Guessed(category=code, confidence=share) for code, share in card.guesses],
        urgency=_level(card.urgency),
        language=card.language,
        channel=card.channel,
        place=_named(card.place),
        landmark=card.landmark,
        why=list(card.why),
        flight=card.flight,
    )


def _attached(file: File) -> Attached:
    return Attached.model_validate({name: getattr(file, name) for name in Attached.model_fields})


def _pin(entry: Entry) -> Pin | None:
    return Pin(lat=entry.point.lat, lon=entry.point.lon) if entry.point else None


def _earlier(old: Entry) -> Earlier:
    return Earlier(at=old.at, text=old.text, point=_pin(old), files=[_attached(file) for file in old.files])


def _line(entry: Entry) -> Line:
    return Line(
        kind=entry.kind,
        at=entry.at,
        author=entry.author,
        text=entry.text,
        referred_to=entry.referred_to or None,
        point=_pin(entry),
        edit=entry.edit,
        files=[_attached(file) for file in entry.files],
        data=None if entry.data is None else dict(entry.data),
        report=entry.number or None,
        earlier=[_earlier(old) for old in entry.earlier],
        gesture=entry.gesture or None,
        forwarded=entry.forwarded,
        live=entry.live,
        pieces=Pieces(came=entry.came, total=entry.total) if entry.total else None,
        times=entry.times,
        last_at=entry.last_at,
        arrival=entry.arrival,
        why=entry.why,
        locked=entry.locked,
    )
