"""The tables of storage.tables.directory, as the first version makes them."""

from typing import Final

import sqlalchemy as sa
from alembic import op


def _places() -> None:
    op.create_table(
        "places",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("name_ar", sa.String(length=120), nullable=False),
        sa.Column("name_ckb", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("variants", sa.JSON(), nullable=False),
        sa.Column("parent", sa.String(length=40), nullable=True),
        sa.Column("governorate", sa.String(length=5), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_places")),
    )


def _offices() -> None:
    op.create_table(
        "offices",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("name_ar", sa.String(length=120), nullable=False),
        sa.Column("name_ckb", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("parent", sa.String(length=40), nullable=True),
        sa.Column("governorate", sa.String(length=5), nullable=False),
        sa.Column("opens_minute", sa.Integer(), nullable=False),
        sa.Column("closes_minute", sa.Integer(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind <> 'oversight' OR parent IS NULL", name=op.f("ck_offices_oversight_has_no_parent")),
        sa.ForeignKeyConstraint(["parent"], ["offices.code"], name=op.f("fk_offices_parent_offices")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_offices")),
    )


def _coverage() -> None:
    op.create_table(
        "coverage",
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("place", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["office"], ["offices.code"], name=op.f("fk_coverage_office_offices"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("office", "place", name=op.f("pk_coverage")),
    )
    op.create_index(op.f("ix_coverage_place"), "coverage", ["place"], unique=False)


def _desks() -> None:
    op.create_table(
        "desks",
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("desk", sa.String(length=12), nullable=False),
        sa.Column("sealed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["office"], ["offices.code"], name=op.f("fk_desks_office_offices"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("office", "desk", name=op.f("pk_desks")),
    )


def _services() -> None:
    op.create_table(
        "services",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name_ar", sa.String(length=120), nullable=False),
        sa.Column("name_ckb", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("governorate", sa.String(length=5), nullable=False),
        sa.Column("phone", sa.String(length=24), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("women_only", sa.Boolean(), nullable=False),
        sa.Column("verified_on", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
    )


TABLES: Final = {
    "places": _places,
    "offices": _offices,
    "coverage": _coverage,
    "desks": _desks,
    "services": _services,
}
