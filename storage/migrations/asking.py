"""What the policies of PostgreSQL's second wall ask, and what the console may have done for it without seeing it.

Functions of the worker's: each looks itself whether a report may be shown to whom `muntada.staff` names.
"""

from typing import Final

from sqlalchemy import Connection

from storage.database.sql import CODES

_REACH: Final = """
CREATE FUNCTION muntada_reach() RETURNS TABLE (office text, desk text, police boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT g.office, g.desk, g.role = 'police_liaison'
    FROM public.grants g JOIN public.staff s ON s.id = g.staff
    WHERE g.staff = current_setting('muntada.staff', true)
      AND s.active
      AND g.role <> 'administrator'
      AND (g.until_at IS NULL OR g.until_at > (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
$$
"""

# Whether a report names an office that the person belongs to, by any running grant, as storage.casework.apart says.
_APART: Final = """
CREATE FUNCTION muntada_apart(apart json) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.grants g JOIN public.offices o ON o.code = g.office
        WHERE g.staff = current_setting('muntada.staff', true)
          AND (strpos(apart::text, '"' || g.office || '"') > 0
            OR (apart::text !~ '{codes}' AND o.kind <> 'oversight'))
          AND (g.until_at IS NULL OR g.until_at > (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
    )
$$
"""

# Whether the person typed this report in for somebody else and another works there, as storage.casework.entered says.
_ENTERED: Final = """
CREATE FUNCTION muntada_entered(about text, at_office text, at_desk text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM public.events e
        WHERE e.report = about AND e.kind = 'entered' AND e.actor = current_setting('muntada.staff', true)
    ) AND EXISTS (
        SELECT FROM public.grants g JOIN public.staff s ON s.id = g.staff
        WHERE g.office = at_office AND g.desk = at_desk AND g.staff <> current_setting('muntada.staff', true)
          AND s.active AND g.role NOT IN ('supervisor', 'auditor', 'administrator')
          AND (g.until_at IS NULL OR g.until_at > (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
          AND (NOT EXISTS (
                SELECT FROM public.desks d
                WHERE d.office = at_office AND d.desk = at_desk AND d.sealed_at IS NOT NULL
            ) OR EXISTS (
                SELECT FROM public.recipients r
                WHERE r.staff = g.staff AND r.office = at_office AND r.desk = at_desk AND r.revoked_at IS NULL
                  AND r.effective_at <= (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
            ))
    )
$$
"""

# What storage.casework.queues.visible says of one report: no officer's grant reaches what once was sealed. Both lists
# are asked for once a query, not once a row.
VISIBLE: Final = (
    "({row}.office, {row}.desk) IN (SELECT w.office, w.desk FROM public.muntada_reach() w)"
    " AND (NOT {row}.sealed_once OR ({row}.office, {row}.desk) IN"
    " (SELECT w.office, w.desk FROM public.muntada_reach() w WHERE NOT w.police))"
    " AND NOT ({row}.apart IS NOT NULL AND public.muntada_apart({row}.apart))"
    " AND NOT ({row}.sealed_once AND public.muntada_entered({row}.id, {row}.office, {row}.desk))"
    # A copy by consent until its days are over, by the server's own clock; within the hour it is erased.
    " AND ({row}.shown_until IS NULL"
    " OR {row}.shown_until > (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)"
)

# The same for the functions below, to which no policy applies.
_SEES: Final = """
CREATE FUNCTION muntada_sees(about text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT current_setting('role') = 'muntada_worker'
        OR EXISTS (SELECT FROM public.reports r WHERE r.id = about AND {visible})
$$
"""

