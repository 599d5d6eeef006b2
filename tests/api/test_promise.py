"""One code for one text of one form: the same however often it is sent, and nobody else's."""

from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api import promise
from storage.keys import Domain, Keyring

ENTROPY = bytes(range(16))


def test_a_form_holds_for_a_day_and_no_longer(keyring: Keyring, now: datetime) -> None:
    token = promise.token(keyring, now=now, entropy=ENTROPY)
    assert promise.holds(keyring, token, now=now)
    assert promise.holds(keyring, token, now=now + promise.LIFE - timedelta(seconds=1))
    assert not promise.holds(keyring, token, now=now + promise.LIFE + timedelta(seconds=2))
    assert not promise.holds(keyring, token, now=now - timedelta(hours=1))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_nothing_else_is_a_form_of_ours(keyring: Keyring, now: datetime, given: str) -> None:
    assert not promise.holds(keyring, given, now=now)


def test_a_form_with_one_letter_changed_is_none(keyring: Keyring, now: datetime) -> None:
    token = promise.token(keyring, now=now, entropy=ENTROPY)
    for at in range(len(token)):
        other = "A" if token[at] != "A" else "B"
        assert not promise.holds(keyring, f"{token[:at]}{other}{token[at + 1 :]}", now=now)


def test_a_code_is_sixteen_digits_that_follow_from_form_and_words_alone(keyring: Keyring, now: datetime) -> None:
    token = promise.token(keyring, now=now, entropy=ENTROPY)
    codes = [promise.code(keyring, promise.name(token, f"نص {n}")) for n in range(500)]
    assert len(set(codes)) == 500
    assert all(len(code) == 16 and code.isdigit() and code[0] != "0" for code in codes)
    assert codes[0] == promise.code(keyring, promise.name(token, "نص 0"))
    assert promise.name(token, "نص") != promise.name(token + "x", "نص")


def test_another_deployment_promises_other_codes(keyring: Keyring, now: datetime, tmp_path: Path) -> None:
    other = Keyring.open(tmp_path / "others")
    other.make(Domain.CODE, now)
    token = promise.token(keyring, now=now, entropy=ENTROPY)
    assert not promise.holds(other, token, now=now)
    assert promise.code(other, "n") != promise.code(keyring, "n")


@given(st.integers(10**15, 10**16 - 1), st.sampled_from(["0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"]))
def test_a_code_is_read_in_any_digits_and_grouping(number: int, digits: str) -> None:
    """Group 39."""
    code = str(number)
    written = f"\u2066 {promise.grouped(code)}-\u200f".translate(str.maketrans("0123456789", digits))
    assert promise.typed(written) == code
    assert promise.typed(code[:-1]) == ""
    assert promise.typed(f"{code}1") == ""
