"""The web form from a browser without scripts to the right desk, and back by the code, on each database."""

import asyncio
import gzip
import html
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest

from api.web import door
from bot.vocabulary import Channel, Desk, Locale, Reply, Role
from storage import tables
from storage.database.engine import Connection
from tests.databases import on_both
from tests.journeys.conftest import Town

THEFT = "انباك ماطوري البارحة بالليل"
GRAVE = "هسه رمي قوي وكاعد يهددون بالسلاح بحي العامل"
_TOKEN = re.compile(r'name="token" value="([^"]+)"')
_CODE = re.compile(r'class="code"><bdi dir="ltr">([\d ]+)<')


async def _form(town: Town, lang: str = "ar") -> dict[str, str]:
    page = await town.http.get(f"/r?lang={lang}")
    found = _TOKEN.search(page.text)
    assert found, page.text
    return {"token": found[1], "lang": lang}


def _code(page: httpx.Response) -> str:
    found = _CODE.search(page.text)
    assert found, page.text
    return found[1].replace(" ", "")


async def _tell(town: Town, text: str, **fields: str) -> str:
    page = await town.http.post("/r", data={**await _form(town), "text": text, **fields})
    assert page.status_code == 200, page.text
    return _code(page)


async def _back(town: Town, code: str, **fields: str) -> httpx.Response:
    return await town.http.post("/r/case", data={"code": code, "lang": "ar", **fields})


async def _again(town: Town, code: str, do: str, **fields: str) -> httpx.Response:
    found = _TOKEN.search((await _back(town, code)).text)
    assert found
    return await _back(town, code, token=found[1], do=do, **fields)


async def _opened(town: Town) -> tuple[dict[str, str], Any, str]:
    """Headers of whoever may see the newest report, the report, and its ETag."""
    number, office, desk = await town.newest()
    role = {"women": Role.FOCAL_POINT, "child": Role.FOCAL_POINT, "urgent": Role.DUTY_OFFICER}
    token = await town.member(role.get(desk, Role.COORDINATOR), office, desks=(Desk(desk),))
    seen = await town.http.get(f"/v1/reports/{number}", headers=token)
    assert seen.status_code == 200
    return token, seen.json(), seen.headers["ETag"]


@pytest.mark.parametrize("lang", Locale)
async def test_whom_to_call_in_danger_stands_on_the_form_and_before_the_code(town: Town, lang: Locale) -> None:
    """Nothing is understood yet when the code is shown: the numbers are said to everybody, and where each holds."""
    form = await town.http.get(f"/r?lang={lang}")
    kept = await town.http.post("/r", data={**await _form(town, lang), "text": GRAVE})
    for page in (form, kept):
        assert page.status_code == 200
        said = re.search(r'<p class="danger">([^<]+)</p>', page.text)
        assert said
        assert re.findall(r"\d+", said[1]) == ["911", "119"]
    assert kept.text.index("911") < kept.text.index('class="code"')


@pytest.mark.slow
async def test_a_report_by_the_form_is_answered_and_the_answer_is_read_by_its_code(town: Town) -> None:
    code = await _tell(town, THEFT, governorate="IQ-BG", place="الشعلة")
    assert re.fullmatch(r"[1-9]\d{15}", code)
    assert "لم يرد المكتب بعد" in (await _settled_case(town, code)).text
    token, report, tag = await _opened(town)
    assert report["report"]["channel"] == "web"
    assert report["report"]["reachable"] == "pull"
    assert report["report"]["place"]["ar"] == "الشعلة"
    said = next(line for line in report["thread"] if line["kind"] == "utterance")
    assert said["text"] == f"{THEFT}\nالمكان: الشعلة، بغداد"
    answer = "نرجو الحضور غداً إلى المركز"
    path = f"/v1/reports/{report['report']['number']}/reply"
    answered = await town.http.post(path, json={"text": answer}, headers={**token, "If-Match": tag})
    assert answered.is_success, answered.text
    assert (await town.settled())["outbox"] == {"pending": 0, "sent": 0, "dead": 0}
    grouped = " ".join(code[at : at + 4] for at in range(0, 16, 4)).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    page = (await _back(town, grouped)).text
    assert answer in page
    assert not re.findall(r"\b[a-z_]{3,}\.[a-z_]{2,}\b", re.sub(r"<[^>]*>", " ", page))


async def _settled_case(town: Town, code: str) -> httpx.Response:
    await town.settled()
    return await _back(town, code)


