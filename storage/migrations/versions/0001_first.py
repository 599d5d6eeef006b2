"""Every table of the first version; on PostgreSQL also the roles and who sees which row."""

import sqlalchemy as sa
from alembic import op

from storage.migrations import walls

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:  # noqa: PLR0915 - one table after the other
    """Makes all."""
    op.create_table(
        "audit",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("chain", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("seq", name=op.f("uq_audit_seq")),
    )
    op.create_index(op.f("ix_audit_at"), "audit", ["at"], unique=False)
    op.create_table(
        "budgets",
        sa.Column("carrier", sa.String(length=16), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("halted_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("carrier", name=op.f("pk_budgets")),
    )
    op.create_table(
        "checkpoints",
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_checkpoints")),
    )
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
    op.create_table(
        "cursors",
        sa.Column("name", sa.String(length=48), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_cursors")),
    )
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
    op.create_table(
        "drills",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("well", sa.Boolean(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drills")),
    )
    op.create_index(op.f("ix_drills_at"), "drills", ["at"], unique=False)
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
    op.create_table(
        "keys",
        sa.Column("domain", sa.String(length=16), nullable=False),
        sa.Column("epoch", sa.String(length=13), nullable=False),
        sa.Column("check_value", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("destroyed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("domain", "epoch", name=op.f("pk_keys")),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
    op.create_table(
        "muted",
        sa.Column("sender_hash", sa.LargeBinary(), nullable=False),
        sa.Column("since_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sender_hash", name=op.f("pk_muted")),
    )
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
    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("locale", sa.String(length=3), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("next_login_at", sa.BigInteger(), nullable=True),
        sa.Column("factor_reset_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("name", name=op.f("uq_staff_name")),
    )
    op.create_table(
        "second_factors",
        sa.Column("staff", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.String(length=13), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("codes_at", sa.BigInteger(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("wrong_codes", sa.Integer(), nullable=False),
        sa.Column("next_code_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff"], ["staff.id"], name=op.f("fk_second_factors_staff_staff"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("staff", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("staff", sa.String(length=32), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["staff"],
            ["second_factors.staff"],
            name=op.f("fk_recovery_codes_staff_second_factors"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("staff", "slot", name=op.f("pk_recovery_codes")),
    )
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
    op.create_table(
        "desks",
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("desk", sa.String(length=12), nullable=False),
        sa.Column("sealed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["office"], ["offices.code"], name=op.f("fk_desks_office_offices"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("office", "desk", name=op.f("pk_desks")),
    )
    op.create_table(
        "devices",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("failed_logins", sa.Integer(), nullable=False),
        sa.Column("next_login_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name=op.f("fk_devices_staff_staff"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", "staff", name=op.f("pk_devices")),
    )
    op.create_table(
        "duty",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("desk", sa.String(length=12), nullable=False),
        sa.Column("staff", sa.String(length=32), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("since_minute", sa.Integer(), nullable=False),
        sa.Column("to_minute", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name=op.f("fk_duty_staff_staff"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty")),
    )
    op.create_index("ix_duty_office_desk", "duty", ["office", "desk"], unique=False)
    op.create_table(
        "grants",
        sa.Column("staff", sa.String(length=32), nullable=False),
        sa.Column("office", sa.String(length=40), nullable=False),
        sa.Column("desk", sa.String(length=12), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "desk <> 'security' OR role = 'police_liaison'", name=op.f("ck_grants_security_desk_liaisons_only")
        ),
        sa.CheckConstraint(
            "desk NOT IN ('women', 'child') OR role = 'focal_point'",
            name=op.f("ck_grants_sealed_desk_focal_points_only"),
        ),
        sa.ForeignKeyConstraint(
            ["office"], ["offices.code"], name=op.f("fk_grants_office_offices"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name=op.f("fk_grants_staff_staff"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("staff", "office", "desk", name=op.f("pk_grants")),
    )
    op.create_index("ix_grants_office_desk", "grants", ["office", "desk"], unique=False)
    op.create_table(
        "login_links",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name=op.f("fk_login_links_staff_staff"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_links")),
    )
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
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff", sa.String(length=32), nullable=False),
        sa.Column("form_token", sa.String(length=43), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("key_half", sa.LargeBinary(), nullable=True),
        sa.Column("key_until", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name=op.f("fk_sessions_staff_staff"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
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
    op.create_table(
        "tokens",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("staff", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name=op.f("fk_tokens_staff_staff"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_tokens")),
    )
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
    op.create_table(
        "codes",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("report", sa.String(length=32), nullable=False),
        sa.Column("scope", sa.String(length=8), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("tie", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["report"], ["reports.id"], name=op.f("fk_codes_report_reports"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_codes")),
    )
    op.create_index(op.f("ix_codes_report"), "codes", ["report"], unique=False)
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
    op.create_table(
        "holds",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("report", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=32), nullable=True),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name=op.f("ck_holds_two_persons")),
        sa.ForeignKeyConstraint(["asked_by"], ["staff.id"], name=op.f("fk_holds_asked_by_staff")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["staff.id"], name=op.f("fk_holds_confirmed_by_staff")),
        sa.ForeignKeyConstraint(["report"], ["reports.id"], name=op.f("fk_holds_report_reports"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_report"), "holds", ["report"], unique=False)
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
    op.create_table(
        "timers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("once", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("report", sa.String(length=32), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["report"], ["reports.id"], name=op.f("fk_timers_report_reports"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timers")),
        sa.UniqueConstraint("once", name=op.f("uq_timers_once")),
    )
    op.create_index(op.f("ix_timers_due_at"), "timers", ["due_at"], unique=False)
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
    op.create_table(
        "receipts",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("outbox", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["outbox"], ["outbox.id"], name=op.f("fk_receipts_outbox_outbox"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_receipts")),
    )
    op.create_index(op.f("ix_receipts_outbox"), "receipts", ["outbox"], unique=False)
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
    walls.build(op.get_bind())


# Those that refer to others first.
_TABLES = (
    "medium_seals",
    "receipts",
    "part_seals",
    "media",
    "code_seals",
    "traces",
    "timers",
    "talks",
    "senders",
    "report_contacts",
    "parts",
    "outbox",
    "holds",
    "examples",
    "events",
    "consents",
    "codes",
    "alerts",
    "tokens",
    "terms",
    "sessions",
    "reports",
    "recipients",
    "login_links",
    "grants",
    "duty",
    "devices",
    "desks",
    "coverage",
    "contacts",
    "recovery_codes",
    "second_factors",
    "staff",
    "services",
    "places",
    "offices",
    "muted",
    "leases",
    "keys",
    "inbound",
    "guesses",
    "drills",
    "discreet",
    "dead_letters",
    "cursors",
    "conversations",
    "checkpoints",
    "budgets",
    "audit",
)


def downgrade() -> None:
    """Unmakes all. The roles stay: they belong to the server, and another database of it may use them."""
    walls.raze(op.get_bind())
    for table in _TABLES:
        op.drop_table(table)
