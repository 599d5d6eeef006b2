"""What the threat model says is tried where, is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")


def test_every_test_that_the_threat_model_names_is_there() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", PAGE))
    assert len(named) > 20
    assert sorted(path for path in named if not (ROOT / path).is_file()) == []


def test_every_page_that_the_threat_model_leads_to_is_there() -> None:
    led = set(re.findall(r"\((?:docs/)?([\w/.-]+\.md)\)", PAGE))
    assert sorted(page for page in led if not (ROOT / "docs" / page).is_file()) == []


def test_what_a_changed_list_stops_and_what_not_is_told_and_tried() -> None:
    assert "It stops nobody who writes" in PAGE
    tried = (ROOT / "tests/api/workers/test_held.py").read_text(encoding="utf-8")
    assert "def test_nobody_waits_behind_a_message_that_is_held" in tried
    assert "def test_danger_for_a_desk_that_cannot_open_it_rings_at_once" in tried
