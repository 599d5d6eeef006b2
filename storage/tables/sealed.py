"""Whose keys a sealed desk's parts are sealed to, and the data keys sealed to them."""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, PrimaryKeyConstraint, String, Table

from storage.tables.columns import ID, Instant, metadata

# Whose public keys a sealed desk's parts are sealed to. office and desk "": the recovery key of the deployment, split
# between two officers. A row counts only when its signature leads back to the founding rows, whose digest is kept
# beside the keys and not here: whoever can only write SQL adds nobody.
recipients = Table(
    "recipients",
    metadata,
    Column("id", ID, primary_key=True),
    Column("office", String(40), nullable=False),
    Column("desk", String(12), nullable=False),
    Column("staff", ForeignKey("staff.id")),  # NULL: the recovery key
    Column("public_key", LargeBinary, nullable=False),  # X25519, 32 bytes
    Column("signing_key", LargeBinary, nullable=False),  # Ed25519, 32 bytes: what she signs later members with
    Column("private_sealed", LargeBinary),  # both private keys under her pass phrase; NULL: the recovery key
    Column("signed_by", ForeignKey("recipients.id")),  # NULL: founding
    Column("signature", LargeBinary),
    Column("added_at", Instant, nullable=False),
    Column("effective_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    Column("revoked_by", ForeignKey("recipients.id")),
    Column("revocation", LargeBinary),
    Index("ix_recipients_office_desk", "office", "desk"),
)

# The data key of a part, sealed (HPKE) to one recipient, and that wrapped again by the epoch's content key.
part_seals = Table(
    "part_seals",
    metadata,
    Column("part", ForeignKey("parts.id", ondelete="CASCADE"), nullable=False),
    Column("recipient", ForeignKey("recipients.id"), nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("epoch", String(13), nullable=False),
    PrimaryKeyConstraint("part", "recipient"),
)

# An answer's data key, sealed likewise to the key that its reporter's code yields.
code_seals = Table(
    "code_seals",
    metadata,
    Column("part", ForeignKey("parts.id", ondelete="CASCADE"), nullable=False),
    Column("code", ForeignKey("codes.hash", ondelete="CASCADE"), nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("epoch", String(13), nullable=False),
    PrimaryKeyConstraint("part", "code"),
)

# The key of a file at a sealed desk, as in part_seals.
medium_seals = Table(
    "medium_seals",
    metadata,
    Column("medium", ForeignKey("media.id", ondelete="CASCADE"), nullable=False),
    Column("recipient", ForeignKey("recipients.id"), nullable=False, index=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("epoch", String(13), nullable=False),
    PrimaryKeyConstraint("medium", "recipient"),
)
