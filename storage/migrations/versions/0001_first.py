"""Every table of the first version; on PostgreSQL also the roles and who sees which row."""

from alembic import op

from storage.migrations import first, walls

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes all."""
    first.make()
    walls.build(op.get_bind())


def downgrade() -> None:
    """Unmakes all. The roles stay: they belong to the server, and another database of it may use them."""
    walls.raze(op.get_bind())
    first.unmake()
