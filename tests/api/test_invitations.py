"""Links, QR codes and posters that lead to one office."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from typer.testing import CliRunner, Result

from api.cli import app
from api.console import words
from api.invitations import NoInvitation, invitation, link, png, poster, svg
from bot import commands, safety
from bot.vocabulary import Locale, Office, OfficeKind

ROOT = Path(__file__).parents[2]
OFFICES = ROOT / "api" / "demo" / "data" / "offices.csv"
BOT = "muntada_example_bot"
FORUM = Office(
    code="BG-shula",
    kind=OfficeKind.FORUM,
    names={Locale.AR: "منتدى <الشعلة>", Locale.CKB: "مەکۆی شوعلە", Locale.EN: "Shula Forum"},
    desks=frozenset(),
)
Run = Callable[..., Result]


@given(st.from_regex(r"[A-Za-z0-9_-]{1,62}", fullmatch=True))
def test_the_link_tells_the_bot_which_office_it_is(code: str) -> None:
    """Group 52: what is printed is what is read."""
    opened = link(BOT, code)
    payload = opened.removeprefix(f"https://t.me/{BOT}?start=")
    assert len(payload) <= 64
    assert commands.origin(f"/start {payload}") == code


@pytest.mark.parametrize("code", ["", "x" * 63, "BG shula", "منتدى", "a/b", "a&start=f_b", "a\n", "٣"])
def test_a_code_that_no_link_can_carry_is_refused_in_words(code: str) -> None:
    """Group 52: malformed, or 65 characters with its prefix."""
    with pytest.raises(NoInvitation, match="does not fit a link"):
        link(BOT, code)


@pytest.mark.parametrize("bot", ["", "@", "bot", "a-bot", "1abcbot", "بوت_المنتدى", "x" * 33, "bot?start=evil"])
def test_a_name_that_no_bot_has_is_refused_in_words(bot: str) -> None:
    with pytest.raises(NoInvitation, match="username"):
        link(bot, "BG")


def test_a_bot_may_be_named_with_its_sign() -> None:
    assert link(f"@{BOT}", "BG") == link(BOT, "BG") == f"https://t.me/{BOT}?start=f_BG"


@pytest.mark.parametrize("kind", [OfficeKind.WOMEN, OfficeKind.OVERSIGHT])
def test_no_link_shows_on_a_phone_why_its_owner_wrote(kind: OfficeKind) -> None:
    with pytest.raises(NoInvitation, match="no link of its own"):
        invitation(Office(code="x", kind=kind, names={}, desks=frozenset()), BOT)


def test_the_svg_is_a_square_with_white_around_it_and_without_words() -> None:
    drawn = ET.fromstring(svg(link(BOT, "BG-shula")))
    assert drawn.attrib["width"] == drawn.attrib["height"]
    assert {element.tag.rpartition("}")[2] for element in drawn.iter()} <= {"svg", "path", "g"}
    assert not "".join(drawn.itertext()).strip()


def test_the_png_is_black_and_white_and_quiet_at_its_edge() -> None:
    picture = Image.open(BytesIO(png(link(BOT, "BG-shula")))).convert("L")
    assert picture.width == picture.height >= 29 * 20
    assert {value for _, value in picture.getcolors() or ()} == {0, 255}
    edge = picture.crop((0, 0, picture.width, 4 * 20))
    assert edge.getextrema() == (255, 255)
    assert picture.crop((80, 80, 100, 100)).getextrema() == (0, 0)


def test_each_office_has_a_code_of_its_own() -> None:
    assert svg(link(BOT, "BG-a")) != svg(link(BOT, "BG-b"))


class _Texts(HTMLParser):
    """What a poster shows, and whatever it would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.fetched += [tag] if tag in {"script", "link", "img", "iframe"} else []
        self.fetched += [name for name, _ in attrs if name in {"src", "href"}]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def _page(office: Office, number: str = "+9647700000001") -> _Texts:
    read = _Texts()
    read.feed(poster(invitation(office, BOT, number=number), words.load(ROOT / "locales")))
    return read


