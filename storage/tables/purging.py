"""What keeps a report from being purged."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, LargeBinary, String, Table

from storage.tables.columns import ID, Instant, metadata

# A legal hold: asked by one person and confirmed by another; at most 180 days, renewable by two again.
holds = Table(
    "holds",
    metadata,
    Column("id", ID, primary_key=True),
    Column("report", ForeignKey("reports.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("reason", String(24), nullable=False),
    Column("reference", String(40)),  # of a court's or a prosecutor's order: its number there
    Column("asked_by", ForeignKey("staff.id")),  # NULL: of whom a restored backup does not know yet; so the next one
    Column("asked_at", Instant, nullable=False),
    Column("confirmed_by", ForeignKey("staff.id")),
    Column("confirmed_at", Instant),
    Column("until_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("tie", LargeBinary, nullable=False),
    CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name="two_persons"),
)
