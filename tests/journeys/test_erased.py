"""Whoever has the code of sixteen digits erases from any phone, by any channel; a hold is told of, truthfully."""

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from storage import tables
from storage.purging import erasing, figures, journal
from tests.carriers import updates
from tests.databases import on_sqlite_mostly
from tests.journeys.conftest import Town
from tests.storage import holding

THEFT = "انباك ماطوري البارحة بالليل بالشعلة"
CHAT, NUMBER = 7_700_000_061, "+9647700000061"
_TOKEN = re.compile(r'name="token" value="([^"]+)"')
_CODE = re.compile(r'class="code"><bdi dir="ltr">([\d ]+)<')


async def _told(town: Town, lang: str = "ar") -> tuple[str, str]:
    """The code of a report by the web form, and the report's id."""
    form = await town.http.get(f"/r?lang={lang}")
    token = _TOKEN.search(form.text)
    assert token
    before = await _ids(town)
    page = await town.http.post("/r", data={"token": token[1], "lang": lang, "text": THEFT})
    code = _CODE.search(page.text)
    assert code, page.text
    await town.settled()
    (report,) = await _ids(town) - before
    return code[1].replace(" ", ""), report


async def _ids(town: Town) -> set[str]:
    return await town.wiring.store.read(lambda c: set(c.execute(select(tables.reports.c.id)).scalars()))


async def _state(town: Town, report: str) -> tuple[bool, int]:
    """Whether it is erased, and how many of its parts have words, once nothing waits to be settled."""
    for _ in range(2500):
        if not (await town.wiring.store.read(figures.read))["unsettled"]:
            break
        await asyncio.sleep(0.02)

    def read(conn: Connection) -> tuple[bool, int]:
        erased = conn.execute(select(tables.reports.c.erased_at).where(tables.reports.c.id == report)).scalar_one()
        p = tables.parts.c
        words = conn.execute(select(p.id).where(p.report == report, p.sealed.is_not(None))).all()
        return erased is not None, len(words)

    return await town.wiring.store.read(read)


@on_sqlite_mostly
@pytest.mark.slow
async def test_the_long_code_erases_by_sms_and_by_telegram_after_one_yes(town: Town) -> None:
    by_sms, one = await _told(town)
    by_chat, two = await _told(town, "en")
    assert (await _state(town, one))[1] > 0
    await town.sms(NUMBER, f"حذف {by_sms}")
    await town.texted(NUMBER)
    assert await _state(town, one) != (True, 0)  # nothing without a yes
    await town.sms(NUMBER, "1")
    assert (await town.texted(NUMBER, 2))[1].startswith("مسحناها")
    assert await _state(town, one) == (True, 0)
    grouped = " ".join(by_chat[at : at + 4] for at in range(0, 16, 4))
    await town.tell(CHAT, f"DELETE {grouped}")
    await town.told(CHAT)
    await town.tell(CHAT, "yes")
    await town.told(CHAT, 2)
    assert await _state(town, two) == (True, 0)
    # The journal has both, and neither code finds anything any more.
    keys_dir = town.wiring.settings.keys_dir
    await town.until(lambda: set(journal.read(keys_dir)) == {one, two})
    for code in (by_sms, by_chat):
        again = await town.http.post("/r/case", data={"code": code, "lang": "ar"})
        assert again.status_code == 404


@on_sqlite_mostly
@pytest.mark.parametrize("private", [False, True])
@pytest.mark.slow
async def test_what_was_erased_comes_back_by_no_edit(town: Town, *, private: bool) -> None:
    for number, said in enumerate((*(["سري"] if private else []), THEFT, "حذف", "نعم"), start=1):
        await town.update(updates.said(CHAT, said, number))
        await town.told(CHAT, number)
    (report,) = await _ids(town)
    assert await _state(town, report) == (True, 0)
    before = town.telegram.texts(CHAT)
    first = 2 if private else 1
    for said in (THEFT, THEFT + " قرب الجسر", "هلو"):
        await town.update(updates.edited(CHAT, said, first))
    town.clock.ahead += timedelta(minutes=40)  # after the talk, too
    await town.update(updates.edited(CHAT, "انباك ماطوري", first))
    assert await _state(town, report) == (True, 0)
    assert await _ids(town) == {report}
    assert town.telegram.texts(CHAT) == before


