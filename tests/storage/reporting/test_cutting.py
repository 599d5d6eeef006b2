"""What opens a report or a phone is nowhere in what is kept of a message; what is no secret stays."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.cuts import MARK
from bot.vocabulary import Append, Channel, Decision, Effect, File, Hide, Known, Mode, Unlock
from bot.vocabulary import Conversation as Talk
from storage import tables
from storage.database.engine import Store
from storage.keys import Keyring
from storage.words import content
from tests.databases import sqlite_mostly
from tests.storage import making
from tests.storage.making import OTHER_PHONE, message

pytestmark = [pytest.mark.usefixtures("prepared"), sqlite_mostly]

CODE, WORD, LONG = "482913", "زيتونة", "4829136500277418"
CARD = "5105 1051 0510 5100"
SAID = " شفته اليوم، رقمه 07700000012 ودفعت 250000"


class Place:
    """One reporter, and what is kept of what they say."""

    def __init__(self, store: Store, keyring: Keyring, now: datetime) -> None:
        self.store, self.keyring, self.now, self.sent = store, keyring, now, 0

    async def say(self, text: str, *effects: Effect, codes: tuple[str, ...] = (), **more: Any) -> None:
        self.sent += 1
        self.now += timedelta(minutes=more.pop("later", 0))
        after = more.pop("talk", None)

        def decide(known: Known) -> Decision:
            return making.decision(*effects, conversation=after or known.conversation)

        await making.say(
            self.store, self.keyring, message(self.sent, text=text, **more), decide, now=self.now, codes=codes
        )

    async def kept(self, kind: str = "utterance") -> list[Any]:
        """Bodies of what is kept, oldest first."""
        rows = await self.store.read(
            lambda conn: conn.execute(
                # By the message, too: its clock stands still.
                select(tables.parts)
                .where(tables.parts.c.kind == kind)
                .order_by(tables.parts.c.at, tables.parts.c.inbound)
            ).all()
        )
        return [content.open_part(self.keyring, row) for row in rows]

    async def last(self) -> str:
        return str((await self.kept())[-1]["text"])


@pytest.fixture
def place(store: Store, keyring: Keyring, now: datetime) -> Place:
    return Place(store, keyring, now)


async def _hidden(place: Place) -> File:
    file = replace(making.filing(code=CODE), mode=Mode.DISCREET)
    await place.say("بلاغ", file, Hide(file.report, (CODE, WORD)))
    return file


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        "482 913",
        "٤٨٢٩١٣",
        "۴۸۲-۹۱۳",
        "4 8 2 9 1 3",
        "482.913",
        "\u2068482913\u2069",
        "اربعة ثمانية اثنين تسعة واحد ثلاثة",
    ],
)
async def test_an_order_number_is_cut_from_what_is_added_with_it(place: Place, typed: str) -> None:
    file = making.filing(code=CODE)
    await place.say("بلاغ", file)
    for text in (typed + SAID, "هذا رقمي " + typed + SAID, "كلام " * 60 + typed + SAID):
        await place.say(text, Append(file.report), later=1)
        assert (await place.last()).replace("\u2068", "").replace("\u2069", "") == text.replace(typed, MARK)


async def test_six_digits_that_open_nothing_to_their_sender_stay(place: Place) -> None:
    file = making.filing(code="111111")
    await place.say("بلاغ", file)
    await place.say("بلاغ", making.filing(code=CODE), address=OTHER_PHONE)
    await place.say(CODE + SAID, Append(file.report), later=1)
    assert await place.last() == CODE + SAID


@pytest.mark.parametrize("typed", [LONG, "4829 1365 0027 7418", "٤٨٢٩١٣٦٥٠٠٢٧٧٤١٨", "4829-1365-0027-7418"])
async def test_a_code_of_sixteen_digits_is_cut_whoever_sends_it(place: Place, typed: str) -> None:
    private, other = making.filing(code=LONG), making.filing(code="111111")
    await place.say("بلاغ", private, talk=Talk(mode=Mode.PRIVATE))
    await place.say("بلاغ", other, address=OTHER_PHONE)
    await place.say(typed + SAID, Append(other.report), address=OTHER_PHONE, later=1)
    assert await place.last() == MARK + SAID
    await place.say(typed + SAID, Append(private.report), talk=Talk(mode=Mode.PRIVATE), codes=(LONG,))
    assert {body["text"] for body in await place.kept()} == {"بلاغ", MARK + SAID}


async def test_a_code_with_a_slip_is_cut_and_a_bank_card_stays(place: Place) -> None:
    file = making.filing(code=CODE)
    await place.say("بلاغ", file)
    await place.say("4829 1365 0027 7413" + SAID, Append(file.report), later=1)
    assert await place.last() == MARK + SAID
    for number in (CARD, CARD.replace(" ", ""), "07700000012 15000"):
        await place.say(number + SAID, Append(file.report), later=1)
        assert await place.last() == number + SAID


async def test_a_code_that_passes_as_a_bank_card_is_cut_as_far_as_it_opens(place: Place) -> None:
    file = making.filing(code=CARD.replace(" ", ""))
    await place.say("بلاغ", file, talk=Talk(mode=Mode.PRIVATE))
    await place.say(CARD + SAID, Append(file.report), talk=Talk(mode=Mode.PRIVATE))
    assert MARK + SAID in {body["text"] for body in await place.kept()}


async def test_a_word_that_was_said_is_cut_wherever_it_stands(place: Place) -> None:
    file = await _hidden(place)
    await place.say(f"{WORD} شفت الماطور، والزيتونه بيدي", Unlock(), Append(file.report), later=1)
    assert await place.last() == f"{MARK} شفت الماطور، {MARK} بيدي"
    await place.say(f"شفت {WORD}", Append(file.report), later=1)
    assert await place.last() == f"شفت {MARK}"


@pytest.mark.parametrize("text", [f"{WORD}{SAID}", f"كلمتي {WORD}", f"{CODE}{SAID}", f"هذا {CODE}{SAID}"])
async def test_what_a_locked_phone_sends_holds_no_secret_either(place: Place, text: str) -> None:
    await _hidden(place)
    for _ in range(6):  # beyond its tries, too
        await place.say("وينك", later=1)
    locked = replace(making.filing(), code="", locked=True, analysis=making.analysis(text))
    await place.say(text, locked, later=1)
    assert await place.last() == text.replace(WORD, MARK).replace(CODE, MARK)
    (card,) = [card for card in await place.kept("card") if card["locked"]]
    assert WORD not in str(card)
    assert CODE not in str(card)


async def test_an_edit_that_brings_a_code_keeps_none(place: Place) -> None:
    file = making.filing(code=CODE)
    where: dict[str, Any] = {"own_id": "7", "channel": Channel.TELEGRAM, "carrier": "telegram", "address": "7700071"}
    await place.say("بلاغ", file, **where)
    await place.say("شفته", Append(file.report), **{**where, "own_id": "8"})
    await place.say(f"{CODE} شفته", Append(file.report), **{**where, "own_id": "8"}, edit=True)
    assert sorted(body["text"] for body in await place.kept()) == sorted(["بلاغ", "شفته", f"{MARK} شفته"])


async def test_whoever_types_for_a_caller_learns_no_code_by_trying(place: Place) -> None:
    file = making.filing(code=CODE)
    await place.say("بلاغ", file)
    staff = await making.add_staff(place.store, "سارة", office=making.OFFICE, desk=making.DESK, now=place.now)
    await place.say(CODE + SAID, making.filing(code="222222"), entered_by=staff)
    assert CODE + SAID in {body["text"] for body in await place.kept()}
    await place.say(CODE + SAID, Append(file.report), entered_by=staff, codes=(CODE,))
    assert MARK + SAID in {body["text"] for body in await place.kept()}


async def test_a_code_that_a_door_promised_is_cut(place: Place) -> None:
    file = making.filing(code=CARD.replace(" ", ""))
    await place.say(f"الرمز {CARD}", file, code=CARD.replace(" ", ""), address="")
    assert await place.last() == f"الرمز {MARK}"


@pytest.mark.parametrize("typed", ["48291365 00277410", "48 29 13 65 00 27 74 10"])
async def test_sixteen_digits_that_open_go_from_a_long_story_however_they_are_grouped(place: Place, typed: str) -> None:
    story = "صار هذا البارحة بالليل يم بيت الجيران وما حد جاء. " * 6
    file = replace(making.filing(code="4829136500277410"), mode=Mode.PRIVATE)
    await place.say("بلاغ", file)
    await place.say(f"{story} {typed} {story}", making.filing(code="222222"))
    assert not any("0277410" in body["text"].replace(" ", "") for body in await place.kept())
