"""Sealed bytes open with their key, in their place, unchanged, and not otherwise."""

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from storage.sealing import Tampered, new_key, pad, seal, unseal

PLACE = ("parts", "sealed", "row", "2026-11")
KEY = bytes(range(32))
# Sealed once under KEY: what was kept must open for as long as it is kept, whatever becomes of this program.
KNOWN = {
    (("parts", "sealed", "0" * 32), "سلام".encode()): (
        "01f5fc5c3cd53bff5efd1119d48e33a779b24d0071c4566c66d6799fbe6a7c348ca4481cf02b951f8b9362ddf0c0c1c37e44"
        "68a98b9395ccb72e3dcf51"
    ),
    (("parts", "wrapped", "0" * 32, "2026-11"), bytes(range(32))): (
        "01670750c57fbd8446b381ca459951fd50a764413694fbfe409f014cbc6a2ed16637ffe71d3c55e3e172052b3048a266a1d3"
        "7a482b39c64ea6a7f9d8756837fe93b5940f4a7905bb93e41600453082c06eb1a0f41833cec3be20741971"
    ),
    (("contacts", "sealed", "row"), b""): (
        "011c86d3f7ce0a6aa417078e014438f820963b793cdfe2c3b2c21413029b99347b4660d74877359c62f9fdba185bca164874"
        "e7cf829bc68bae7975634c"
    ),
    (("outbox", "carrier_ids", "row", "2026-11"), b"x" * 300): (
        "013fd155c9e47b10ff79dcbc41235a8c7a39dcc795dc5fc7edb814843715ad389f1c58d19884d731ccb39c575497de66a00f"
        "1e425f31a0e9646f7021ba36dd772448e28b16271202b70d67284ab1fbec5a52efd210052f0dc4619045d3fe73f1a9b1a3d8"
        "921eb1a15d6b30ab79e4427b3710cbca744cb4cad537c0499d22984a5671796d422af61d292f4d1e6b9e3d2984ebeb2aa8f2"
        "d781c348487a623c634bd5b446fc0870ca51d4f56cad3138becc0044396687138040b70ac964e571aff378c8c78e9ac176b2"
        "9b41b6f497e6d2629dfd4ba21eed17e6590b885da9af9ae4c782e8d4962ad17116a3cfdab343be60c597f180bed0c32ac3e5"
        "99a0c04d6706a0acb471815e6b0ea66204b6c9867c65609e7605ca32d6c07b08af6110af8b12976b00bd7af80710717a778e"
        "c396e8b90a89f2be0d6c0d774f58b5415d26fb250d8f661103acae2710993326ec5199e3dfd60f817785519239baf4603c06"
        "d5020f57855f50af5c5e534fff4c5cb0bdeec837d06af177a9cc566c33c4b2f048c4ae273e1cd55c5f2299ec9c6ecfc8237b"
        "672e7c060ddecc15a3f5732c01d335c6d243bb67c49187f65951f2bcc099fb7e221ca2be820d2761b4c90f7f7841beefd8b1"
        "1ad813f6219557568bbeb763534b97c5621555dde6d701ce7c3a7f4ed4e650a7ebfdc0179f60acf95f414eff62814ce3cffc"
        "d0e370849ee89dc3c1c7a442fdd0fa21a3f39c3f52d250135f731539542148d24894b78945709ec733"
    ),
}


def test_the_cipher_is_aes_256_gcm() -> None:
    # McGrew and Viega, The Galois/Counter Mode of Operation, appendix B, test case 14.
    sealed = AESGCM(bytes(32)).encrypt(bytes(12), bytes(16), None)
    assert sealed.hex() == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"


@pytest.mark.parametrize(("what", "blob"), KNOWN.items(), ids=["words", "key", "nothing", "long"])
def test_what_was_sealed_long_ago_opens(what: tuple[tuple[str, ...], bytes], blob: str) -> None:
    context, plain = what
    assert unseal(KEY, bytes.fromhex(blob), *context) == plain


@pytest.mark.parametrize(("what", "blob"), KNOWN.items(), ids=["words", "key", "nothing", "long"])
def test_a_sealed_value_is_what_is_written_of_it_and_no_more(what: tuple[tuple[str, ...], bytes], blob: str) -> None:
    context, plain = what
    sealed = bytes.fromhex(blob)
    bound = b"".join(len(word.encode()).to_bytes(2) + word.encode() for word in context)
    padded = len(plain).to_bytes(4) + plain
    padded += bytes(-len(padded) % (32 if len(padded) <= 256 else 256))
    assert sealed == b"\x01" + sealed[1:13] + AESGCM(KEY).encrypt(sealed[1:13], padded, bound)


@given(plain=st.binary(max_size=2000), words=st.lists(st.text(max_size=20), max_size=5))
def test_what_is_sealed_opens_in_its_place(plain: bytes, words: list[str]) -> None:
    key = new_key()
    assert unseal(key, seal(key, plain, *words), *words) == plain


@pytest.mark.parametrize("size", [0, 1, 1_000_000])
def test_nothing_and_a_megabyte_open_too(size: int) -> None:
    key, plain = new_key(), bytes(size)
    assert unseal(key, seal(key, plain, *PLACE), *PLACE) == plain


def test_no_flipped_bit_opens() -> None:
    key = new_key()
    blob = seal(key, b"known to nobody", *PLACE)
    for place in range(len(blob)):
        for bit in (0x01, 0x80):
            changed = bytearray(blob)
            changed[place] ^= bit
            with pytest.raises(Tampered):
                unseal(key, bytes(changed), *PLACE)


def test_nothing_cut_opens() -> None:
    key = new_key()
    blob = seal(key, b"known to nobody", *PLACE)
    for length in range(len(blob)):
        with pytest.raises(Tampered):
            unseal(key, blob[:length], *PLACE)
    with pytest.raises(Tampered):
        unseal(key, blob + b"\x00", *PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        ("notes", "sealed", "row", "2026-11"),
        ("parts", "wrapped", "row", "2026-11"),
        ("parts", "sealed", "other", "2026-11"),
        ("parts", "sealed", "row", "2026-12"),
        ("parts", "sealed", "row"),
        ("parts", "sealedrow", "", "2026-11"),
        ("partss", "ealed", "row", "2026-11"),
    ],
)
def test_nothing_opens_in_another_place(elsewhere: tuple[str, ...]) -> None:
    key = new_key()
    with pytest.raises(Tampered):
        unseal(key, seal(key, b"known to nobody", *PLACE), *elsewhere)


def test_nothing_opens_with_another_key() -> None:
    with pytest.raises(Tampered):
        unseal(new_key(), seal(new_key(), b"known to nobody", *PLACE), *PLACE)


def test_the_same_words_never_look_the_same() -> None:
    key = new_key()
    assert len({seal(key, b"yes", *PLACE) for _ in range(100)}) == 100


@given(plain=st.binary(max_size=3000))
def test_length_shows_only_in_steps(plain: bytes) -> None:
    padded = pad(plain)
    step = 32 if len(plain) + 4 <= 256 else 256
    assert len(padded) % step == 0
    assert 0 <= len(padded) - len(plain) - 4 < step


def test_a_short_number_and_a_long_one_look_alike() -> None:
    key = new_key()
    assert len(seal(key, b"7", *PLACE)) == len(seal(key, b"+9647700000011", *PLACE))
