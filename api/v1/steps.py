"""The JSON API's steps: each a transaction of its own, on the version of a report that its caller last read."""

import re
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Path
from starlette.responses import Response

from api import access, problems
from api.access import Base
from api.v1.incoming import Asking, Assigning, Closing, Correcting, Number, Referring, Said, Sharing, StatusSet
from api.v1.outgoing import Done
from api.v1.refusals import Unconditional
from bot.vocabulary import Urgency
from storage.casework import cases, moves, opening
from storage.casework.acts import Act, Refused, Unseen
from storage.consent import answering, receivers, sharing
from storage.consent.consents import To
from storage.database.engine import Connection
from storage.intake import corrections
from storage.people.staff import Person

_TAG: Final = re.compile(r'"(\d{1,9})"')
_STEP: Final = problems.responses(403, 404, 409, 412, 428)

IfMatch = Annotated[str | None, Header(description="The report's ETag.")]


def add(routes: APIRouter, base: Base, holder: access.Bearer) -> None:
    """Adds the routes."""
    _add_words(routes, base, holder)
    _add_steps(routes, base, holder)
    _add_consents(routes, base, holder)


def _acting(base: Base, holder: access.Bearer) -> Callable[..., Coroutine[Any, Any, Act]]:
    """A dependency: who acts on which report as they last read it; raises Unconditional without a usable If-Match."""

    async def dependency(number: Number, person: Annotated[Person, Depends(holder)], if_match: IfMatch = None) -> Act:
        tag = _TAG.fullmatch((if_match or "").strip())
        if tag is None:
            raise Unconditional
        return Act(staff=person.id, number=number, version=int(tag[1]), now=base.clock())

    return dependency


async def _take(
    base: Base, response: Response, act: Act, step: Callable[[Connection], int], *, wall: bool = True
) -> Done:
    try:
        version = await base.store.write(step, staff=act.staff if wall else None)
    except Unseen:
        # Noted in a transaction of its own: the step's is undone.
        await base.store.write(
            lambda conn: opening.denied(conn, base.keyring, staff=act.staff, now=act.now), staff=act.staff
        )
        raise
    except Refused as refused:
        if refused.key == answering.CHANGED:
            await base.store.write(lambda conn: answering.note_changed(conn, base.keyring, act.number, act.now))
        raise
    response.headers["ETag"] = f'"{version}"'
    return Done(number=act.number, version=version)


def _add_words(routes: APIRouter, base: Base, holder: access.Bearer) -> None:
    acting, ring = _acting(base, holder), base.keyring

    @routes.post("/reports/{number}/reply", responses=_STEP)
    async def reply(said: Said, act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Answers the reporter; it leaves ten seconds later. By SMS it may be nine parts long."""
        return await _take(base, response, act, lambda conn: cases.reply(conn, ring, act, said.text))

    @routes.post("/reports/{number}/undo", responses=_STEP)
    async def undo(act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Takes your last answer back while it has not left."""
        return await _take(base, response, act, lambda conn: cases.undo(conn, ring, act))

    @routes.post("/reports/{number}/notes", responses=_STEP)
    async def note(said: Said, act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Keeps a note for colleagues."""
        return await _take(base, response, act, lambda conn: cases.note(conn, ring, act, said.text))

    @routes.post("/reports/{number}/refer", responses=_STEP)
    async def refer(to: Referring, act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Records that an outside body was asked."""
        return await _take(base, response, act, lambda conn: cases.refer(conn, ring, act, body=to.body, text=to.text))


def _add_steps(routes: APIRouter, base: Base, holder: access.Bearer) -> None:
    acting, ring = _acting(base, holder), base.keyring

    @routes.post("/reports/{number}/claim", responses=_STEP)
    async def claim(act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Takes a report that nobody has."""
        return await _take(base, response, act, lambda conn: cases.claim(conn, ring, act))

    @routes.post("/reports/{number}/status", responses=_STEP)
    async def status(to: StatusSet, act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Acknowledged, or in progress."""
        return await _take(base, response, act, lambda conn: cases.set_status(conn, ring, act, to.status))

    @routes.post("/reports/{number}/close", responses=_STEP)
    async def close(why: Closing, act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Ends the work on a report."""
        return await _take(base, response, act, lambda conn: cases.close(conn, ring, act, why.reason))

    @routes.post("/reports/{number}/reopen", responses=_STEP)
    async def reopen(act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Takes up a closed report again."""
        return await _take(base, response, act, lambda conn: cases.reopen(conn, ring, act))

    @routes.post("/reports/{number}/correct", responses=_STEP)
    async def correct(to: Correcting, act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Says which category and urgency it is, against the machine, which learns from it; the report stays."""
        category, urgency, gazetteer = to.category, Urgency[to.urgency.upper()], base.understanding.gazetteer
        # What is learnt is the worker's alone.
        return await _take(
            base,
            response,
            act,
            lambda conn: corrections.correct(conn, ring, act, category=category, urgency=urgency, gazetteer=gazetteer),
            wall=False,
        )

    @routes.post("/reports/{number}/assign", responses=_STEP)
    async def assign(to: Assigning, act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Moves a report to another desk, where it is new; you may no longer see it."""
        # The second wall lets nobody push a report out of their own sight, which this is for.
        return await _take(
            base,
            response,
            act,
            lambda conn: moves.move(conn, ring, act, office=to.office, desk=to.desk),
            wall=False,
        )


def _add_consents(routes: APIRouter, base: Base, holder: access.Bearer) -> None:
    acting, ring = _acting(base, holder), base.keyring

    @routes.post("/reports/{number}/consents", responses=_STEP)
    async def ask(asked: Asking, act: Annotated[Act, Depends(acting)], response: Response) -> Done:
        """Asks the reporter whether somebody may receive what; explain in a reply first who they are.

        Not of what is sealed to people (409, case.locked): only a key tells whom such a report names.
        """
        to, lasts = To(asked.office, asked.desk, asked.service), timedelta(days=asked.days)
        return await _take(
            base,
            response,
            act,
            lambda conn: receivers.ask(conn, ring, act, to, scope=asked.scope, lasts=lasts),
            wall=False,
        )

    @routes.post("/reports/{number}/consents/{consent}/share", responses=_STEP)
    async def share(
        consent: Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")],
        told: Sharing,
        act: Annotated[Act, Depends(acting)],
        response: Response,
    ) -> Done:
        """Makes the copy that a yes allows, at the other desk; it goes when the consent ends or is taken back.

        Of a body outside: notes that it was told, by word of mouth.
        """
        return await _take(
            base,
            response,
            act,
            lambda conn: sharing.share(conn, ring, act, consent, summary=told.summary),
            wall=False,
        )
