"""What a person brings opens what the server keeps, and nothing else does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.sealed import keypairs
from storage.sealed.keypairs import ShortPhrase, Unlocked, WrongHalf, WrongPhrase
from storage.sealing import Tampered

PHRASE = "قصب السماوة طويل جدا"
KEY = b"k" * 32
_BYTES32 = st.binary(min_size=32, max_size=32)


@pytest.fixture(scope="module")
def locked() -> tuple[Unlocked, bytes]:
    """A pair and what is kept of it."""
    pair = keypairs.new("r1")
    return pair, keypairs.lock(pair, PHRASE)


def test_the_phrase_opens_her_keys_however_it_is_spaced(locked: tuple[Unlocked, bytes]) -> None:
    pair, blob = locked
    assert keypairs.unlock("r1", blob, f" {PHRASE.replace(' ', '  ')} ") == pair


@pytest.mark.parametrize("phrase", ["", PHRASE[:-1], PHRASE + "x"])
def test_no_other_phrase_does(locked: tuple[Unlocked, bytes], phrase: str) -> None:
    with pytest.raises(WrongPhrase):
        keypairs.unlock("r1", locked[1], phrase)


def test_nor_does_it_in_another_row_or_after_a_change(locked: tuple[Unlocked, bytes]) -> None:
    blob = locked[1]
    flipped = blob[:-1] + bytes([blob[-1] ^ 1])
    for recipient, kept in (("r2", blob), ("r1", flipped), ("r1", blob[:-1]), ("r1", b""), ("r1", blob[:16])):
        with pytest.raises(WrongPhrase):
            keypairs.unlock(recipient, kept, PHRASE)


def test_a_short_phrase_is_refused() -> None:
    with pytest.raises(ShortPhrase):
        keypairs.lock(keypairs.new("r1"), "  short   one ")


def test_private_keys_do_not_show(locked: tuple[Unlocked, bytes]) -> None:
    pair = locked[0]
    assert repr(pair.private) not in repr(pair)
    assert repr(pair) == "Unlocked(recipient='r1')"


@given(_BYTES32, _BYTES32)
def test_halves_join_to_the_same_keys(private: bytes, signing: bytes) -> None:
    pair = Unlocked("r1", private, signing)
    cookie, row = keypairs.halves(pair)
    assert keypairs.join("r1", cookie, row) == pair
    assert private not in row
    assert signing not in row


def test_halves_of_different_unlockings_do_not_join() -> None:
    pair = keypairs.new("r1")
    (one, row), (other, _) = keypairs.halves(pair), keypairs.halves(pair)
    for recipient, cookie, kept in (("r1", other, row), ("r2", one, row), ("r1", b"", row), ("r1", one, row[:-1])):
        with pytest.raises(WrongHalf):
            keypairs.join(recipient, cookie, kept)


@given(_BYTES32)
def test_two_officers_halves_give_the_seed_and_one_alone_nothing(seed: bytes) -> None:
    one, other = keypairs.split(seed)
    assert keypairs.joined(one, other) == keypairs.joined(other, one) == seed
    assert keypairs.split(seed)[0] != one  # a new pad each time


def test_halves_of_other_lengths_are_no_halves() -> None:
    with pytest.raises(WrongHalf):
        keypairs.joined(b"1" * 32, b"1" * 31)


def test_a_data_key_opens_only_to_its_recipient_and_in_its_place() -> None:
    her, other = keypairs.new("r1"), keypairs.new("r2")
    sealed = keypairs.seal_to(her.public, KEY, "parts", "p1", "r1")
    assert keypairs.open_with(her.private, sealed, "parts", "p1", "r1") == KEY
    wrong: list[tuple[bytes, tuple[str, ...]]] = [(other.private, ("parts", "p1", "r1"))]
    wrong += [(her.private, ("parts", "p2", "r1"))]
    wrong += [(her.private, ("media", "p1", "r1")), (her.private, ("parts", "p1", "r2")), (her.private, ("parts",))]
    for private, context in wrong:
        with pytest.raises(Tampered):
            keypairs.open_with(private, sealed, *context)


def test_every_changed_byte_of_it_is_noticed() -> None:
    her = keypairs.new("r1")
    sealed = keypairs.seal_to(her.public, KEY, "parts", "p1", "r1")
    cut = [sealed[:length] for length in range(0, len(sealed), 7)]
    flipped = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))]
    for changed in (*cut, *flipped):
        with pytest.raises(Tampered):
            keypairs.open_with(her.private, changed, "parts", "p1", "r1")


def test_a_signature_is_of_one_person_and_one_statement() -> None:
    her, other = keypairs.new("r1"), keypairs.new("r2")
    signature = keypairs.sign(her, b"so it is")
    assert keypairs.signed(her.signing_public, signature, b"so it is")
    assert not keypairs.signed(her.signing_public, signature, b"so it is not")
    assert not keypairs.signed(other.signing_public, signature, b"so it is")
    assert not keypairs.signed(her.signing_public, b"", b"so it is")
    assert not keypairs.signed(b"no key", signature, b"so it is")


def test_a_fingerprint_names_both_public_keys() -> None:
    her, other = keypairs.new("r1"), keypairs.new("r2")
    mixed = {
        keypairs.fingerprint(public, signing)
        for public in (her.public, other.public)
        for signing in (her.signing_public, other.signing_public)
    }
    assert len(mixed) == 4
    assert all(len(name.split()) == 4 for name in mixed)


@settings(max_examples=5, deadline=None)
@given(st.from_regex(r"[0-9]{16}", fullmatch=True))
def test_a_code_of_sixteen_digits_yields_the_same_from_any_sender(code: str) -> None:
    one, other = keypairs.from_code(KEY, code, b"one"), keypairs.from_code(KEY, code, b"other")
    assert one == other
    assert len({one.hash, one.private, one.public}) == 3


def test_a_short_code_and_another_pepper_yield_something_else_for_each() -> None:
    found = {keypairs.from_code(pepper, "482913", who).hash for pepper in (KEY, b"p" * 32) for who in (b"a", b"b")}
    slow = {keypairs.from_code(pepper, "4829130000000017", b"").hash for pepper in (KEY, b"p" * 32)}
    assert len(found) == 4
    assert len(slow) == 2
