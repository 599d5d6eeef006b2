"""What it costs to guess a password, a pass phrase or a code in production; all other tests run with less."""

import hmac
import time
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from storage.people import hashing
from storage.sealed import keypairs
from storage.sealing import unseal
from tests.quick import untouched

PHRASE = "قصب السماوة طويل جدا"


def test_a_password_or_recovery_code_costs_46_mib_and_two_passes_also_for_a_name_that_nobody_has() -> None:
    real = untouched(hashing)
    for hashed in (real.made("correct horse battery"), real.NOBODYS):
        assert hashed.startswith("$argon2id$v=19$m=47104,t=2,p=1$")


def test_a_pass_phrase_costs_64_mib_and_three_passes() -> None:
    pair = keypairs.new("r1")
    kept = untouched(keypairs).lock(pair, PHRASE)
    key = Argon2id(salt=kept[:16], length=32, iterations=3, lanes=1, memory_cost=64 * 1024).derive(PHRASE.encode())
    assert unseal(key, kept[16:], "recipients", "private", "r1") == pair.private + pair.signing


def test_a_code_costs_sixteen_mib() -> None:
    made = untouched(keypairs).from_code(b"p" * 32, "4821930000000017", b"")
    salt = hmac.digest(b"p" * 32, b"muntada people 1 code", "sha256")
    both = Scrypt(salt=salt, length=64, n=2**14, r=8, p=1).derive(b"4821930000000017")
    assert made.hash + made.private == both


@pytest.mark.parametrize(
    ("least_s", "work"),
    [
        (0.02, lambda: untouched(hashing).made("correct horse battery")),
        (0.04, lambda: untouched(keypairs).lock(keypairs.new("r1"), PHRASE)),
        (0.01, lambda: untouched(keypairs).from_code(b"p" * 32, "4821930000000017", b"")),
    ],
)
def test_none_of_them_is_quick(least_s: float, work: Callable[[], object]) -> None:
    began = time.process_time()
    work()
    assert time.process_time() - began > least_s
