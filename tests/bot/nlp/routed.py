"""Where a text goes among the offices of the demonstration, understood and decided as the product does it."""

import functools
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.decide.policy import decide
from bot.decide.turn import Heard, World
from bot.nlp.analyse import analyse
from bot.vocabulary import Conversation, Desk, Destination, Directory, File, Known, Locale, Office
from storage.people import importing
from tests.shipped import shipped
from tests.storage import making

_ROOT = Path(__file__).parents[3]
_NOW = datetime.fromisoformat("2026-11-21T09:00:00+00:00")


@functools.cache
def demonstration() -> Directory:
    """The offices of the demonstration."""
    rows = importing.parse_offices((_ROOT / "api/demo/data/offices.csv").read_text(encoding="utf-8"))
    return Directory({row.code: _office(row) for row in rows})


def _office(row: importing.OfficeRow) -> Office:
    names = {Locale.AR: row.name_ar, Locale.CKB: row.name_ckb, Locale.EN: row.name_en}
    return Office(
        row.code, row.kind, names, row.desks, coverage=row.coverage, parent=row.parent, governorate=row.governorate
    )


def worked_at(*desks: tuple[str, Desk]) -> Directory:
    """The same offices, with somebody who works at each of these desks and at no other."""
    offices = dict(demonstration().offices)
    for code, desk in desks:
        offices[code] = replace(offices[code], staffed=offices[code].staffed | {desk})
    return Directory(offices)


def filed(text: str, *, among: Directory | None = None) -> File:
    """What is filed where somebody new writes this text, among these offices; fails where nothing is."""
    understood = analyse(shipped(), text)
    message = making.message(1, text=text)
    world = World(among or demonstration(), (), shipped().gazetteer, _NOW, bytes(64))
    decision = decide(Known(Conversation()), Heard(message, understood), world)
    found = [effect for effect in decision.effects if isinstance(effect, File)]
    assert len(found) == 1, text
    return found[0]


def sent(text: str) -> Destination:
    """The desk that hears it."""
    return filed(text).to
