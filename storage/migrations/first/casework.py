"""The tables of storage.tables.casework, as the first version makes them."""

from typing import Final

import sqlalchemy as sa
from alembic import op


def _reports() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("desk", sa.String(length=12), nullable=False),
        sa.Column("urgency", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("category", sa.String(length=24), nullable=True),
        sa.Column("place", sa.String(length=40), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("channel", sa.String(length=12), nullable=True),
        sa.Column("reachable", sa.String(length=5), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("claimed_by", sa.String(length=32), nullable=True),
        sa.Column("claimed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("close_reason", sa.String(length=24), nullable=True),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("apart", sa.JSON(), nullable=True),
        sa.Column("sealed_once", sa.Boolean(), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.Column("bound_until", sa.BigInteger(), nullable=True),
        sa.Column("held_tie", sa.LargeBinary(), nullable=True),
        sa.Column("shown_until", sa.BigInteger(), nullable=True),
        sa.Column("joined", sa.String(length=32), nullable=True),
        sa.Column("joined_tie", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "desk NOT IN ('women', 'child') OR "
            "(category IS NULL AND place IS NULL AND language IS NULL AND channel IS NULL AND apart IS NULL)",
            name=op.f("ck_reports_sealed_desk_tells_nothing"),
        ),
        sa.CheckConstraint(
            "desk NOT IN ('women', 'child') OR sealed_once", name=op.f("ck_reports_sealed_desk_leaves_its_mark")
        ),
        sa.CheckConstraint(
            "NOT sealed_once OR desk NOT IN ('urgent', 'security', 'mediation')",
            name=op.f("ck_reports_once_sealed_never_for_police"),
        ),
        sa.CheckConstraint("status <> 'closed' OR closed_at IS NOT NULL", name=op.f("ck_reports_closed_has_a_time")),
        sa.ForeignKeyConstraint(["claimed_by"], ["staff.id"], name=op.f("fk_reports_claimed_by_staff")),
        sa.ForeignKeyConstraint(["joined"], ["reports.id"], name=op.f("fk_reports_joined_reports")),
        sa.ForeignKeyConstraint(["office"], ["offices.code"], name=op.f("fk_reports_office_offices")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
        sa.UniqueConstraint("number", name=op.f("uq_reports_number")),
    )
    op.create_index(op.f("ix_reports_joined"), "reports", ["joined"], unique=False)
    op.create_index("ix_reports_office_desk_status", "reports", ["office", "desk", "status"], unique=False)


def _report_contacts() -> None:
    op.create_table(
        "report_contacts",
        sa.Column("report", sa.String(length=32), nullable=False),
        sa.Column("contact", sa.String(length=32), nullable=False),
        sa.Column("tie", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact"], ["contacts.id"], name=op.f("fk_report_contacts_contact_contacts"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["report"], ["reports.id"], name=op.f("fk_report_contacts_report_reports"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("report", name=op.f("pk_report_contacts")),
    )
    op.create_index(op.f("ix_report_contacts_contact"), "report_contacts", ["contact"], unique=False)


def _codes() -> None:
    op.create_table(
        "codes",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("report", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("tie", sa.LargeBinary(), nullable=True),
        sa.Column("facts", sa.LargeBinary(), nullable=True),
        sa.Column("epoch", sa.String(length=13), nullable=True),
        sa.ForeignKeyConstraint(["report"], ["reports.id"], name=op.f("fk_codes_report_reports"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_codes")),
    )
    op.create_index(op.f("ix_codes_report"), "codes", ["report"], unique=False)


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("report", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("actor", sa.String(length=32), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["actor"], ["staff.id"], name=op.f("fk_events_actor_staff")),
        sa.ForeignKeyConstraint(["report"], ["reports.id"], name=op.f("fk_events_report_reports"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index("ix_events_report_at", "events", ["report", "at"], unique=False)


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("report", sa.String(length=32), nullable=False),
        sa.Column("staff", sa.String(length=32), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["report"], ["reports.id"], name=op.f("fk_alerts_report_reports"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name=op.f("fk_alerts_staff_staff"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    op.create_index(op.f("ix_alerts_report"), "alerts", ["report"], unique=False)
    op.create_index(op.f("ix_alerts_staff"), "alerts", ["staff"], unique=False)


TABLES: Final = {
    "reports": _reports,
    "report_contacts": _report_contacts,
    "codes": _codes,
    "events": _events,
    "alerts": _alerts,
}
