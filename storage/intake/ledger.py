"""The way of a message from door to report: keep it, see what waits, settle it, or stumble and try again."""

from storage.deadletters import keep_dead, revive
from storage.inbound import Envelope, Waiting, envelope, keep, waiting
from storage.intake.holding import hold
from storage.intake.settling import Settled, settle, settle_wholly
from storage.reporting.unsettled import stumble

__all__ = [
    "Envelope",
    "Settled",
    "Waiting",
    "envelope",
    "hold",
    "keep",
    "keep_dead",
    "revive",
    "settle",
    "settle_wholly",
    "stumble",
    "waiting",
]
