"""What a member of staff does to a report: one route a step, each POST → redirect → GET."""

from collections.abc import Callable, Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api import access
from api.access import BadForm, Base
from api.console import sharing
from api.console.doors import see
from api.console.render import Renderer
from api.console.report import Draft, show
from bot.vocabulary import Category, Desk, Status, Urgency
from storage.casework import acts, cases, moves
from storage.casework.acts import Act, Conflict, Refused
from storage.casework.cases import Reason
from storage.consent import answering
from storage.database.engine import Connection
from storage.intake import corrections
from storage.keys import Keyring
from storage.people.sessions import SignedIn

Form = Mapping[str, str]
Step = Callable[[Connection, Keyring, Act, Form], int]
_LARGEST_VERSION: Final = 2**31 - 1


def _claim(conn: Connection, keyring: Keyring, act: Act, _form: Form) -> int:
    return cases.claim(conn, keyring, act)


def _reply(conn: Connection, keyring: Keyring, act: Act, form: Form) -> int:
    return cases.reply(conn, keyring, act, form.get("text", ""))


def _undo(conn: Connection, keyring: Keyring, act: Act, _form: Form) -> int:
    return cases.undo(conn, keyring, act)


def _note(conn: Connection, keyring: Keyring, act: Act, form: Form) -> int:
    return cases.note(conn, keyring, act, form.get("text", ""))


def _status(conn: Connection, keyring: Keyring, act: Act, form: Form) -> int:
    try:
        status = Status(form.get("status", ""))
    except ValueError:
        raise Refused("case.step") from None
    return cases.set_status(conn, keyring, act, status)


def _assign(conn: Connection, keyring: Keyring, act: Act, form: Form) -> int:
    office, _, desk = form.get("target", "").rpartition("/")
    try:
        return moves.move(conn, keyring, act, office=office, desk=Desk(desk))
    except ValueError:
        raise Refused("case.target") from None


def _refer(conn: Connection, keyring: Keyring, act: Act, form: Form) -> int:
    return cases.refer(conn, keyring, act, body=form.get("body", ""), text=form.get("text", ""))


def _close(conn: Connection, keyring: Keyring, act: Act, form: Form) -> int:
    try:
        reason = Reason(form.get("reason", ""))
    except ValueError:
        raise Refused("case.reason") from None
    return cases.close(conn, keyring, act, reason)


def _reopen(conn: Connection, keyring: Keyring, act: Act, _form: Form) -> int:
    return cases.reopen(conn, keyring, act)


def _correcting(base: Base) -> Step:
    def correct(conn: Connection, keyring: Keyring, act: Act, form: Form) -> int:
        try:
            category, urgency = Category(form.get("category", "")), Urgency[form.get("urgency", "").upper()]
        except (ValueError, KeyError):
            raise Refused("correct.choose") from None
        gazetteer = base.understanding.gazetteer
        return corrections.correct(conn, keyring, act, category=category, urgency=urgency, gazetteer=gazetteer)

    return correct


# A move may take the report out of its mover's sight, a correction teaches, and consents are the reporter's: the second
# wall allows nobody any of it.
_AS_WORKER: Final = frozenset({"assign", "correct", "consent", "share"})
_STEPS: Final[Mapping[str, Step]] = {
    "claim": _claim,
    "reply": _reply,
    "undo": _undo,
    "note": _note,
    "status": _status,
    "assign": _assign,
    "refer": _refer,
    "close": _close,
    "reopen": _reopen,
    "consent": sharing.ask,
    "share": sharing.share,
}


def add(routes: APIRouter, base: Base, renderer: Renderer) -> None:
    """Adds the routes."""
    for name, step in {**_STEPS, "correct": _correcting(base)}.items():
        _add_step(routes, base, renderer, name=name, step=step)


def _add_step(routes: APIRouter, base: Base, renderer: Renderer, *, name: str, step: Step) -> None:
    signed_in = access.signed_in(base)

    @routes.post(f"/reports/{{number}}/{name}", name=f"step_{name}")
    async def take(request: Request, number: str, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        access.from_our_pages(request)
        form = await access.read_form(request)
        access.checked_form(signed, form)
        opener, number = await access.opener(base, request, signed), _number(number)
        act = Act(staff=signed.person.id, number=number, version=_version(form), now=base.clock(), opener=opener)
        draft = Draft(step=name, fields=form)
        try:
            if name == "reply" and form.get("stage") != "send":
                draft = Draft(step=name, fields=form, preview=_to_preview(form))
            else:
                wall = None if name in _AS_WORKER else act.staff
                await base.store.write(lambda conn: step(conn, base.keyring, act, form), staff=wall)
                # The fragment takes the place of the form's own, which would hide the news at the top of the page.
                return see(f"/?done={name}#main" if name == "assign" else f"/reports/{act.number}?done={name}#main")
        except Conflict:
            draft = Draft(step=name, fields=form, conflict=True)
        except Refused as refused:
            draft = Draft(step=name, fields=form, error=refused.key)
            if refused.key == answering.CHANGED:  # what the step wrote is undone
                await base.store.write(lambda conn: answering.note_changed(conn, base.keyring, act.number, act.now))
        except acts.Unseen:
            # Looked at again below, where it is noted that they asked for what is not there for them.
            draft = Draft()
        return await show(request, base, renderer, signed=signed, number=number, draft=draft)


def _to_preview(form: Form) -> str:
    """The words to show before they are sent; "" when their writer goes back to change them."""
    return "" if form.get("stage") == "edit" else acts.checked(form.get("text", ""))


def _number(number: str) -> str:
    if not number.isascii() or not number.isprintable():
        raise acts.Unseen
    return number


def _version(form: Form) -> int:
    given = form.get("version", "")
    if not (given.isascii() and given.isdigit() and len(given) <= 10 and int(given) <= _LARGEST_VERSION):  # noqa: PLR2004
        raise BadForm
    return int(given)
