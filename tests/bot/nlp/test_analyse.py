"""From text to Analysis: the level we promise, the cues, and that no text breaks it."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlp.analyse import LIMIT, Understanding, analyse
from bot.nlp.shown import as_understood
from bot.nlp.words import Danger, Words
from bot.taxonomy import RULES
from bot.vocabulary import Category, Language, Urgency
from tests.bot.nlp.conftest import Labelled

# Loads and runs everything with sockets forbidden; prints what it imported.
_ALONE = """
import socket, sys
def forbidden(*_): raise AssertionError("a socket")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = socket.create_connection = forbidden
from bot.nlp.analyse import Understanding, analyse
assert analyse(Understanding.load(), "باگوا ماطوري").category.value == "theft"
print(" ".join(sorted(sys.modules)))
"""


def test_it_loads_without_torch_sockets_or_a_home(tmp_path: Path) -> None:
    environment = {**os.environ, "HOME": "/nonexistent", "CAMELTOOLS_DATA": str(tmp_path / "absent")}
    root = Path(__file__).parents[3]
    run = subprocess.run(
        [sys.executable, "-c", _ALONE], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert not {"torch", "transformers", "sklearn", "scipy"} & set(run.stdout.split())


def test_unseen_messages_are_understood_at_least_this_well(
    understanding: Understanding, held_out: tuple[Labelled, ...]
) -> None:
    heard = [(row, analyse(understanding, row.text)) for row in held_out]
    sensitive = [a.sensitive for row, a in heard if RULES[Category(row.category)].sensitive]
    plain = [a.sensitive for row, a in heard if not RULES[Category(row.category)].sensitive]
    urgent = [a.urgency is Urgency.EMERGENCY for row, a in heard if row.urgency == "emergency"]
    calm = [a.urgency is Urgency.EMERGENCY for row, a in heard if row.urgency != "emergency"]
    assert sum(a.category == row.category for row, a in heard) / len(heard) >= 0.75
    assert sum(row.category in {g.category for g in a.guesses} for row, a in heard) / len(heard) >= 0.9
    assert sum(sensitive) / len(sensitive) >= 0.9
    assert sum(plain) / len(plain) <= 0.1
    assert sum(urgent) / len(urgent) >= 0.85
    assert sum(calm) / len(calm) <= 0.1


NASTY = st.text(
    alphabet=st.one_of(
        st.characters(), st.characters(categories=["Cs", "Cc", "Cf", "Mn"]), st.sampled_from("اهسهي٠٧@")
    ),
    max_size=120,
)


@given(text=NASTY)
@settings(deadline=None)
def test_any_text_has_an_analysis_that_json_can_carry(understanding: Understanding, text: str) -> None:
    found = analyse(understanding, text)
    assert 1 <= len(found.guesses) <= 3
    assert analyse(understanding, text) == found
    json.dumps(as_understood(found), ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "\ud800",
        "هه" * 50_000,
        " " * 100_000,
        *(pytest.param(text, marks=pytest.mark.slow) for text in ("\ufdfa" * 5_000, "🔫" * 9_000)),
    ],
)
def test_hostile_lengths_and_characters_are_survived(understanding: Understanding, text: str) -> None:
    assert len(analyse(understanding, text).clean) <= LIMIT


def test_when_a_step_fails_a_person_reads_it_soon(understanding: Understanding) -> None:
    broken = replace(understanding, model=replace(understanding.model, bias=understanding.model.bias[:3]))
    found = analyse(broken, "اكو حرامي، رقمي 07700000012")
    assert (found.category, found.urgency, found.clean) == (Category.OTHER, Urgency.HIGH, "")


def test_personal_data_reaches_neither_key_nor_redacted_text(understanding: Understanding) -> None:
    found = analyse(understanding, "اسمي حيدر ورقمي 0770 000 0012 باگوا ماطوري بالشعلة")
    shown = as_understood(found)
    assert shown["redacted"] == "اسمي [NAME] ورقمي [PHONE] باگوا ماطوري بالشعلة"
    assert "0012" not in found.key
    assert found.category is Category.THEFT


def test_understood_has_the_shape_that_other_programs_rely_on(understanding: Understanding) -> None:
    shown = as_understood(analyse(understanding, "انباك ماطوري بالشعلة"))
    assert shown["category"] == "theft"
    assert 0 <= shown["confidence"] <= 1
    assert {"category", "confidence"} == set(shown["alternatives"][0])
    assert (shown["urgency"], shown["sensitive"], shown["language"]) == ("normal", False, "ar")
    assert shown["place"]["governorate"] == "IQ-BG"
    assert as_understood(analyse(understanding, "مرحبا"))["place"] is None


@pytest.mark.parametrize(
    "text",
    [
        "الضابط بالمركز يريد رشوة",
        "اريد اشتكي على ضابط",
        "سربوا اسمي للجيران بعد ما بلغت",
        "the officer asked for a bribe",
        "پۆلیسەکە داوای بەرتیلی کرد",
    ],
)
def test_a_complaint_about_the_police_is_noticed(understanding: Understanding, text: str) -> None:
    assert analyse(understanding, text).about_police


def test_a_theft_told_to_the_police_is_no_complaint_about_them(understanding: Understanding) -> None:
    assert not analyse(understanding, "باگوا سيارتي من يم مركز الشرطة").about_police


@pytest.mark.parametrize(
    "text", ["اريد شرطية مو شرطي", "اريد احچي ويه ضابطة", "دەمەوێت لەگەڵ ئافرەتێک قسە بکەم", "can i talk to a woman"]
)
def test_a_wish_for_a_woman_is_noticed(understanding: Understanding, text: str) -> None:
    assert analyse(understanding, text).woman_officer


@pytest.mark.parametrize("text", ["محد يدري", "لا تگولون اسمي", "دخيلكم", "ناوم مەڵێن", "please dont tell anyone"])
def test_fear_is_noticed(understanding: Understanding, text: str) -> None:
    assert analyse(understanding, text).fear


def test_a_plain_report_has_neither_wish_nor_fear(understanding: Understanding) -> None:
    found = analyse(understanding, "منهول مفتوح بشارعنا")
    assert (found.woman_officer, found.fear, found.about_police) == (False, False, False)


def test_arabizi_and_sorani_are_understood(understanding: Understanding) -> None:
    arabizi = analyse(understanding, "bagaw sayarti mn yam el bait")
    sorani = analyse(understanding, "مۆبایلەکەم لە بازاڕ دزرا")
    assert (arabizi.language, arabizi.category) == (Language.ARABIZI, Category.THEFT)
    assert (sorani.language, sorani.category) == (Language.CKB, Category.THEFT)


@pytest.mark.parametrize(
    "text",
    ["خطفوا ابني ويطلبون فدية", "عركة بالسكاكين هسه يم الكراج", "الجهال يلعبون بقنبلة", "واحد مخنوق بالحمام من الغاز"],
)
def test_rules_and_model_together_hear_danger(understanding: Understanding, text: str) -> None:
    assert analyse(understanding, text).urgency is Urgency.EMERGENCY


@pytest.mark.parametrize("text", ["زوجي سافر", "مدرسة البنات ما بيها مي", "زوجي موظف ويريد يجدد هويته"])
def test_harmless_words_about_kin_are_not_sealed(understanding: Understanding, text: str) -> None:
    assert not analyse(understanding, text).sensitive


def test_a_deployments_danger_phrase_raises_and_seals(understanding: Understanding) -> None:
    own = replace(understanding, words=Words(danger=(Danger("الوردة البيضا", Urgency.EMERGENCY, sensitive=True),)))
    assert analyse(own, "وصلت الوردة البيضا").urgency is Urgency.EMERGENCY
    assert analyse(own, "وصلت الوردة البيضا").sensitive
    assert not analyse(understanding, "وصلت الوردة البيضا").sensitive


def test_a_second_concern_is_named_and_a_clear_message_has_none(understanding: Understanding) -> None:
    both = analyse(understanding, "زوجي يتعاطى كرستال ويكسر البيت ويخوف الجهال")
    assert {both.category, both.also} == {Category.DRUGS, Category.DOMESTIC_VIOLENCE}
    assert analyse(understanding, "انباك ماطوري من باب البيت").also is None
    assert analyse(understanding, "مرحبا").also is None
