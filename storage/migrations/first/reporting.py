"""The tables of storage.tables.reporting, as the first version makes them."""

from typing import Final

import sqlalchemy as sa
from alembic import op


def _contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("carrier", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.String(length=13), nullable=False),
        sa.Column("staff", sa.String(length=32), nullable=True),
        sa.Column("sender_hash", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("unreachable_at", sa.BigInteger(), nullable=True),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("until_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name=op.f("fk_contacts_staff_staff"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("sender_hash", name=op.f("uq_contacts_sender_hash")),
    )
    op.create_index(op.f("ix_contacts_until_at"), "contacts", ["until_at"], unique=False)


def _senders() -> None:
    op.create_table(
        "senders",
        sa.Column("pseudonym", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.String(length=13), nullable=False),
        sa.Column("contact", sa.String(length=32), nullable=False),
        sa.Column("tie", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact"], ["contacts.id"], name=op.f("fk_senders_contact_contacts"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("pseudonym", name=op.f("pk_senders")),
    )
    op.create_index(op.f("ix_senders_contact"), "senders", ["contact"], unique=False)
    op.create_index(op.f("ix_senders_epoch"), "senders", ["epoch"], unique=False)


def _muted() -> None:
    op.create_table(
        "muted",
        sa.Column("sender_hash", sa.LargeBinary(), nullable=False),
        sa.Column("since_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sender_hash", name=op.f("pk_muted")),
    )


def _veils() -> None:
    op.create_table(
        "veils",
        sa.Column("sender_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sender_hash", name=op.f("pk_veils")),
    )


def _discreet() -> None:
    op.create_table(
        "discreet",
        sa.Column("sender_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.String(length=13), nullable=False),
        sa.Column("since_at", sa.BigInteger(), nullable=False),
        sa.Column("open_until", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tries_since", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("sender_hash", name=op.f("pk_discreet")),
    )


def _talks() -> None:
    op.create_table(
        "talks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("found_by", sa.LargeBinary(), nullable=False),
        sa.Column("contact", sa.String(length=32), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.String(length=13), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact"], ["contacts.id"], name=op.f("fk_talks_contact_contacts"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talks")),
        sa.UniqueConstraint("found_by", name=op.f("uq_talks_found_by")),
    )
    op.create_index(op.f("ix_talks_epoch"), "talks", ["epoch"], unique=False)
    op.create_index(op.f("ix_talks_until_at"), "talks", ["until_at"], unique=False)


def _guesses() -> None:
    op.create_table(
        "guesses",
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("slot_at", sa.BigInteger(), nullable=False),
        sa.Column("crowd", sa.Boolean(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("amid", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "slot_at", name=op.f("pk_guesses")),
    )
    op.create_index(op.f("ix_guesses_slot_at"), "guesses", ["slot_at"], unique=False)


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("pseudonym", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.String(length=13), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("pseudonym", name=op.f("pk_conversations")),
    )
    op.create_index(op.f("ix_conversations_epoch"), "conversations", ["epoch"], unique=False)
    op.create_index(op.f("ix_conversations_updated_at"), "conversations", ["updated_at"], unique=False)


TABLES: Final = {
    "contacts": _contacts,
    "senders": _senders,
    "muted": _muted,
    "veils": _veils,
    "discreet": _discreet,
    "talks": _talks,
    "guesses": _guesses,
    "conversations": _conversations,
}
