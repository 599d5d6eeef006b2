"""PostgreSQL's second wall: which role may touch which table, and which rows a member of staff is shown.

The first wall is storage.casework.queues.visible. This one holds where a query forgets it. It does not hold against
whoever can run SQL of their own: such a person can set `muntada.staff` to any name.
"""

from typing import Final

from sqlalchemy import Connection

from storage.migrations import asking

_CREATE_ROLE: Final = """
DO $$ BEGIN
    CREATE ROLE {role} NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;  -- made already, perhaps this instant
END $$
"""
_JOIN_ROLE: Final = """
DO $$ BEGIN
    IF NOT pg_has_role(current_user, '{role}', 'MEMBER') THEN
        EXECUTE 'GRANT {role} TO ' || quote_ident(current_user);
    END IF;
END $$
"""

_ROLES: Final = ("muntada_worker", "muntada_console", "muntada_purger")
WALLED: Final = (
    *("reports", "parts", "events", "media", "alerts", "audit"),
    *("part_seals", "medium_seals", "code_seals"),
)

_WORKER: Final = (
    "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public",
    "USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public",  # a backup is read as the worker
)
# An audit row is never changed or taken away; the sealer alone adds its place in the chain, and the purger takes the
# chain's beginning.
_NEVER_WORKER: Final = (
    "UPDATE, DELETE ON audit",
    "INSERT, UPDATE, DELETE ON checkpoints",
    "INSERT, UPDATE, DELETE ON alembic_version",
)
# Nobody logs in as the purger or takes its role on: it owns one function.
_PURGER: Final = ("SELECT, DELETE ON audit", "SELECT, INSERT ON checkpoints")

_LISTED: Final = (
    "id, office, desk, staff, public_key, signing_key, signed_by, signature,"
    " added_at, effective_at, revoked_at, revoked_by, revocation"
)

# What the console may do, and to which columns. What is not here it cannot even name: addresses, pseudonyms,
# conversations, codes, what waits to be settled, and what is learnt from corrections (the worker keeps that).
_CONSOLE: Final = (
    "SELECT ON offices, desks, coverage, places, duty, grants, alembic_version",
    "SELECT (id, name, locale, active, created_at) ON staff",
    "SELECT (id, channel, received_at, reason) ON dead_letters",
    "SELECT ON reports",
    # What a step of storage.casework.cases changes; a move, which changes the desk, is the worker's.
    "UPDATE (status, version, claimed_by, claimed_at, closed_at, close_reason) ON reports",
    "SELECT, INSERT ON parts, events",
    "SELECT ON media, alerts",
    # To whom a sealed desk's words are sealed, and no private key; an answer is sealed to a code that it does not see.
    f"SELECT ({_LISTED}) ON recipients",
    "SELECT, INSERT ON part_seals",
    "SELECT ON medium_seals",
    "INSERT ON code_seals",
    "INSERT ON audit",
)

_SEEN: Final = {
    "reports": asking.VISIBLE.format(row="reports"),
    # These ask `reports`, and so its own policy.
    "parts": "EXISTS (SELECT FROM reports r WHERE r.id = parts.report)",
    "events": "EXISTS (SELECT FROM reports r WHERE r.id = events.report)",
    "alerts": "EXISTS (SELECT FROM reports r WHERE r.id = alerts.report)",
    "media": "EXISTS (SELECT FROM parts p WHERE p.id = media.part)",
    "audit": "false",
    "part_seals": "EXISTS (SELECT FROM parts p WHERE p.id = part_seals.part)",
    "medium_seals": "EXISTS (SELECT FROM media m WHERE m.id = medium_seals.medium)",
    "code_seals": "false",
}

# What a member of staff adds is theirs and nobody else's, and of the kinds that people make.
_OWN_PART: Final = (
    "EXISTS (SELECT FROM parts p WHERE p.id = {table}.part AND p.author = current_setting('muntada.staff'))"
)
_ADDED: Final = {
    "parts": f"{_SEEN['parts']} AND kind IN ('reply', 'note') AND inbound IS NULL"
    " AND author = current_setting('muntada.staff')",
    "events": f"{_SEEN['events']} AND actor = current_setting('muntada.staff')",
    "audit": "actor = current_setting('muntada.staff') AND seq IS NULL AND chain IS NULL",
    "part_seals": _OWN_PART.format(table="part_seals"),
    "code_seals": _OWN_PART.format(table="code_seals"),
}


def build(connection: Connection) -> None:
    """Makes roles (when absent), rights, functions and policies; nothing on SQLite."""
    if connection.dialect.name != "postgresql":
        return
    for role in _ROLES:
        connection.exec_driver_sql(_CREATE_ROLE.format(role=role))
        connection.exec_driver_sql(_JOIN_ROLE.format(role=role))
        connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {role}")
    for right in _WORKER:
        connection.exec_driver_sql(f"GRANT {right} TO muntada_worker")
    for right in _NEVER_WORKER:
        connection.exec_driver_sql(f"REVOKE {right} FROM muntada_worker")
    connection.exec_driver_sql("GRANT UPDATE (seq, chain) ON audit TO muntada_worker")
    for right in _CONSOLE:
        connection.exec_driver_sql(f"GRANT {right} TO muntada_console")
    asking.build(connection)
    _build_purger(connection)
    for table in WALLED:
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        connection.exec_driver_sql(f"CREATE POLICY worker ON {table} TO muntada_worker USING (true) WITH CHECK (true)")
        check = f" WITH CHECK ({_ADDED[table]})" if table in _ADDED else ""
        connection.exec_driver_sql(f"CREATE POLICY console ON {table} TO muntada_console USING ({_SEEN[table]}){check}")


def _build_purger(connection: Connection) -> None:
    for right in _PURGER:
        connection.exec_driver_sql(f"GRANT {right} TO muntada_purger")
    connection.exec_driver_sql("CREATE POLICY purger ON audit TO muntada_purger USING (true)")
    asking.build_purger(connection)


def raze(connection: Connection) -> None:
    """Takes down what belongs to this database; the roles stay, another database of the server may use them."""
    if connection.dialect.name != "postgresql":
        return
    for table in WALLED:
        connection.exec_driver_sql(f"DROP POLICY console ON {table}")
        connection.exec_driver_sql(f"DROP POLICY worker ON {table}")
    connection.exec_driver_sql("DROP POLICY purger ON audit")
    asking.raze(connection)
    for role in _ROLES:
        connection.exec_driver_sql(f"REVOKE USAGE ON SCHEMA public FROM {role}")
