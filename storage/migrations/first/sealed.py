"""The tables of storage.tables.sealed, as the first version makes them."""

from typing import Final

import sqlalchemy as sa
from alembic import op


def _recipients() -> None:
    op.create_table(
        "recipients",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("desk", sa.String(length=12), nullable=False),
        sa.Column("staff", sa.String(length=32), nullable=True),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("signing_key", sa.LargeBinary(), nullable=False),
        sa.Column("private_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("signed_by", sa.String(length=32), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("effective_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_by", sa.String(length=32), nullable=True),
        sa.Column("revocation", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["revoked_by"], ["recipients.id"], name=op.f("fk_recipients_revoked_by_recipients")),
        sa.ForeignKeyConstraint(["signed_by"], ["recipients.id"], name=op.f("fk_recipients_signed_by_recipients")),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name=op.f("fk_recipients_staff_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipients")),
    )
    op.create_index("ix_recipients_office_desk", "recipients", ["office", "desk"], unique=False)


def _part_seals() -> None:
    op.create_table(
        "part_seals",
        sa.Column("part", sa.String(length=32), nullable=False),
        sa.Column("recipient", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.String(length=13), nullable=False),
        sa.ForeignKeyConstraint(["part"], ["parts.id"], name=op.f("fk_part_seals_part_parts"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["recipient"], ["recipients.id"], name=op.f("fk_part_seals_recipient_recipients")),
        sa.PrimaryKeyConstraint("part", "recipient", name=op.f("pk_part_seals")),
    )
    op.create_index(op.f("ix_part_seals_recipient"), "part_seals", ["recipient"], unique=False)


def _code_seals() -> None:
    op.create_table(
        "code_seals",
        sa.Column("part", sa.String(length=32), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.String(length=13), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["codes.hash"], name=op.f("fk_code_seals_code_codes"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["part"], ["parts.id"], name=op.f("fk_code_seals_part_parts"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("part", "code", name=op.f("pk_code_seals")),
    )
    op.create_index(op.f("ix_code_seals_code"), "code_seals", ["code"], unique=False)


def _medium_seals() -> None:
    op.create_table(
        "medium_seals",
        sa.Column("medium", sa.String(length=32), nullable=False),
        sa.Column("recipient", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.String(length=13), nullable=False),
        sa.ForeignKeyConstraint(
            ["medium"], ["media.id"], name=op.f("fk_medium_seals_medium_media"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["recipient"], ["recipients.id"], name=op.f("fk_medium_seals_recipient_recipients")),
        sa.PrimaryKeyConstraint("medium", "recipient", name=op.f("pk_medium_seals")),
    )
    op.create_index(op.f("ix_medium_seals_recipient"), "medium_seals", ["recipient"], unique=False)


TABLES: Final = {
    "recipients": _recipients,
    "part_seals": _part_seals,
    "code_seals": _code_seals,
    "medium_seals": _medium_seals,
}
