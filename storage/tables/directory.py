"""Places and offices: who covers what, which desks they keep, and where else a reporter can be helped."""

from sqlalchemy import JSON, Boolean, CheckConstraint, Column, ForeignKey, Integer, PrimaryKeyConstraint, String, Table

from storage.tables.columns import ID, Instant, metadata

places = Table(
    "places",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("level", String(16), nullable=False),
    Column("name_ar", String(120), nullable=False),
    Column("name_ckb", String(120), nullable=False, default=""),
    Column("name_en", String(120), nullable=False, default=""),
    Column("variants", JSON, nullable=False),
    Column("parent", String(40)),
    Column("governorate", String(5), nullable=False),
)

offices = Table(
    "offices",
    metadata,
    Column("code", String(40), primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("name_ar", String(120), nullable=False),
    Column("name_ckb", String(120), nullable=False, default=""),
    Column("name_en", String(120), nullable=False, default=""),
    Column("parent", ForeignKey("offices.code")),
    Column("governorate", String(5), nullable=False, default=""),
    Column("opens_minute", Integer, nullable=False, default=8 * 60),
    Column("closes_minute", Integer, nullable=False, default=16 * 60),
    Column("languages", JSON, nullable=False),
    Column("demo", Boolean, nullable=False, default=False),
    Column("active", Boolean, nullable=False, default=True),
    # Oversight sits outside every chain, so that nobody complained about is above it.
    CheckConstraint("kind <> 'oversight' OR parent IS NULL", name="oversight_has_no_parent"),
)

coverage = Table(
    "coverage",
    metadata,
    Column("office", ForeignKey("offices.code", ondelete="CASCADE"), nullable=False),
    Column("place", String(40), nullable=False, index=True),
    PrimaryKeyConstraint("office", "place"),
)

desks = Table(
    "desks",
    metadata,
    Column("office", ForeignKey("offices.code", ondelete="CASCADE"), nullable=False),
    Column("desk", String(12), nullable=False),
    Column("sealed_at", Instant),  # when its focal points' keys took over (the ceremony)
    PrimaryKeyConstraint("office", "desk"),
)

# Where a reporter can be helped: shelters, clinics, lawyers. A women's or child desk is not switched on without them.
services = Table(
    "services",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", String(16), nullable=False),  # shelter | health | legal | psychosocial | child | safety
    Column("name_ar", String(120), nullable=False),
    Column("name_ckb", String(120), nullable=False, default=""),
    Column("name_en", String(120), nullable=False, default=""),
    Column("governorate", String(5), nullable=False, default=""),  # "": the whole country
    Column("phone", String(24), nullable=False, default=""),  # its public number
    Column("languages", JSON, nullable=False),
    Column("women_only", Boolean, nullable=False, default=False),
    Column("verified_on", Instant, nullable=False),
    Column("active", Boolean, nullable=False, default=True),
)