@on_both
@pytest.mark.slow
async def test_the_same_form_sent_five_times_at_once_is_one_report_with_one_code(town: Town) -> None:
    fields = {**await _form(town), "text": THEFT}
    pages = await asyncio.gather(*(town.http.post("/r", data=fields) for _ in range(5)))
    assert len({_code(page) for page in pages}) == 1
    assert (await town.settled())["reports"] == 1


async def test_other_words_on_the_same_form_are_lost_to_nobody(town: Town) -> None:
    form = await _form(town)
    codes = [_code(await town.http.post("/r", data={**form, "text": text})) for text in (THEFT, f"{THEFT} بالشعلة")]
    assert (await town.settled())["reports"] == 2
    for code in codes:
        assert (await _back(town, code)).status_code == 200


async def test_whatever_was_promised_a_code_is_found_under_it(town: Town) -> None:
    codes = [await _tell(town, text) for text in ("مرحبا", "حذف", "stop", "482913", "؟؟؟ 1")]
    assert (await town.settled())["reports"] == 5
    assert {page.status_code for page in await asyncio.gather(*(_back(town, code) for code in codes))} == {200}


async def test_she_who_wants_a_woman_to_read_it_is_at_a_womens_desk(town: Town) -> None:
    code = await _tell(town, "جارنا يلاحقني كل يوم ويهددني", governorate="IQ-BG", woman="1", behalf="1")
    await town.settled()
    _, report, _ = await _opened(town)
    assert report["report"]["desk"] == "women"
    assert report["report"]["reachable"] == "pull"
    assert (await _back(town, code)).status_code == 200


@pytest.mark.slow
async def test_words_are_added_by_the_code_however_long_they_are(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "SETTLES_WITHIN_S", 60.0)  # so long a text takes longer beside other tests
    code = await _tell(town, THEFT, governorate="IQ-BG")
    await town.settled()
    more = " ".join(f"والرقم {n} منه احمر" for n in range(300))
    page = await _again(town, code, "add", text=more)
    assert "أُضيف إلى رسالتك" in page.text
    assert not _CODE.search(page.text)
    _, report, _ = await _opened(town)
    said = [line["text"] for line in report["thread"] if line["kind"] == "utterance"]
    assert said[1] == more.strip()
    assert (await town.settled())["reports"] == 1


@pytest.mark.slow
async def test_grave_words_for_a_case_ring_as_a_report_with_a_code_of_its_own(town: Town) -> None:
    code = await _tell(town, THEFT, governorate="IQ-BG")
    await town.settled()
    page = await _again(town, code, "add", text=GRAVE)
    other = _code(page)
    assert other != code
    assert (await _back(town, other)).status_code == 200
    assert (await town.settled())["reports"] == 2
    assert (await town.newest())[2] == "urgent"


@pytest.mark.slow
async def test_what_stands_at_the_end_of_all_that_the_form_takes_is_heard_first_told_or_added(town: Town) -> None:
    story = "رحنا للسوك واشترينا خبز وبعدين رجعنا للبيت وكعدنا نشرب جاي. " * 150
    beaten = f"{story}وزوجي يضربني كل يوم"
    await _tell(town, beaten, governorate="IQ-BG", place="الشعلة")
    assert (await town.settled())["reports"] == 1
    assert (await town.newest())[2] in {"women", "child"}
    code = await _tell(town, THEFT, governorate="IQ-BG")
    await town.settled()
    assert _code(await _again(town, code, "add", text=beaten)) != code
    await town.settled()
    assert (await town.newest())[2] in {"women", "child"}


@pytest.mark.slow
async def test_it_is_erased_by_its_code_after_one_question_and_then_nobody_finds_it(town: Town) -> None:
    code = await _tell(town, THEFT, governorate="IQ-BG")
    await town.settled()
    token, report, _ = await _opened(town)
    asked = await _again(town, code, "ask")
    assert 'value="erase"' in asked.text
    assert (await _back(town, code)).status_code == 200
    assert "مسحناها" in (await _again(town, code, "erase")).text
    assert (await _back(town, code)).status_code == 404
    seen = await town.http.get(f"/v1/reports/{report['report']['number']}", headers=token)
    assert THEFT not in seen.text
    assert seen.json()["report"]["erased"]