@pytest.mark.slow
async def test_who_asks_to_erase_a_held_report_hears_that_the_law_forbids_it_yet(town: Town) -> None:
    truth = {"ar": "القانون لا يسمح", "ckb": "یاسا ڕێگە نادات", "en": "The law does not let us"}
    for lang, words in truth.items():
        code, report = await _told(town, lang)
        await _hold(town)
        shown = await town.http.post("/r/case", data={"code": code, "lang": lang})
        token = _TOKEN.search(shown.text)
        assert token
        asked = {"code": code, "lang": lang, "token": token[1], "do": "erase"}
        assert words in (await town.http.post("/r/case", data=asked)).text
        erased, parts = await _state(town, report)
        assert (erased, parts > 0) == (False, True)
        assert (await town.http.post("/r/case", data={"code": code, "lang": lang})).status_code == 404
    wishes = select(tables.timers.c.kind).where(tables.timers.c.kind == erasing.WISHED)
    assert len(await town.wiring.store.read(lambda c: c.execute(wishes).all())) == len(truth)


async def _hold(town: Town) -> None:
    until = town.clock() + timedelta(days=180)
    await town.wiring.store.write(lambda c: holding.hold(c, town.wiring.keyring, until))


async def test_by_sms_it_is_said_in_one_part(town: Town) -> None:
    await town.sms(NUMBER, THEFT)
    await town.texted(NUMBER)
    await town.settled()
    await _hold(town)
    for count, text in enumerate(("حذف", "نعم"), start=2):
        await town.sms(NUMBER, text)
        await town.texted(NUMBER, count)
    assert (await town.texted(NUMBER, 3))[2].startswith("القانون يمنع")
    (report,) = await _ids(town)
    assert (await _state(town, report))[0] is False
    linked = select(tables.report_contacts)
    assert await town.wiring.store.read(lambda c: c.execute(linked).first()) is None


# ── What the first SMS says ──────────────────────────────────────────────────────────────────────────────────
async def _first_answer(town: Town, words: str) -> tuple[str, str]:
    """The code that the first SMS tells, and the report's id."""
    before = await _ids(town)
    await town.sms(NUMBER, words)
    (told,) = await town.texted(NUMBER)
    assert "حذف" in told
    (code,) = set(re.findall(r"(?<!\d)(?:\d{16}|\d{6})(?!\d)", told))
    (report,) = await _ids(town) - before
    assert (await _state(town, report))[0] is False
    return code, report


async def _erases(town: Town, sender: str, words: str, report: str) -> None:
    told = len(town.twilio.texts(sender))
    await town.sms(sender, words)
    assert "نعم" in (await town.texted(sender, told + 1))[told]
    assert await _state(town, report) != (True, 0)
    await town.sms(sender, "نعم")
    assert (await town.texted(sender, told + 2))[told + 1].startswith("مسحناها")
    assert await _state(town, report) == (True, 0)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("later", [timedelta(), timedelta(minutes=31)], ids=["within the talk", "after it"])
@pytest.mark.parametrize(
    "sender",
    [pytest.param(NUMBER, id="her phone", marks=pytest.mark.slow), pytest.param("+9647700000062", id="any phone")],
)
async def test_a_private_report_is_erased_by_the_word_and_its_code(town: Town, sender: str, later: timedelta) -> None:
    code, report = await _first_answer(town, f"سري: {THEFT}")
    assert len(code) == 16
    town.clock.ahead += later
    await _erases(town, sender, f"حذف {code}", report)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_discreet_report_is_erased_by_the_word_and_its_number_and_not_by_the_word_alone(town: Town) -> None:
    code, report = await _first_answer(town, f"{THEFT} محد يدري")
    await town.sms(NUMBER, "حذف")
    assert "نعم" not in (await town.texted(NUMBER, 2))[1]
    await town.sms(NUMBER, "نعم")
    await town.settled()  # its answer is there, too
    assert await _state(town, report) != (True, 0)
    await _erases(town, NUMBER, f"حذف {code}", report)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_report_in_danger_is_erased_by_the_word_alone(town: Town) -> None:
    _, report = await _first_answer(town, "هسه رمي قوي وكاعد يهددون بالسلاح")
    await _erases(town, NUMBER, "حذف", report)
