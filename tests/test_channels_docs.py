"""What the pages on channels and on edge cases say is so: settings, reasons, parts, examples, and tests by name."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from api import carriers
from api.settings import Settings
from bot.handlers.segments import count
from bot.replies import Catalogue
from bot.vocabulary import Channel, Locale, Reply
from tests.peers.sms import network

ROOT = Path(__file__).resolve().parent.parent
ENGLISH, ARABIC = ROOT / "docs" / "channels.md", ROOT / "docs" / "channels.ar.md"
EDGE_CASES = ROOT / "docs" / "edge-cases.md"
GROUPS = range(1, 61)
CHANNELS = ("TELEGRAM", "TWILIO", "SMSGATE", "KANNEL", "GENERIC", "WEBHOOK", "TRANSCRIBE", "WEB_FORM", "ONION")

_NAMED = re.compile(rf"\b(?:MUNTADA_)?((?:{'|'.join(CHANNELS)})(?:_[A-Z]+)*)\b")
_BLOCK = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)
_REASON = re.compile(r"`([a-z]+(?:_[a-z]+)*)`")
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
both = pytest.mark.parametrize("page", [ENGLISH, ARABIC], ids=["english", "arabic"])


def _read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _blocks(page: Path) -> list[str]:
    return [body for _, body in _BLOCK.findall(_read(page))]


def _rows(page: Path) -> Iterator[list[str]]:
    for line in _read(page).splitlines():
        if line.startswith("|"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


# ── Both pages ───────────────────────────────────────────────────────────────────────────────────────────────────
@both
def test_every_setting_of_a_channel_is_explained_and_none_that_is_not_there(page: Path) -> None:
    named = {name for name in _NAMED.findall(_read(page)) if "_" in name}
    there = {name.upper() for name in Settings.model_fields}
    assert named == {name for name in there if name.startswith(CHANNELS)}


@both
def test_its_examples_are_settings_that_start(page: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lines = [line for block in _blocks(page) for line in block.splitlines() if line.startswith("MUNTADA_")]
    given = dict(line.split("=", 1) for line in lines)
    secret = "a" * 48
    given |= {
        name: value.replace("…", "0" * (9 if name.endswith("NUMBER") else 24))
        for name, value in given.items()
        if "…" in value
    }
    given |= {name: secret for name, value in given.items() if value in {"SECRET", "PASSWORD"}}
    given["MUNTADA_TRANSCRIBE_COMMAND"] = "true " + given["MUNTADA_TRANSCRIBE_COMMAND"].partition(" ")[2]
    given["MUNTADA_GENERIC_FIELDS"] = "jasmin"
    monkeypatch.chdir(tmp_path)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.telegram_on
    assert set(carriers.sms(settings)) == {"twilio", "smsgate", "kannel", "generic"}


@both
def test_every_reason_why_words_do_not_arrive_is_explained(page: Path) -> None:
    explained = {reason for row in _rows(page) if len(row) == 3 for reason in _REASON.findall(row[0])}
    assert _reasons() <= explained


@both
def test_what_it_says_of_parts_is_what_they_cost(page: Path) -> None:
    counted = [[int(cell) for cell in row] for row in _rows(page) if len(row) == 3 and all(map(str.isdigit, row))]
    assert len(counted) == 4
    for arabic, latin, parts in counted:
        assert (count("ا" * arabic).parts, count("a" * latin).parts) == (parts, parts)
        assert (count("ا" * (arabic + 1)).parts, count("a" * (latin + 1)).parts) == (parts + 1, parts + 1)


@both
def test_how_long_an_answer_by_staff_may_be_is_what_it_costs(page: Path) -> None:
    said = Catalogue.load(ROOT / "locales")
    for letters, parts in ((55, 1), (119, 2)):
        assert re.search(rf"(?<!\d){letters}(?!\d)", _read(page))
        for more in (0, 1):
            answer = Reply("answer", {"text": "ا" * (letters + more)})
            shown = said.render(answer, channel=Channel.SMS, locale=Locale.AR).text
            assert count(shown).parts == parts + more


@both
def test_its_kannel_is_the_one_that_was_tried(page: Path) -> None:
    (described,) = [block for block in _blocks(page) if block.startswith("group = core")]
    ours, theirs = _groups(described), _groups(network._KANNEL)
    assert {name: set(group) for name, group in ours.items()} == {
        name: set(group) - {"reconnect-delay"} for name, group in theirs.items()
    }
    assert ours["sms-service"]["post-url"].rstrip('"').partition("?")[2] == network._FIELDS
    for group, key in (
        ("core", "log-level"),
        ("smsbox", "log-level"),
        ("smsbox", "http-request-retry"),
        ("sendsms-user", "max-messages"),
        ("sendsms-user", "concatenation"),
        ("sms-service", "max-messages"),
        ("sms-service", "catch-all"),
        ("sms-service", "send-sender"),
    ):
        assert ours[group][key] == theirs[group][key]


def test_both_languages_have_the_same_parts_and_examples() -> None:
    assert _blocks(ENGLISH) == _blocks(ARABIC)
    assert [len(row) for row in _rows(ENGLISH)] == [len(row) for row in _rows(ARABIC)]
    levels = [
        [line.split()[0] for line in _read(page).splitlines() if line.startswith("#")] for page in (ENGLISH, ARABIC)
    ]
    assert levels[0] == levels[1]


@both
def test_a_link_within_the_page_leads_to_a_heading(page: Path) -> None:
    text = _read(page)
    headings = {_anchor(line.lstrip("# ")) for line in text.splitlines() if line.startswith("#")}
    within = set(re.findall(r"\]\(#([^)]+)\)", text))
    assert within
    assert within <= headings


def _anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _groups(conf: str) -> dict[str, dict[str, str]]:
    groups: dict[str, dict[str, str]] = {}
    group: dict[str, str] = {}
    for line in conf.splitlines():
        key, _, value = (half.strip() for half in line.partition("="))
        if key == "group":
            group = groups.setdefault(value, {})
        elif key:
            group[key] = value
    return groups


@cache
def _reasons() -> frozenset[str]:
    """The reasons of every SendFailed that the source makes with its reason written out."""
    found: set[str] = set()
    for folder in ("api", "bot", "storage"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "SendFailed":
                    found |= {each.value for each in ast.walk(node.args[0]) if _is_text(each)}  # type: ignore[attr-defined]
    return frozenset(found)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


# ── Edge cases ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_every_group_of_edge_cases_has_a_test_or_says_why_it_cannot_happen() -> None:
    rows = {int(row[0]): row for row in _rows(EDGE_CASES) if row[0].isdigit()}
    assert sorted(rows) == list(GROUPS)
    for number, row in rows.items():
        assert len(row) == 3, number
        assert row[1], number
        assert _TEST.search(row[2]) or "cannot happen" in row[2].lower(), number


def test_every_test_that_is_named_exists() -> None:
    named = set(_TEST.findall(_read(EDGE_CASES)))
    assert named
    missing = [f"{file}::{name}" for file, name in sorted(named) if name not in _tests_in(file)]
    assert missing == []


@cache
def _tests_in(file: str) -> frozenset[str]:
    path = ROOT / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    made = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(node.name for node in made if node.name.startswith("test_"))
