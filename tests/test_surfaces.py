"""What other programs and people rely on is named in the documents, all of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import typer

import api.console
from api import cli
from api.settings import Settings
from api.v1.outgoing import Agreed

ROOT = Path(__file__).parent.parent
NAMED = set(re.findall(r"`([^`]+)`", (ROOT / "docs" / "surfaces.md").read_text("utf-8")))
_PAGE = re.compile(r'\.get\(\s*"(/[^"]*)"')


def _commands(group: Any, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{before}{name} ")
        else:
            yield f"{before}{name}"


def _pages() -> set[str]:
    sources = Path(api.console.__file__).parent.rglob("*.py")
    return {page for source in sources for page in _PAGE.findall(source.read_text("utf-8"))}


def test_every_command_is_named() -> None:
    there = set(_commands(typer.main.get_command(cli.app)))
    assert {"staff reset-factor", "staff enrolling-code", "desks replace"} <= there
    assert there - NAMED == set()


def test_every_setting_is_named_and_no_other() -> None:
    there = {name.upper() for name in Settings.model_fields}
    assert "SECOND_FACTOR" in there
    assert there - NAMED == set()
    assert {name for name in NAMED if re.fullmatch(r"[A-Z][A-Z_]{3,}", name)} - there == set()


def test_every_page_of_the_console_is_named() -> None:
    there = {page for page in _pages() if not page.startswith("/static")}
    assert {"/second-factor", "/colleagues", "/leaving", "/password"} <= there
    assert there - NAMED == set()


@pytest.mark.parametrize("state", get_args(Agreed.model_fields["state"].annotation))
def test_every_state_of_a_consent_is_named(state: str) -> None:
    assert state in NAMED
