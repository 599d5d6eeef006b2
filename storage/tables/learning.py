"""What people's corrections teach, and a deployment's own words."""

from sqlalchemy import Boolean, CheckConstraint, Column, Float, ForeignKey, Index, Integer, String, Table

from storage.tables.columns import ID, Instant, metadata, sealed

# What a person's correction teaches: masked words and the right label, sealed together. It goes with its report.
examples = Table(
    "examples",
    metadata,
    Column("id", ID, primary_key=True),
    Column("report", ForeignKey("reports.id", ondelete="CASCADE"), nullable=False, unique=True),  # the last one counts
    Column("at", Instant, nullable=False),  # the day
    *sealed(),
)

# A deployment's own words, on top of those that come with the software. kind: danger | word | alias | place.
terms = Table(
    "terms",
    metadata,
    Column("id", ID, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("phrase", String(120), nullable=False),  # as typed
    Column("key", String(120), nullable=False),  # folded: how texts are searched for it
    Column("target", String(40), nullable=False, default=""),  # a word's category; the place that is named
    Column("urgency", Integer),
    Column("sensitive", Boolean, nullable=False, default=False),
    Column("weight", Float),
    Column("added_by", ForeignKey("staff.id")),
    Column("added_at", Instant, nullable=False),
    Column("removed_at", Instant),  # the row stays, so that the audit's ids still tell which words they were
    CheckConstraint("kind <> 'danger' OR urgency IS NOT NULL", name="danger_has_an_urgency"),
    CheckConstraint("kind = 'danger' OR target <> ''", name="others_have_a_target"),
    CheckConstraint("kind <> 'word' OR weight IS NOT NULL", name="word_has_a_weight"),
)

# Said once, as long as it stands.
Index(
    "uq_terms_standing",
    terms.c.kind,
    terms.c.key,
    terms.c.target,
    unique=True,
    sqlite_where=terms.c.removed_at.is_(None),
    postgresql_where=terms.c.removed_at.is_(None),
)
