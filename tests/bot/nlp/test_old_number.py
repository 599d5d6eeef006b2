"""Who asks not to be written to at an old number wants answers here; in doubt it is a wish for silence."""

import pytest

from bot.nlp import old_number
from bot.nlp.analyse import analyse
from bot.vocabulary import Append, Category, Channel, Mute, Reroute, Veil
from tests.bot.story import BEATEN, THEFT, Story
from tests.shipped import shipped

_OLD = """لا تكتبون على رقمي القديم
رقمي تغير لا تدزون على القديم
لا ترسلون لرقمي السابق
هذا رقمي الجديد لا تراسلوني على القديم
رقمي القديم ضاع لا تدزون عليه
بدلت رقمي لا تخابروني عالقديم
do not write to my old number
i changed my number dont message the old one
never call my previous number please
نامە بۆ ژمارە کۆنەکەم مەنێرن
ژمارەم گۆڕیوە نامە بۆ کۆنەکە مەنێرن
la tdizzoon 3ala raqami il qadeem"""
_HERE = """لا تكتبون على رقمي
لا تدزون رسائل على هذا الرقم
لا تدزون على رقمي القديم ولا على هذا
لا تخابروني رجلي القديم يشوف
do not write to my number
dont text my old number nor this one
نامە مەنێرن
بۆم مەنووسن"""
_MORE = ["رقمي القديم صار عند رجلي لا تدزون عليه", "dont call my previous number, my husband has it"]


@pytest.mark.parametrize("text", _OLD.splitlines())
@pytest.mark.parametrize("told", [BEATEN, THEFT])
def test_it_is_added_to_what_is_open_and_silences_nothing(text: str, told: object) -> None:
    story = Story(Channel.SMS)
    story.say("انباك ماطوري بالشعلة", told)  # type: ignore[arg-type]
    assert story.say(text, analyse(shipped(), text)) == ("added",)
    assert story.just == (Append(story.filed[0].report),)
    assert not story.muted


@pytest.mark.parametrize("text", _OLD.splitlines())
def test_before_anything_is_told_it_is_filed_as_what_tells_of_nothing(text: str) -> None:
    story = Story(Channel.SMS)
    assert story.say(text, analyse(shipped(), text))
    assert [filed.facts.category for filed in story.filed] == [Category.OTHER]
    assert not story.muted


@pytest.mark.parametrize("text", _HERE.splitlines())
def test_what_means_this_number_too_is_a_wish_for_silence(text: str) -> None:
    story = Story(Channel.SMS)
    story.say("انباك ماطوري بالشعلة", THEFT)
    assert story.say(text, analyse(shipped(), text)) == ()
    assert Mute() in story.just


@pytest.mark.parametrize("text", _MORE)
def test_what_tells_more_is_heard_and_silences_nothing(text: str) -> None:
    assert not old_number.is_all(analyse(shipped(), text).key)
    story = Story(Channel.SMS)
    story.say("رجلي يضربني بالكرادة", BEATEN)
    story.say(text, analyse(shipped(), text))
    assert not any(isinstance(effect, Mute | Veil) for effect in story.just)
    assert all(effect.facts.sensitive for effect in story.just if isinstance(effect, Reroute))
