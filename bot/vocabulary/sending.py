"""What goes to a carrier, and what it tells of it."""

from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from bot.vocabulary.words import Category


@dataclass(frozen=True, slots=True)
class Hotline:
    """A verified emergency number. governorates: where it is confirmed. categories: () for every emergency."""

    number: str
    governorates: frozenset[str]
    categories: frozenset[Category]
    verified_on: date


@dataclass(frozen=True, slots=True)
class Button:
    """An option as it will be shown: `digit` is what may be typed instead of tapping it, "" for nothing."""

    digit: str
    label: str
    choice: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """Words ready to be sent on one channel. voice: the same words spoken (Ogg Opus), where they were recorded.

    quiet: the phone neither rings nor lights up. veiled: they show only when touched. Both where a channel can.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    voice: bytes = b""
    quiet: bool = False
    veiled: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A carrier took it. ids: the carrier's own ids of what it made."""

    ids: tuple[str, ...] = ()


class Delivery(IntEnum):
    """How far a message that we sent has come; a receipt only moves it forward. FAILED ends it short of DELIVERED."""

    ACCEPTED = 0
    QUEUED = 1
    SENDING = 2
    SENT = 3
    FAILED = 4
    DELIVERED = 5
    READ = 6


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a carrier tells of a message that we sent. external_id: the carrier's own, one of Sent.ids.

    failure: why it did not arrive, with the policy that follows; None unless FAILED.
    """

    carrier: str
    external_id: str
    delivery: Delivery
    failure: "SendFailed | None" = None


class SendFailed(Exception):
    """A carrier did not take it. The policy travels with the failure, so that no caller knows a carrier.

    reason: a short code of ours ("blocked", "throttled"), never a carrier's words. retry_after_s: its wish.
    unreachable: this address will not work again. moved_to: the address changed (Telegram group migration).
    """

    def __init__(
        self,
        reason: str,
        *,
        retryable: bool,
        retry_after_s: float | None = None,
        unreachable: bool = False,
        moved_to: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retryable = retryable
        self.retry_after_s = retry_after_s
        self.unreachable = unreachable
        self.moved_to = moved_to
