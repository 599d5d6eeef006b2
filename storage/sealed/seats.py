"""Of whom the database knows that they were ever signed on to a sealed desk's list."""

from sqlalchemy import Connection, select

from storage.tables import audit, recipients


def ever_signed(conn: Connection) -> frozenset[str]:
    """Recipients whose row is there, or whose invitation the audit tells of: such a row ought to be there."""
    invited = conn.execute(select(audit.c.subject).where(audit.c.action == "recipient.invite")).scalars()
    signed = conn.execute(select(recipients.c.id).where(recipients.c.signature.is_not(None))).scalars()
    return frozenset(invited) | frozenset(signed)
