"""The tables of storage.tables.learning, as the first version makes them."""

from typing import Final

import sqlalchemy as sa
from alembic import op


def _examples() -> None:
    op.create_table(
        "examples",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("report", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.String(length=13), nullable=False),
        sa.ForeignKeyConstraint(
            ["report"], ["reports.id"], name=op.f("fk_examples_report_reports"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_examples")),
        sa.UniqueConstraint("report", name=op.f("uq_examples_report")),
    )


def _terms() -> None:
    op.create_table(
        "terms",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("phrase", sa.String(length=120), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("target", sa.String(length=40), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=True),
        sa.Column("sensitive", sa.Boolean(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=True),
        sa.Column("added_by", sa.String(length=32), nullable=True),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind <> 'danger' OR urgency IS NOT NULL", name=op.f("ck_terms_danger_has_an_urgency")),
        sa.CheckConstraint("kind <> 'word' OR weight IS NOT NULL", name=op.f("ck_terms_word_has_a_weight")),
        sa.CheckConstraint("kind = 'danger' OR target <> ''", name=op.f("ck_terms_others_have_a_target")),
        sa.ForeignKeyConstraint(["added_by"], ["staff.id"], name=op.f("fk_terms_added_by_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_terms")),
    )
    op.create_index(
        "uq_terms_standing",
        "terms",
        ["kind", "key", "target"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )


TABLES: Final = {
    "examples": _examples,
    "terms": _terms,
}