@pytest.mark.slow
async def test_a_form_sent_again_after_erasing_shows_no_code_that_leads_nowhere(town: Town) -> None:
    fields = {**await _form(town), "text": THEFT}
    code = _code(await town.http.post("/r", data=fields))
    await town.settled()
    await _again(town, code, "erase")
    again = await town.http.post("/r", data=fields)
    assert again.status_code == 422
    assert THEFT in html.unescape(again.text)
    assert not _CODE.search(again.text)
    fresh = _TOKEN.search(again.text)
    assert fresh
    anew = _code(await town.http.post("/r", data={**fields, "token": fresh[1]}))
    await town.settled()
    assert (await _back(town, anew)).status_code == 200


@pytest.mark.slow
async def test_a_wrong_code_and_an_erased_one_get_the_same_page(town: Town) -> None:
    wrong, short = await _back(town, "9" * 16), await _back(town, "482913")
    assert wrong.status_code == short.status_code == 404
    code = await _tell(town, THEFT)
    await town.settled()
    await _again(town, code, "erase")
    gone = await _back(town, code)
    pages = [_bare(page, typed) for page, typed in ((wrong, "9" * 16), (short, "482913"), (gone, code))]
    assert pages[0] == pages[1] == pages[2]


def _bare(page: httpx.Response, typed: str) -> str:
    assert page.text.count(typed) == 1  # what they typed, given back
    return page.text.replace(typed, "")


@pytest.mark.slow
async def test_no_page_runs_or_fetches_anything_or_is_kept(town: Town) -> None:
    for locale in Locale:
        await _keeps_to_itself(town, locale)


async def _keeps_to_itself(town: Town, locale: Locale) -> None:
    form = await _form(town, locale.value)
    pages = [
        await town.http.get(f"/r?lang={locale}"),
        await town.http.get(f"/r/case?lang={locale}"),
        await town.http.post("/r", data={**form, "text": THEFT}),
        await town.http.post("/r", data=form),
        await town.http.post("/r/case", data={"code": "1", "lang": locale.value}),
    ]
    for page in pages:
        assert page.headers["content-language"] == locale.value
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self';")
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert "set-cookie" not in page.headers
        assert "<script" not in page.text
        assert "style=" not in page.text
        fetched = re.findall(r'(?:src|action|<link[^>]*href)="([^"]*)"', page.text)
        assert all(url.startswith("/r") for url in fetched), fetched
        assert f'dir="{"ltr" if locale is Locale.EN else "rtl"}"' in page.text
        assert not re.search(r">[a-z]+\.[a-z.]+<", page.text), "a key without words"


async def test_what_is_refused_comes_back_on_the_form(town: Town) -> None:
    form = await _form(town)
    long = '<"&>' + "ا" * 10_001
    for text, place, status in ((long, "الشعلة", 413), ("   ؟!", "", 422)):
        page = await town.http.post("/r", data={**form, "text": text, "place": place})
        assert page.status_code == status
        assert html.escape(text.strip(), quote=True).replace("&quot;", "&#34;") in page.text
        assert f'value="{place}"' in page.text
    stale = await town.http.post("/r", data={**form, "token": "A" * 50, "text": THEFT})
    assert stale.status_code == 422
    assert THEFT in stale.text
    assert form["token"] not in stale.text
    assert (await town.http.post("/r", data={**form, "text": "ا" * 10_000})).status_code == 200
    enormous = await town.http.post("/r", data={**form, "text": "ا" * 200_000})
    assert enormous.status_code == 413
    assert enormous.headers["content-type"].startswith("text/html")
    assert (await town.settled())["reports"] == 1


@pytest.mark.slow
async def test_a_flood_is_told_when_and_keeps_its_words_and_later_is_taken(town: Town) -> None:
    form = await _form(town)
    refused = None
    for n in range(70):
        page = await town.http.post("/r", data={**form, "text": f"{THEFT} {n}"})
        if page.status_code != 200:
            refused = page
            break
    assert refused is not None
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["retry-after"]) <= 10
    assert f"{THEFT} {n}" in refused.text
    assert (await town.settled())["reports"] == n
    await asyncio.sleep(int(refused.headers["retry-after"]))
    assert (await town.http.post("/r", data={**form, "text": f"{THEFT} {n}"})).status_code == 200


