"""The way of a message from door to report: keep it, see what waits, settle it, or stumble and try again."""

from storage.inbound import Envelope, Waiting, envelope, keep, keep_dead, revive, stumble, waiting
from storage.intake.holding import REASON, hold
from storage.intake.settling import Settled, settle

__all__ = [
    "REASON",
    "Envelope",
    "Settled",
    "Waiting",
    "envelope",
    "hold",
    "keep",
    "keep_dead",
    "revive",
    "settle",
    "stumble",
    "waiting",
]
