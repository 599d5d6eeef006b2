"""Staff: how they prove who they are, what they are granted, and when they are on duty."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
)

from storage.tables.columns import ID, Instant, metadata, sealed

staff = Table(
    "staff",
    metadata,
    Column("id", ID, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),  # what one types to log in
    Column("password_hash", String(200)),
    Column("locale", String(3), nullable=False, default="ar"),
    Column("active", Boolean, nullable=False, default=True),
    Column("created_at", Instant, nullable=False),
    Column("failed_logins", Integer, nullable=False, default=0),
    Column("next_login_at", Instant),
    Column("factor_reset_at", Instant),  # when a colleague took their second factor away, until they have seen that
)

# What an app on a member of staff's phone shares with us, so that both know the same six digits.
second_factors = Table(
    "second_factors",
    metadata,
    Column("staff", ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True),
    *sealed(),
    Column("created_at", Instant, nullable=False),
    Column("codes_at", Instant, nullable=False),  # when its recovery codes were made
    Column("last_step", BigInteger, nullable=False),  # the newest half minute whose code was used: none older serves
    # Tries in strange browsers with the right password and a wrong code since one was right, and until when all wait.
    Column("wrong_codes", Integer, nullable=False, default=0),
    Column("next_code_at", Instant),
)

# What stands in for a phone that is lost: slow hashes, each gone once it was used.
recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("staff", ForeignKey("second_factors.staff", ondelete="CASCADE"), nullable=False),
    Column("slot", Integer, nullable=False),  # the code's first sign: so a try costs one slow hash, not ten
    Column("hash", String(200), nullable=False),
    PrimaryKeyConstraint("staff", "slot"),
)

# A person, an office, one desk, until when: the only thing that lets anyone see a report.
grants = Table(
    "grants",
    metadata,
    Column("staff", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("office", ForeignKey("offices.code", ondelete="CASCADE"), nullable=False),
    Column("desk", String(12), nullable=False),
    Column("role", String(16), nullable=False),
    Column("until_at", Instant),
    PrimaryKeyConstraint("staff", "office", "desk"),
    Index("ix_grants_office_desk", "office", "desk"),
    # A sealed desk is its focal points' alone, and the security desk its vetted liaisons': no role slips in by mistake.
    CheckConstraint("desk NOT IN ('women', 'child') OR role = 'focal_point'", name="sealed_desk_focal_points_only"),
    CheckConstraint("desk <> 'security' OR role = 'police_liaison'", name="security_desk_liaisons_only"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("staff", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("form_token", String(43), nullable=False),  # against cross-site requests; one a session
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    # Half of a focal point's unlocked key; the other half is in her browser's cookie only. Both gone after key_until.
    Column("key_half", LargeBinary),
    Column("key_until", Instant),
)

# Browsers that somebody logged in from: their tries have a counter of their own, which no stranger's guess touches.
devices = Table(
    "devices",
    metadata,
    Column("token_hash", LargeBinary, nullable=False),
    Column("staff", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("failed_logins", Integer, nullable=False, default=0),
    Column("next_login_at", Instant),
    PrimaryKeyConstraint("token_hash", "staff"),  # colleagues may share a browser
)

tokens = Table(
    "tokens",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("staff", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

# One-time login links (demo only), kept as hashes.
login_links = Table(
    "login_links",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("staff", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Instant, nullable=False),
)

duty = Table(
    "duty",
    metadata,
    Column("id", ID, primary_key=True),
    Column("office", String(40), nullable=False),
    Column("desk", String(12), nullable=False),
    Column("staff", ForeignKey("staff.id", ondelete="CASCADE"), nullable=False),
    Column("rank", Integer, nullable=False, default=0),
    Column("weekdays", Integer, nullable=False, default=127),  # bit 0 = Monday
    Column("since_minute", Integer, nullable=False, default=0),
    Column("to_minute", Integer, nullable=False, default=1440),
    Index("ix_duty_office_desk", "office", "desk"),
)
