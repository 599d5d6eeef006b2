"""Who may do what only one process may do at a time (poll a carrier, say)."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, or_, update

from storage.database import sql
from storage.tables import leases

SKEW: Final = timedelta(minutes=5)  # by so much replicas' clocks may differ


def take(conn: Connection, name: str, *, owner: str, until: datetime, now: datetime) -> bool:
    """Takes or renews a lease; False while another holds it.

    Who takes one takes it for as long as all others do. So one that ends later than ours would was taken while a clock
    was ahead: it holds nobody back until then.
    """
    free = or_(leases.c.owner == owner, leases.c.until_at <= now, leases.c.until_at > until + SKEW)
    there = conn.execute(update(leases).where(leases.c.name == name, free).values(owner=owner, until_at=until))
    if there.rowcount == 1:
        return True
    made = conn.execute(
        sql.insert_unless_there(conn, leases),
        {"name": name, "owner": owner, "until_at": until},
        execution_options={"preserve_rowcount": True},
    )
    return made.rowcount == 1


def release(conn: Connection, name: str, *, owner: str) -> None:
    """Gives a lease back early; nothing happens when it is another's by now."""
    conn.execute(delete(leases).where(leases.c.name == name, leases.c.owner == owner))


def free(conn: Connection) -> None:
    """Gives every lease back: for a start at which whoever held one is dead."""
    conn.execute(delete(leases))