def test_a_poster_says_in_arabic_and_kurdish_how_to_write_and_fetches_nothing() -> None:
    page = _page(FORUM)
    assert page.texts.count("اكتب لنا") == page.texts.count("بۆمان بنووسە") == 1
    assert page.texts.count("+9647700000001") == 2
    assert page.texts.count(f"@{BOT}") == 2  # its title, and below the code
    assert "منتدى <الشعلة>" in page.texts
    assert page.fetched == []
    assert "Write to us" not in page.texts


def test_english_is_on_it_where_the_office_speaks_it() -> None:
    speaking = Office("BG", OfficeKind.FORUM, FORUM.names, frozenset(), languages=frozenset(Locale))
    assert "Write to us" in _page(speaking).texts
    assert "Shula Forum" in _page(speaking).texts


def test_without_a_number_nothing_of_sms_is_said() -> None:
    shown = " ".join(_page(FORUM, number="").texts)
    assert "رسالة نصية" not in shown
    assert "%(" not in shown


def test_no_word_of_ours_on_a_poster_names_a_kind_of_concern() -> None:
    speaking = Office("BG", OfficeKind.FORUM, {}, frozenset(), languages=frozenset(Locale))
    assert safety.telling(" ".join(_page(speaking).texts)) == ()


# ── The command line ──
@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_url: str) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MUNTADA_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("MUNTADA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MUNTADA_KEYS_DIR", str(tmp_path / "its-keys"))
    assert CliRunner().invoke(app, ["offices", "import", str(OFFICES)]).exit_code == 0

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["offices", "invite", *arguments])

    return invoke


def test_invite_prints_the_link_and_the_line_and_writes_what_was_asked_for(run: Run, tmp_path: Path) -> None:
    result = run(
        "IQ", "--bot", BOT, "--sms", "0770 000 0001", "--out", "code.svg", "--poster", "wall.html"
    )  # relative, as people type
    assert result.exit_code == 0, result.output
    assert f"https://t.me/{BOT}?start=f_IQ\n" in result.output
    assert "send your message to +9647700000001\n" in result.output
    assert (tmp_path / "code.svg").read_bytes() == svg(link(BOT, "IQ"))
    assert "+9647700000001" in (tmp_path / "wall.html").read_text(encoding="utf-8")
    assert run("IQ", "--bot", BOT, "--out", "code.PNG").exit_code == 0
    assert (tmp_path / "code.PNG").read_bytes().startswith(b"\x89PNG")


def test_the_number_is_the_settings_own_unless_another_is_given(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "SMS" not in run("IQ", "--bot", BOT).output
    for name, value in (("ACCOUNT_SID", "AC1"), ("AUTH_TOKEN", "made-up"), ("NUMBER", "+9647700000002")):
        monkeypatch.setenv(f"MUNTADA_TWILIO_{name}", value)
    assert "send your message to +9647700000002" in run("IQ", "--bot", BOT).output
    assert "send your message to 4321" in run("IQ", "--bot", BOT, "--sms", "4321").output
    monkeypatch.setenv("MUNTADA_TWILIO_NUMBER", "MG" + "0" * 32)
    assert "give it by --sms" in run("IQ", "--bot", BOT).output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nowhere", "--bot", BOT), "no office has the code nowhere"),
        (("IQ-women", "--bot", BOT), "no link of its own"),
        (("IQ", "--bot", "x"), "username"),
        (("IQ", "--bot", BOT, "--sms", "call me"), "--sms is not a number"),
        (("IQ", "--bot", BOT, "--out", "code.gif"), "must end in .svg or .png"),
        (("IQ", "--bot", BOT, "--poster", "wall.pdf"), "must end in .html"),
        (("IQ", "--bot", BOT, "--out", "no/such/folder.svg"), "cannot be written"),
    ],
)
def test_a_mistake_is_explained_and_nothing_is_written(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in re.sub(r"\s+", " ", result.output)
    assert not [path for path in tmp_path.iterdir() if path.suffix in {".svg", ".png", ".gif", ".html", ".pdf"}]