# An answer finds its reporter without showing the console who that is: the contact goes from one table into the other,
# and with it what ties it to the report; whoever delivers looks whether that, and what ties the answer to the report
# (`bound_by`), was written by us. The link is held: whoever changes how they are told (storage.reporting.order) ties
# this answer anew, or was there first and the answer has the new tie.
_ANSWER: Final = """
CREATE FUNCTION muntada_answer(
    parcel text, parcel_once text, about text, bound_by bytea, body bytea, body_epoch text,
    made_us bigint, due_us bigint
) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NOT public.muntada_sees(about) THEN
        RETURN false;
    END IF;
    INSERT INTO public.outbox
        (id, once, kind, report, contact, channel, tie, bound, sealed, epoch, created_at, due_at, state, attempts,
         delivery)
    SELECT parcel, parcel_once, 'answer', about, c.id, c.channel, rc.tie, bound_by, body, body_epoch, made_us, due_us,
           'pending', 0, 0
    FROM public.report_contacts rc JOIN public.contacts c ON c.id = rc.contact
    WHERE rc.report = about
    FOR SHARE OF rc
    ON CONFLICT DO NOTHING;
    RETURN FOUND;
END $$
"""

# Their own answer, while it has not left: the console sees neither what waits to be sent nor may it change a part.
_WITHDRAW: Final = """
CREATE FUNCTION muntada_withdraw(answer text) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('role') <> 'muntada_worker' AND NOT EXISTS (
        SELECT FROM public.parts p
        WHERE p.id = answer AND p.kind = 'reply' AND p.author = current_setting('muntada.staff', true)
          AND public.muntada_sees(p.report)
    ) THEN
        RETURN false;
    END IF;
    UPDATE public.outbox SET state = 'dead', reason = 'withdrawn', sealed = NULL
    WHERE once = 'answer:' || answer AND state = 'pending' AND attempts = 0;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE public.parts SET sealed = NULL, wrapped = NULL, epoch = NULL WHERE id = answer;
    DELETE FROM public.part_seals WHERE part = answer;
    DELETE FROM public.code_seals WHERE part = answer;
    RETURN true;
END $$
"""
# How far each answer of a report has come, and nothing else of what waits to be sent or was.
_DELIVERIES: Final = """
CREATE FUNCTION muntada_deliveries(about text) RETURNS TABLE (part text, state text, reason text, delivery integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT substr(o.once, 8), o.state, o.reason, o.delivery
    FROM public.outbox o
    WHERE o.report = about AND o.kind = 'answer' AND public.muntada_sees(about)
$$
"""

