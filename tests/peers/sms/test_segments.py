"""Twilio's own calculator counts as we do: 5,000 texts, in one process."""

import random

import pytest

from bot.handlers.segments import count
from tests.peers.sms.programs import Npm

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]

_COUNT = """
const {SegmentedMessage} = require('sms-segments-calculator');
const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(texts.map(text => {
  const counted = new SegmentedMessage(text, 'auto');
  const ucs2 = counted.encodingName === 'UCS-2';
  return [ucs2 ? 'ucs2' : 'gsm7', counted.messageSize / (ucs2 ? 16 : 7), counted.segmentsCount];
})));
"""
_ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئةى ،؟ًٌٍَُِّْـ٠١٢٣٤٥٦٧٨٩"
_KURDISH = "ئابپتجچحخدرڕزژسشعغفڤقکگلڵمنوۆهەیێ ،"
_BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCXYZÄÖÑÜ§¿abcxyzäöñüà"
_EXTENSION = "\f^{}\\[~]|€"
_EMOJI = ["👮", "👨‍👩‍👧‍👦", "🇮🇶", "❤️", "👍🏽", "🚗", "e\u0301", "ç", "`", "’"]
_ALPHABETS = [_ARABIC, _KURDISH, _BASIC, _BASIC + _EXTENSION, _EXTENSION, _EMOJI, [*_BASIC, *_ARABIC, *_EMOJI]]
_NEAR_A_LIMIT = [n + d for n in (67, 70, 134, 153, 160, 201, 306, 459) for d in (-2, -1, 0, 1, 2)]


def _texts(amount: int) -> list[str]:
    chance = random.Random(4)
    lengths = [*_NEAR_A_LIMIT, *range(1, 30)]
    return ["".join(chance.choices(chance.choice(_ALPHABETS), k=chance.choice(lengths))) for _ in range(amount)]


def test_five_thousand_texts_cost_what_the_other_calculator_says(npm: Npm) -> None:
    texts = _texts(5000)
    theirs = npm.ask(_COUNT, texts)
    ours = [[counted.encoding, counted.units, counted.parts] for counted in map(count, texts)]
    differing = [(text, a, b) for text, a, b in zip(texts, ours, theirs, strict=True) if a != b]
    assert differing == []
    # The sample is worth something only if it is not all of one kind.
    assert {encoding for encoding, _, _ in ours} == {"gsm7", "ucs2"}
    assert {parts for _, _, parts in ours} >= {1, 2, 3, 4}


def test_only_of_no_text_at_all_do_the_two_think_differently(npm: Npm) -> None:
    assert npm.ask(_COUNT, [""]) == [["gsm7", 0, 1]]
    assert count("").parts == 0  # we send nothing then, and nothing costs nothing
