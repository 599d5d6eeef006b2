"""What the database does by itself: nothing but what our migrations make, or it may take rows away as they are written.

A trigger, a rule or a policy is one statement of SQL, and leaves no trace in the rows that are there.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Connection, text

from storage.migrations import walls

# Besides triggers: a view in a table's place, and a table whose rows give way to others or are passed over.
_SQLITE: Final = text(
    "SELECT type, name FROM sqlite_master WHERE type IN ('trigger', 'view') OR upper(sql) LIKE '%ON CONFLICT%'"
)
# Whatever stands in the way of rows: not the triggers that bear out foreign keys.
_POSTGRESQL: Final = text(
    "SELECT 'trigger', t.tgname::text FROM pg_catalog.pg_trigger t"
    " JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
    " AND c.relnamespace = 'public'::regnamespace"
    " UNION ALL SELECT 'rule', r.rulename::text FROM pg_catalog.pg_rewrite r"
    " JOIN pg_catalog.pg_class c ON c.oid = r.ev_class WHERE c.relnamespace = 'public'::regnamespace"
)
_POLICIES: Final = text(
    "SELECT tablename::text, policyname::text, permissive, roles::text, cmd,"
    " CASE WHEN policyname = 'console' THEN '' ELSE coalesce(qual, '') || '/' || coalesce(with_check, '') END"
    " FROM pg_catalog.pg_policies WHERE schemaname = 'public'"
)
_WALLED: Final = text(
    "SELECT relname::text FROM pg_catalog.pg_class"
    " WHERE relnamespace = 'public'::regnamespace AND relrowsecurity AND relforcerowsecurity"
)
# What each policy says (of the console's only that it is there), and for whom.
_ROLES: Final = {"worker": ("true/true", "muntada_worker"), "console": ("", "muntada_console")}


def oddities(conn: Connection) -> int:
    """How many triggers, rules, views and policies are there that our migrations do not make, or are not any more."""
    if conn.dialect.name != "postgresql":
        return len(conn.execute(_SQLITE).all())
    made = [("audit", "purger", *_policy("true/", "muntada_purger"))]
    made += [(table, name, *_policy(*what)) for table in walls.WALLED for name, what in _ROLES.items()]
    found = [tuple(row) for row in conn.execute(_POLICIES)]
    odd = len(conn.execute(_POSTGRESQL).all()) + _differ(made, found)
    return odd + _differ(walls.WALLED, conn.execute(_WALLED).scalars())


def _policy(said: str, role: str) -> tuple[str, str, str, str]:
    return "PERMISSIVE", f"{{{role}}}", "ALL", said


def _differ(made: Iterable[Any], found: Iterable[Any]) -> int:
    ours, theirs = Counter(made), Counter(found)
    return (ours - theirs).total() + (theirs - ours).total()
