"""The tables of storage.tables.words, as the first version makes them."""

from typing import Final

import sqlalchemy as sa
from alembic import op


def _parts() -> None:
    op.create_table(
        "parts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("report", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.String(length=32), nullable=True),
        sa.Column("inbound", sa.BigInteger(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("epoch", sa.String(length=13), nullable=True),
        sa.ForeignKeyConstraint(["author"], ["staff.id"], name=op.f("fk_parts_author_staff")),
        sa.ForeignKeyConstraint(["report"], ["reports.id"], name=op.f("fk_parts_report_reports"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parts")),
        sa.UniqueConstraint("inbound", name=op.f("uq_parts_inbound")),
    )
    op.create_index("ix_parts_report_at", "parts", ["report", "at"], unique=False)


def _media() -> None:
    op.create_table(
        "media",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("part", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("content_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("epoch", sa.String(length=13), nullable=True),
        sa.Column("path", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("stripped", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("owner", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["part"], ["parts.id"], name=op.f("fk_media_part_parts"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
    )
    op.create_index(op.f("ix_media_due_at"), "media", ["due_at"], unique=False)
    op.create_index(op.f("ix_media_part"), "media", ["part"], unique=False)


TABLES: Final = {
    "parts": _parts,
    "media": _media,
}
