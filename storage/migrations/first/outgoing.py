"""The tables of storage.tables.outgoing, as the first version makes them."""

from typing import Final

import sqlalchemy as sa
from alembic import op


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("once", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("report", sa.String(length=32), nullable=True),
        sa.Column("contact", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("tie", sa.LargeBinary(), nullable=True),
        sa.Column("bound", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("epoch", sa.String(length=13), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("delivery", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("carrier_ids", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("state NOT IN ('sent', 'dead') OR sealed IS NULL", name=op.f("ck_outbox_ended_is_empty")),
        sa.ForeignKeyConstraint(
            ["contact"], ["contacts.id"], name=op.f("fk_outbox_contact_contacts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["report"], ["reports.id"], name=op.f("fk_outbox_report_reports"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("once", name=op.f("uq_outbox_once")),
    )
    op.create_index(op.f("ix_outbox_contact"), "outbox", ["contact"], unique=False)
    op.create_index(op.f("ix_outbox_report"), "outbox", ["report"], unique=False)
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('pending', 'sending')"),
        postgresql_where=sa.text("state IN ('pending', 'sending')"),
    )


def _receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("outbox", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["outbox"], ["outbox.id"], name=op.f("fk_receipts_outbox_outbox"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_receipts")),
    )
    op.create_index(op.f("ix_receipts_outbox"), "receipts", ["outbox"], unique=False)


def _traces() -> None:
    op.create_table(
        "traces",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("contact", sa.String(length=32), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("report", sa.String(length=32), nullable=True),
        sa.Column("tie", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.String(length=13), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact"], ["contacts.id"], name=op.f("fk_traces_contact_contacts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["report"], ["reports.id"], name=op.f("fk_traces_report_reports"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_traces")),
    )
    op.create_index(op.f("ix_traces_at"), "traces", ["at"], unique=False)
    op.create_index("ix_traces_contact_hash", "traces", ["contact", "hash"], unique=False)
    op.create_index(op.f("ix_traces_report"), "traces", ["report"], unique=False)


def _budgets() -> None:
    op.create_table(
        "budgets",
        sa.Column("carrier", sa.String(length=16), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("halted_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("carrier", name=op.f("pk_budgets")),
    )


TABLES: Final = {
    "outbox": _outbox,
    "receipts": _receipts,
    "traces": _traces,
    "budgets": _budgets,
}
