"""The schema: every table, with the reason of each constraint beside it. One module for each family of tables.

Times are UTC microseconds since the epoch (type `Instant`): the same number on SQLite and PostgreSQL, so that
due times compare without time zones. Ids that leave a process are random hex of 128 bits, never time-ordered.
"Sealed" columns hold bytes made by storage.sealing only, "tie" columns what storage.ties makes.

The families know only `columns`: a reference to another family's table is its name. Whoever imports one of them has
imported this package first, so `metadata` always holds every table.
"""

from storage.tables.auditing import audit, checkpoints
from storage.tables.casework import alerts, codes, events, report_contacts, reports
from storage.tables.columns import Instant, metadata
from storage.tables.consent import consents
from storage.tables.directory import coverage, desks, offices, places, services
from storage.tables.intake import dead_letters, effaced, inbound
from storage.tables.learning import examples, terms
from storage.tables.outgoing import budgets, outbox, receipts, traces
from storage.tables.people import (
    devices,
    duty,
    grants,
    login_links,
    recovery_codes,
    second_factors,
    sessions,
    staff,
    tokens,
)
from storage.tables.purging import holds
from storage.tables.reporting import contacts, conversations, discreet, guesses, muted, senders, talks, veils
from storage.tables.sealed import code_seals, medium_seals, part_seals, recipients
from storage.tables.upkeep import cursors, drills, keys, leases, timers
from storage.tables.words import media, parts

__all__ = [
    "Instant",
    "alerts",
    "audit",
    "budgets",
    "checkpoints",
    "code_seals",
    "codes",
    "consents",
    "contacts",
    "conversations",
    "coverage",
    "cursors",
    "dead_letters",
    "desks",
    "devices",
    "discreet",
    "drills",
    "duty",
    "effaced",
    "events",
    "examples",
    "grants",
    "guesses",
    "holds",
    "inbound",
    "keys",
    "leases",
    "login_links",
    "media",
    "medium_seals",
    "metadata",
    "muted",
    "offices",
    "outbox",
    "part_seals",
    "parts",
    "places",
    "receipts",
    "recipients",
    "recovery_codes",
    "report_contacts",
    "reports",
    "second_factors",
    "senders",
    "services",
    "sessions",
    "staff",
    "talks",
    "terms",
    "timers",
    "tokens",
    "traces",
    "veils",
]
