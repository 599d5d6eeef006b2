"""The tables of storage.tables.consent, as the first version makes them."""

from typing import Final

import sqlalchemy as sa
from alembic import op


def _consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("report", sa.String(length=32), nullable=False),
        sa.Column("office", sa.String(length=40), nullable=True),
        sa.Column("desk", sa.String(length=12), nullable=True),
        sa.Column("service", sa.String(length=32), nullable=True),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("answer", sa.Boolean(), nullable=True),
        sa.Column("answered_at", sa.BigInteger(), nullable=True),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.Column("put_at", sa.BigInteger(), nullable=True),
        sa.Column("stood", sa.JSON(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("copy", sa.String(length=32), nullable=True),
        sa.Column("told_at", sa.BigInteger(), nullable=True),
        sa.Column("tie", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(office IS NULL) <> (service IS NULL)", name=op.f("ck_consents_one_recipient")),
        sa.CheckConstraint("copy IS NULL OR answer", name=op.f("ck_consents_copied_only_after_yes")),
        sa.CheckConstraint(
            "told_at IS NULL OR (answer AND service IS NOT NULL)", name=op.f("ck_consents_told_outside_only_after_yes")
        ),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name=op.f("fk_consents_asked_by_staff")),
        sa.ForeignKeyConstraint(["copy"], ["reports.id"], name=op.f("fk_consents_copy_reports"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["office"], ["offices.code"], name=op.f("fk_consents_office_offices")),
        sa.ForeignKeyConstraint(
            ["report"], ["reports.id"], name=op.f("fk_consents_report_reports"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["service"], ["services.id"], name=op.f("fk_consents_service_services")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_copy"), "consents", ["copy"], unique=False)
    op.create_index(op.f("ix_consents_report"), "consents", ["report"], unique=False)


TABLES: Final = {
    "consents": _consents,
}
