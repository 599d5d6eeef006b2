"""Keys: random files outside the database, one for each domain and epoch; the database knows which exist.

A key file is complete and on disk before its name appears, and is never made twice. The database keeps a check value of
each, so that a replica with another folder (or none) is told before it seals anything: KeyMissing, KeyMismatch.
"""

from storage.keys.epochs import (
    AHEAD,
    ALL_DOMAINS,
    PASSING,
    WATCH,
    WATCHES,
    Domain,
    epoch_named,
    epoch_of,
    is_passing,
    upcoming,
)
from storage.keys.known import (
    check,
    destroyed,
    ended,
    fits,
    forget_ended,
    in_use,
    lose,
    mark_destroyed,
    ready,
    register,
)
from storage.keys.ring import DemoKeys, Key, KeyGone, KeyMismatch, KeyMissing, Keyring, check_value

__all__ = [
    "AHEAD",
    "ALL_DOMAINS",
    "PASSING",
    "WATCH",
    "WATCHES",
    "DemoKeys",
    "Domain",
    "Key",
    "KeyGone",
    "KeyMismatch",
    "KeyMissing",
    "Keyring",
    "check",
    "check_value",
    "destroyed",
    "ended",
    "epoch_named",
    "epoch_of",
    "fits",
    "forget_ended",
    "in_use",
    "is_passing",
    "lose",
    "mark_destroyed",
    "ready",
    "register",
    "upcoming",
]
