"""Makes a report's number (staff see it) and code (its reporter's secret), and finds codes in what people type."""

import re
from typing import Final

# Crockford's 32 without I, L, O, U: read aloud or copied by hand, no two are taken for each other.
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_NUMBER_LENGTH: Final = 5  # 33 million a governorate; the column is UNIQUE and settling again draws again
_COUNTRY: Final = "IQ"
# No leading zero: some phones and some people drop it.
_CODES: Final = range(100_000, 1_000_000)
_LONG_CODES: Final = range(10**15, 10**16)
_ENTROPY: Final = 8  # bytes; 2^64 modulo the ranges above leaves a bias below 1e-11

_LENGTHS: Final = (6, 16)
_GROUP: Final = 4
_PIECES: Final = range(_GROUP, _LENGTHS[-1], _GROUP)
_MOST: Final = 4  # each code is a look-up with a keyed hash
_LONGEST: Final = 200  # beyond this a text tells something; digits in it are plates and telephones
BETWEEN: Final = r" \-\u00a0\u2009-\u2011\u200b-\u200f\u202f\u2066-\u2069"
_RUN: Final = re.compile(rf"\d(?:[{BETWEEN}]*\d)*")
_UNIT: Final = re.compile(
    rf"[{BETWEEN}]*(?:سن[ةهي]|عام\b|دينار|د\.ع|دولار|[اأ]لف|مليون|ساع|دقيق|يوم|ساڵ|ساله|دینار|هەزار|کاتژمێر|ڕۆژ|"
    r"years?\b|yrs?\b|y/?o\b|dinars?\b|iqd\b|usd\b|dollars?\b|thousand\b|am\b|pm\b|\$)",
    re.IGNORECASE,
)
_AGE_OR_DAY: Final = range(32)
_TWO: Final = range(1, 3)  # digits
_YEARS: Final = range(1900, 2100)


def make_number(governorate: str, entropy: bytes) -> str:
    """For IQ-NI such as "NI-4F7K2"; for "" (place unknown) "IQ-4F7K2". entropy: at least 8 random bytes."""
    value = _drawn(entropy, len(_LETTERS) ** _NUMBER_LENGTH)
    tail = "".join(_LETTERS[value // len(_LETTERS) ** place % len(_LETTERS)] for place in range(_NUMBER_LENGTH))
    return f"{governorate.removeprefix('IQ-') or _COUNTRY}-{tail}"


def make_code(entropy: bytes) -> str:
    """Six digits, 100000 to 999999. entropy: at least 8 random bytes, others than the number's."""
    return str(_CODES[_drawn(entropy, len(_CODES))])


def make_long_code(entropy: bytes) -> str:
    """Sixteen digits, 53 bits, that find a report from anywhere. entropy: at least 8 random bytes."""
    return str(_LONG_CODES[_drawn(entropy, len(_LONG_CODES))])


def is_long(code: str) -> bool:
    """Whether a code finds its report from anywhere, not only from the phone that it was told to."""
    return len(code) == _LENGTHS[-1]


def grouped(code: str) -> str:
    """A long code as it is copied by hand: "4829 1365 0027 7410"."""
    return " ".join(code[start : start + _GROUP] for start in range(0, len(code), _GROUP))


def _drawn(entropy: bytes, below: int) -> int:
    if len(entropy) < _ENTROPY:
        raise ValueError("too little entropy")
    return int.from_bytes(entropy[:_ENTROPY], "big") % below


def passes_as_card(code: str) -> bool:
    """Whether sixteen digits have the check digit of a bank card (Luhn): all cards do, one code in ten."""
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(code))
    return sum(sum(divmod(value, 10)) for value in doubled) % 10 == 0


def codes_in(text: str) -> tuple[str, ...]:
    """What may be codes in a short text: 6 or 16 digits of any script, as ASCII; spaces and hyphens inside ignored."""
    return tuple(code for _, code in _found(text))[:_MOST]


def is_piece(text: str) -> bool:
    """Whether a text is nothing but one, two or three of the groups in which a long code is copied by hand."""
    run = _RUN.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if run is None or len(_digits(run[0])) not in _PIECES:
        return False
    return all(len(group) % _GROUP == 0 for group in re.findall(r"\d+", run[0]))


def are_told(text: str) -> frozenset[str]:
    """Those of `codes_in` that rather tell something: ages, a date, a house, a sum. They are codes where they open."""
    if len(text) > _LONGEST:
        return frozenset()
    runs = {
        match[0]: match.end() for match in _RUN.finditer(text) if match[0] != text.strip() or not match[0].isdecimal()
    }
    return frozenset(code for run, code in _found(text) if run in runs and _tells(run, text[runs[run] :]))


def _tells(run: str, after: str) -> bool:
    """Whether digits that may be a code are written as none is copied, or are counted in something."""
    groups = [_digits(group) for group in re.findall(r"\d+", run)]
    sizes, numbers = [len(group) for group in groups], [int(group) for group in groups]
    if sum(sizes) == _LENGTHS[-1]:
        return len(groups) > 1 and (all(one in _YEARS for one in numbers) or _are_days(groups))
    if _UNIT.match(after) or groups[-1].endswith("000"):
        return True
    if len(groups) == 1:
        return False
    if 1 in sizes:
        return set(sizes) != {1} or numbers == sorted(numbers)  # a house, "714-12-3", or a date; "1 2 3 4 5 6"
    round_sums = set(sizes) == {3} and all(one % 10 == 0 for one in numbers)  # "150-200"
    return round_sums or _are_days(groups) or any(one in _YEARS for one in numbers)


def _are_days(groups: list[str]) -> bool:
    return all(len(group) in _TWO and int(group) in _AGE_OR_DAY for group in groups)


def without_codes(text: str, opens: str = "") -> str:
    """The words beside the codes, "" when there are none but codes. opens: one that is known to be a code."""
    told = are_told(text) - {opens}
    for run, code in _found(text):
        if code not in told:
            text = text.replace(run, " ")
    return text.strip()


def _found(text: str) -> list[tuple[str, str]]:
    if len(text) > _LONGEST:
        return []
    found: dict[str, str] = {}
    for match in _RUN.finditer(text):
        whole = _digits(match[0])
        if len(whole) in _LENGTHS:
            found[match[0]] = whole
            continue
        # "482913 12": the run is too long to be one code, but a solid group in it may be.
        found |= {group: _digits(group) for group in re.findall(r"\d+", match[0]) if len(group) in _LENGTHS}
    return list(found.items())


def _digits(run: str) -> str:
    return "".join(str(int(letter)) for letter in run if letter.isdecimal())
