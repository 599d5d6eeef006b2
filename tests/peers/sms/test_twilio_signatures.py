"""Twilio's library for another language signs and checks as we do, in both directions."""

import random
from collections.abc import Mapping, Sequence

import pytest

from bot.handlers.twilio import authentic
from tests.carriers.twilio import TOKEN, signature
from tests.peers.sms.programs import Npm

pytestmark = [pytest.mark.peers, pytest.mark.timeout(300)]

Params = list[tuple[str, str]]
Signed = tuple[str, str, Params]  # URL, token, parameters

_SIGN = """
const {getExpectedTwilioSignature} = require('twilio/lib/webhooks/webhooks');
const cases = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(cases.map(([url, token, params]) => getExpectedTwilioSignature(token, url, params))));
"""
_CHECK = """
const {validateRequest} = require('twilio');
const cases = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(cases.map(([url, token, params, given]) => validateRequest(token, given, url, params))));
"""
_LETTERS = "abXY01 +&=%#?/\\\"'\n\té٣ابتگێ👮\u200f"
_URLS = [
    "https://forum.example/hooks/sms/twilio",
    "https://forum.example/hooks/sms/twilio?foo=1&bar=2",
    "https://forum.example:8443/hooks/sms/twilio/status",
    "http://forum.example/hooks/sms/twilio?text=%D8%A7",
]


def _cases(amount: int) -> list[Signed]:
    chance = random.Random(7)

    def text(most: int) -> str:
        return "".join(chance.choices(_LETTERS, k=chance.randint(0, most)))

    def one() -> Params:
        names = [f"Name{n}{text(3)}" for n in range(chance.randint(0, 12))]
        repeated = chance.choices(names, k=chance.randint(0, 3)) if names else []
        return [(name, text(40)) for name in names + repeated]

    return [(chance.choice(_URLS), "".join(chance.choices("0123456789abcdef", k=32)), one()) for _ in range(amount)]


def _by_name(params: Sequence[tuple[str, str]]) -> Mapping[str, str | list[str]]:
    """As a web framework of theirs hands parameters over: a list where a name comes more than once."""
    found: dict[str, list[str]] = {}
    for name, value in params:
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def test_what_the_other_library_signs_we_believe(npm: Npm) -> None:
    cases = _cases(300)
    signatures = npm.ask(_SIGN, [(url, token, _by_name(params)) for url, token, params in cases])
    for (url, token, params), given in zip(cases, signatures, strict=True):
        assert authentic(url=url, params=params, signature=given, tokens=(TOKEN, token))
        assert not authentic(url=url, params=params, signature=given, tokens=(TOKEN,))
        assert not authentic(url=url, params=[*params, ("Body", "x")], signature=given, tokens=(token,))
        assert not authentic(url=url + "x", params=params, signature=given, tokens=(token,))


def test_what_we_sign_the_other_library_believes(npm: Npm) -> None:
    # The signatures of tests/carriers/twilio.py, with which every other test is made.
    cases = [(url, token, params, signature(token, url, params)) for url, token, params in _cases(300)]
    whole = [(url, token, _by_name(params), given) for url, token, params, given in cases]
    forged = [(url, token, {**params, "Body": "x"}, given) for url, token, params, given in whole]
    assert npm.ask(_CHECK, whole) == [True] * len(cases)
    assert npm.ask(_CHECK, forged) == [False] * len(cases)
