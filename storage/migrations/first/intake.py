"""The tables of storage.tables.intake, as the first version makes them."""

from typing import Final

import sqlalchemy as sa
from alembic import op


def _inbound() -> None:
    op.create_table(
        "inbound",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("dedup", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("pseudonym", sa.LargeBinary(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("epoch", sa.String(length=13), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("settled_at IS NULL OR sealed IS NULL", name=op.f("ck_inbound_settled_is_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound")),
        sa.UniqueConstraint("dedup", name=op.f("uq_inbound_dedup")),
    )
    op.create_index(
        "ix_inbound_unsettled",
        "inbound",
        ["pseudonym", "sequence"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index(
        "ix_inbound_waiting",
        "inbound",
        ["received_at", "id"],
        unique=False,
        sqlite_where=sa.text("settled_at IS NULL"),
        postgresql_where=sa.text("settled_at IS NULL"),
    )


def _effaced() -> None:
    op.create_table(
        "effaced",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.String(length=13), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_effaced")),
    )
    op.create_index(op.f("ix_effaced_at"), "effaced", ["at"], unique=False)


def _dead_letters() -> None:
    op.create_table(
        "dead_letters",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("dedup", sa.LargeBinary(), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.String(length=13), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dead_letters")),
        sa.UniqueConstraint("dedup", name=op.f("uq_dead_letters_dedup")),
    )


TABLES: Final = {
    "inbound": _inbound,
    "effaced": _effaced,
    "dead_letters": _dead_letters,
}
