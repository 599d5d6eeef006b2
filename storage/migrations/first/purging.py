"""The tables of storage.tables.purging, as the first version makes them."""

from typing import Final

import sqlalchemy as sa
from alembic import op


def _holds() -> None:
    op.create_table(
        "holds",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("report", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=True),
        sa.Column("asked_by", sa.String(length=32), nullable=True),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=32), nullable=True),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("tie", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name=op.f("ck_holds_two_persons")),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name=op.f("fk_holds_asked_by_staff")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["staff.id"], name=op.f("fk_holds_confirmed_by_staff")),
        sa.ForeignKeyConstraint(["report"], ["reports.id"], name=op.f("fk_holds_report_reports"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_report"), "holds", ["report"], unique=False)


TABLES: Final = {
    "holds": _holds,
}
