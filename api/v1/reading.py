"""The JSON API's reading: whose token it is, lists of reports, and one with its thread."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from starlette.responses import Response

from api import access, problems
from api.access import Base
from api.v1 import shaping
from api.v1.incoming import Asked, Number
from api.v1.outgoing import Access, Me, Rows, Whole
from bot.vocabulary import Urgency
from storage.casework import opening, paging
from storage.casework.acts import Unseen
from storage.casework.paging import Wanted
from storage.consent import consents
from storage.people import looks
from storage.people.staff import Person


def add(routes: APIRouter, base: Base, holder: access.Bearer) -> None:
    """Adds the routes."""

    @routes.get("/me")
    async def me(person: Annotated[Person, Depends(holder)]) -> Me:
        """Whose token this is, and which desks it opens."""
        return Me(
            name=person.name,
            grants=[Access(office=g.office, desk=g.desk, role=g.role, until=g.until) for g in person.grants],
        )

    @routes.get("/reports", responses=problems.responses(400))
    async def reports(person: Annotated[Person, Depends(holder)], asked: Annotated[Asked, Query()]) -> Rows:
        """Reports of your desks: emergencies first, then by deadline, then by age. Reading a page is audited."""
        now = base.clock()
        wanted = Wanted(
            status=asked.status,
            desk=asked.desk,
            office=asked.office,
            urgency=Urgency[asked.urgency.upper()] if asked.urgency else None,
            mine=asked.mine,
            cursor=asked.cursor,
            limit=asked.limit,
        )
        page = await base.store.write(
            lambda conn: paging.listing(conn, base.keyring, staff=person.id, now=now, wanted=wanted), staff=person.id
        )
        if not page.rows:
            await base.store.write(lambda conn: looks.note(conn, base.keyring, person=person.id, page="list", now=now))
        return Rows(reports=[shaping.row(row) for row in page.rows], next=page.next or None)

    @routes.get(
        "/reports/{number}",
        response_model=Whole,
        responses=problems.responses(404) | {304: {"description": "Unchanged since If-None-Match"}},
    )
    async def report(
        number: Number,
        response: Response,
        person: Annotated[Person, Depends(holder)],
        if_none_match: Annotated[str | None, Header()] = None,
    ) -> Whole | Response:
        """One report with its thread; opening it is audited.

        What is sealed to a desk's focal points is not opened here, by whatever token: `locked` is true, and the words
        are null. They are read in the console, by a focal point who has opened her key; steps on such a report answer
        409 `case.locked`, whose `detail` says where that is. A token lies in a file: it must not be half of a key.
        """
        now = base.clock()
        opened = await base.store.write(
            lambda conn: opening.one(conn, base.keyring, staff=person.id, number=number, now=now), staff=person.id
        )
        if opened is None:
            raise Unseen
        tag = f'"{opened.report.version}"'
        # The second wall shows consents to nobody; an answer to one changes no version.
        agreed = await base.store.read(
            lambda conn: consents.of(conn, base.keyring, staff=person.id, number=number, now=now)
        )
        if if_none_match == tag and not agreed:
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
        response.headers["ETag"] = tag
        return shaping.whole(opened, [shaping.agreed(each) for each in agreed])