# The only way an audit row goes: the whole beginning of the chain, 24 months old by the server's own clock, with the
# signed checkpoint from which verifying goes on. Even a worker that is not ours any more cannot hide what it did.
_PURGE_AUDIT: Final = """
CREATE FUNCTION muntada_purge_audit(upto bigint, ends bytea, before_us bigint, taken bigint, signed bytea)
RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    now_us constant bigint := (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
    began bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7161969);
    SELECT coalesce(max(c.seq), 0) INTO began FROM public.checkpoints c;
    IF before_us > now_us - 730::bigint * 86400 * 1000000
        OR upto <= began
        OR taken <> upto - began
        OR NOT EXISTS (SELECT FROM public.audit a WHERE a.seq = upto AND a.chain = ends)
        OR NOT EXISTS (SELECT FROM public.audit a WHERE a.seq > upto)
        OR (SELECT count(*) FROM public.audit a WHERE a.seq <= upto) <> taken
        OR EXISTS (SELECT FROM public.audit a WHERE a.seq <= upto AND a.at >= before_us AND a.at <= now_us)
    THEN
        RETURN false;
    END IF;
    DELETE FROM public.audit a WHERE a.seq <= upto;
    INSERT INTO public.checkpoints (seq, chain, at, rows, mac) VALUES (upto, ends, before_us, taken, signed);
    RETURN true;
END $$
"""
PURGES: Final = "muntada_purge_audit(bigint, bytea, bigint, bigint, bytea)"
# To which codes an answer is sealed, so that it opens to whoever comes back with one.
_CODE_KEYS: Final = """
CREATE FUNCTION muntada_code_keys(about text)
RETURNS TABLE (hash bytea, report text, scope text, public_key bytea, tie bytea, joined_tie bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.hash, c.report, c.scope, c.public_key, c.tie, r.joined_tie
    FROM public.codes c JOIN public.reports r ON r.id = c.report
    WHERE (r.id = about OR r.joined = about) AND public.muntada_sees(about)
$$
"""
# How many wait where nobody can read them yet, for who supervises there: a count, and no report.
_WAITING: Final = """
CREATE FUNCTION muntada_waiting() RETURNS TABLE (office text, desk text, waiting bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT r.office, r.desk, count(*)
    FROM public.reports r JOIN public.offices o ON o.code = r.office
    WHERE r.desk IN ('women', 'child') AND r.status <> 'closed' AND r.erased_at IS NULL
      AND NOT EXISTS (
        SELECT FROM public.desks d WHERE d.office = r.office AND d.desk = r.desk AND d.sealed_at IS NOT NULL
      )
      AND EXISTS (
        SELECT FROM public.grants g JOIN public.staff s ON s.id = g.staff
        WHERE g.staff = current_setting('muntada.staff', true) AND s.active AND g.role = 'supervisor'
          AND (g.until_at IS NULL OR g.until_at > (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
          AND (g.office = o.code OR g.office = o.parent)
      )
      -- Which office such a report names nobody can ask: whoever belongs to another one as well is told no count.
      AND NOT EXISTS (
        SELECT FROM public.grants g
        WHERE g.staff = current_setting('muntada.staff', true)
          AND (g.until_at IS NULL OR g.until_at > (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
          AND g.office <> o.code AND (o.parent IS NULL OR g.office <> o.parent)
          AND (g.role <> 'supervisor' OR o.kind = 'oversight')
      )
    GROUP BY r.office, r.desk
$$
"""
FUNCTIONS: Final = (
    "muntada_reach()",
    "muntada_apart(json)",
    "muntada_entered(text, text, text)",
    "muntada_sees(text)",
    "muntada_code_keys(text)",
    "muntada_waiting()",
    "muntada_answer(text, text, text, bytea, bytea, text, bigint, bigint)",
    "muntada_withdraw(text)",
    "muntada_deliveries(text)",
)


def build(connection: Connection) -> None:
    """Makes them, the worker's and callable by worker and console."""
    for made in (_REACH, _APART.format(codes=CODES), _ENTERED, _SEES.format(visible=VISIBLE.format(row="r"))):
        connection.exec_driver_sql(made)
    for made in (_ANSWER, _WITHDRAW, _DELIVERIES, _CODE_KEYS, _WAITING):
        connection.exec_driver_sql(made)
    # The functions see as the worker sees, not as the schema's owner: a mistake in one of them reaches no further.
    connection.exec_driver_sql("GRANT CREATE ON SCHEMA public TO muntada_worker")
    for function in FUNCTIONS:
        connection.exec_driver_sql(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC")
        connection.exec_driver_sql(f"GRANT EXECUTE ON FUNCTION {function} TO muntada_worker, muntada_console")
        connection.exec_driver_sql(f"ALTER FUNCTION {function} OWNER TO muntada_worker")
    connection.exec_driver_sql("REVOKE CREATE ON SCHEMA public FROM muntada_worker")


def build_purger(connection: Connection) -> None:
    """Makes the one function that takes rows of the audit, the purger's."""
    connection.exec_driver_sql(_PURGE_AUDIT)
    connection.exec_driver_sql(f"REVOKE ALL ON FUNCTION {PURGES} FROM PUBLIC")
    connection.exec_driver_sql(f"GRANT EXECUTE ON FUNCTION {PURGES} TO muntada_worker")
    connection.exec_driver_sql("GRANT CREATE ON SCHEMA public TO muntada_purger")
    connection.exec_driver_sql(f"ALTER FUNCTION {PURGES} OWNER TO muntada_purger")
    connection.exec_driver_sql("REVOKE CREATE ON SCHEMA public FROM muntada_purger")


def raze(connection: Connection) -> None:
    """Drops them, those first that ask others."""
    for function in (PURGES, *reversed(FUNCTIONS)):
        connection.exec_driver_sql(f"DROP FUNCTION {function}")
