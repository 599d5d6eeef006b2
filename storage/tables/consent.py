"""What others may receive of a report, by its reporter's own yes."""

from sqlalchemy import JSON, Boolean, CheckConstraint, Column, ForeignKey, String, Table

from storage.tables.columns import ID, Instant, metadata, tie

# Who may receive what of a report, by its reporter's own yes. answer NULL: asked, and silence is no. scope: what of it:
# "summary" (what staff wrote for it) | "words" (what they said) | "all" (their files too). copy: the report made of it.
consents = Table(
    "consents",
    metadata,
    Column("id", ID, primary_key=True),
    Column("report", ForeignKey("reports.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("office", ForeignKey("offices.code")),  # an office and its desk, or
    Column("desk", String(12)),
    Column("service", ForeignKey("services.id")),  # a body of the service directory
    Column("scope", String(8), nullable=False),
    Column("asked_by", ForeignKey("staff.id"), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("answer", Boolean),
    Column("answered_at", Instant),
    Column("until_at", Instant, nullable=False),  # asked_at and the days asked for; from a yes on, that and the days
    Column("put_at", Instant),  # when its reporter was put the question first: from then on it waits a day
    Column("stood", JSON, nullable=False, default=list),  # ids of the parts that stood when staff asked: no others go
    Column("revoked_at", Instant),
    Column("copy", ForeignKey("reports.id", ondelete="SET NULL"), index=True),
    Column("told_at", Instant),  # a body outside was told: by word of mouth, and nothing takes it back
    tie(),
    CheckConstraint("(office IS NULL) <> (service IS NULL)", name="one_recipient"),
    CheckConstraint("copy IS NULL OR answer", name="copied_only_after_yes"),
    CheckConstraint("told_at IS NULL OR (answer AND service IS NOT NULL)", name="told_outside_only_after_yes"),
)
