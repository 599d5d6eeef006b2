"""What Twilio's refusals mean for us. Source of the codes: twilio.com/docs/api/errors."""

from typing import Final

from bot.vocabulary import SendFailed

_STOPPED: Final = frozenset({21610})
_DEAD: Final = frozenset({21211, 21217, 21612, 21614, 30005, 30006})
_OURS_TO_MEND: Final = frozenset({21212, 21408, 21603, 21606, 21659, 30002})
_FINAL: Final = {30004: "blocked", 30007: "filtered", 63016: "window_closed"}
_BUSY: Final = frozenset({20429, 21611, 30001, 63018})
_UNFINISHED: Final = frozenset({20009})  # it is still on its way, so it cannot be deleted yet
_ON_THE_WAY: Final = range(30000, 31000)  # delivery failures that pass: a telephone switched off, a network down
NO_RETENTION: Final = frozenset({30029, 30030})  # the account may not ask for words or numbers to be forgotten
_LONGEST_WISH_S: Final = 3600.0


class Refused(SendFailed):
    """A refusal with the numbers it came with. status: of HTTP, 0 in a receipt. code: Twilio's own, 0 for none."""

    status: int = 0
    code: int = 0


def failure(status: int, code: int, *, retry_after: str = "") -> Refused:
    """Twilio's error as our policy.

    status: of HTTP, 0 for the error code of a status callback. retry_after: the header, heard where it is in seconds.
    """
    reason, retryable, unreachable = _policy(status, code)
    wish = min(float(retry_after), _LONGEST_WISH_S) if retry_after.isascii() and retry_after.isdigit() else None
    refused = Refused(reason, retryable=retryable, unreachable=unreachable, retry_after_s=wish if retryable else None)
    refused.status, refused.code = status, code
    return refused


def _policy(status: int, code: int) -> tuple[str, bool, bool]:
    """(reason, retryable, unreachable)."""
    if code in _STOPPED:
        return "stopped", False, True
    if code in _DEAD:
        return "unreachable", False, True
    if code in _OURS_TO_MEND:
        return "misconfigured", False, False
    if code in _FINAL:
        return _FINAL[code], False, False
    return _by_status(status, code)


def _by_status(status: int, code: int) -> tuple[str, bool, bool]:
    if status == 429 or code in _BUSY:  # noqa: PLR2004 - HTTP
        return "throttled", True, False
    if code in _UNFINISHED:
        return "unfinished", True, False
    if status in {401, 403, 404} or 300 <= status < 400:  # noqa: PLR2004 - HTTP
        return "misconfigured", True, False
    if status >= 500 or code in _ON_THE_WAY:  # noqa: PLR2004 - HTTP
        return "carrier_down", True, False
    return "refused", False, False
