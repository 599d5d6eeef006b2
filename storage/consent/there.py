"""Whether whoever would receive something is there: an office with that desk, or a body of the service directory."""

from typing import Any

from sqlalchemy import Connection, Row, select

from storage.tables import desks, offices, services


def is_there(conn: Connection, *, office: str, desk: str, service: str) -> bool:
    """Whether there is such a recipient now. service: "" for a desk of ours."""
    if service:
        active = (services.c.id == service, services.c.active)
        return conn.execute(select(services.c.id).where(*active)).first() is not None
    keeps = select(offices.c.code).join(desks, desks.c.office == offices.c.code)
    its = (offices.c.code == office, desks.c.desk == desk, offices.c.active)
    return conn.execute(keeps.where(*its)).first() is not None


def is_gone(conn: Connection, row: Row[Any]) -> bool:
    """Whether whoever a consent is about is there no more: an office that was switched off, a body taken off the list.

    Then it is neither put nor answered by a yes, nor shared. row: of `consents`.
    """
    return not is_there(conn, office=row.office or "", desk=row.desk or "", service=row.service or "")