@pytest.mark.slow
async def test_whoever_guesses_here_is_soon_heard_no_more_and_the_right_code_still_is_from_a_phone(town: Town) -> None:
    code = await _tell(town, THEFT)
    await town.settled()

    async def guess(n: int) -> int:
        return (await _back(town, f"{10**15 + n}")).status_code

    seen = [status for _ in range(3) for status in await asyncio.gather(*(guess(n) for n in range(50)))]
    assert set(seen) == {404, 429}
    assert seen.count(404) == 25
    assert (await town.settled())["codes_guessed_at"] > 0
    # Not looked up, so the right code and a wrong one get the same page.
    right, wrong = await _back(town, code), await _back(town, "9" * 16)
    assert right.status_code == wrong.status_code == 429
    assert _bare(right, code) == _bare(wrong, "9" * 16)
    await town.sms("+9647700000041", code)
    (answer,) = await town.texted("+9647700000041")
    assert town.wiring.catalogue.render(Reply("case.new.silent"), channel=Channel.SMS, locale=Locale.AR).text in answer


@on_both
async def test_while_the_database_is_away_the_words_stay_with_their_writer(town: Town) -> None:
    form = await _form(town)
    town.wiring.store.close()
    page = await town.http.post("/r", data={**form, "text": THEFT})
    assert page.status_code == 503
    assert page.headers["retry-after"]
    assert THEFT in page.text
    assert form["token"] in page.text
    assert not _CODE.search(page.text)
    back = await _back(town, "1234567812345678", text=THEFT)
    assert back.status_code == 503
    assert THEFT in back.text


async def test_whatever_is_sent_to_it_gets_a_page_and_is_no_fault_of_ours(town: Town) -> None:
    """Group 29, at the web's side."""

    async def chunks() -> AsyncIterator[bytes]:
        for size in (500_000, 30_000, 500_000):  # what is too much is thrown away, before it nobody may hang up
            yield b"a" * size

    form = await _form(town)
    packed = gzip.compress(urlencode({**form, "text": THEFT}).encode())
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    tries = [
        (await town.http.post("/r", json={"text": THEFT}), 422),
        (await town.http.post("/r", content=b""), 422),
        (await town.http.post("/r", content=packed, headers={**kind, "Content-Encoding": "gzip"}), 422),
        (await town.http.post("/r", content=b"\x00\xff&" * 50, headers=kind), 422),
        (await town.http.post("/r", content=b"a=b&" * 1000, headers=kind), 422),
        (await town.http.post("/r", files={"text": THEFT.encode()}), 422),
        (await town.http.post("/r", content=chunks(), headers=kind), 413),
        (await town.http.put("/r", content=b"text=a", headers=kind), 405),
        (await town.http.post("/r/case", content=b"code=%00%ff&do=%D9", headers=kind), 404),
        (await town.http.get("/r/other"), 404),
    ]
    assert [page.status_code for page, _ in tries] == [status for _, status in tries]
    assert (await town.settled())["kept"] == 0


async def test_half_letters_and_signs_that_no_database_holds_are_filed_all_the_same(town: Town) -> None:
    """Groups 25 and 26."""
    form = await _form(town)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    body = f"token={form['token']}&lang=ar&text=%D8%A7%00%ED%A0%BD+%F0%9F%9A%93+{quote(THEFT)}"
    page = await town.http.post("/r", content=body.encode(), headers=kind)
    assert (await _settled_case(town, _code(page))).status_code == 200
    _, report, _ = await _opened(town)
    said = next(line["text"] for line in report["thread"] if line["kind"] == "utterance")
    assert THEFT in said
    assert "\0" not in said


@pytest.mark.slow
async def test_no_word_no_code_and_no_address_lies_open_anywhere(
    town: Town, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Group 60, at the web's side."""
    code = await _tell(town, "كناري غريب باگ ماطوري", place="قصر الكناري", governorate="IQ-BG")
    await town.settled()
    await _again(town, code, "add", text="طير القصب ضايع")
    await _back(town, "4444333322221111")
    found = capfd.readouterr()
    places = [found.out.encode(), found.err.encode()]
    if town.wiring.store.dialect == "postgresql":
        places.append(await town.wiring.store.read(_everything))
    else:
        places += _files(tmp_path)
    needles = ["كناري", "طير القصب", code, code[:8], "4444333322221111", "127.0.0.1:"]
    for needle in needles[:-1]:
        assert not any(needle.encode() in place for place in places), needle
    assert needles[-1].encode() not in places[0] + places[1]


def _files(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


def _everything(connection: Connection) -> bytes:
    rows = [row for table in tables.metadata.sorted_tables for row in connection.execute(table.select())]
    return b"\n".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row)
