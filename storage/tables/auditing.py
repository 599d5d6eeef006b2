"""What was done by whom, chained so that a missing or changed row shows."""

from sqlalchemy import JSON, BigInteger, Column, LargeBinary, String, Table

from storage.tables.columns import ID, Instant, metadata

audit = Table(
    "audit",
    metadata,
    Column("id", ID, primary_key=True),
    Column("at", Instant, nullable=False, index=True),
    Column("actor", String(40), nullable=False),  # staff id, or "machine:<part>"
    Column("action", String(40), nullable=False),
    Column("subject", String(40), nullable=False, default=""),  # a random id, never an address or a number
    Column("data", JSON, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    # Written by the sealer, in commit order: the row's place in the chain, and the chain's value there.
    Column("seq", BigInteger, unique=True),
    Column("chain", LargeBinary),
)

# What the chain said up to a row that was purged after its time: verifying goes on from here.
checkpoints = Table(
    "checkpoints",
    metadata,
    Column("seq", BigInteger, primary_key=True),
    Column("chain", LargeBinary, nullable=False),
    Column("at", Instant, nullable=False),  # rows before this time were taken
    Column("rows", BigInteger, nullable=False),  # how many rows were taken away at this purge
    Column("mac", LargeBinary, nullable=False),
)
