"""Where administrators keep words of their own: danger phrases, words of a category, and names of places."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api import access
from api.access import Base
from api.console.doors import see
from api.console.render import Renderer
from bot.nlp import frequency, places
from bot.nlp.analyse import Understanding, analyse
from bot.nlp.gazetteer import Gazetteer
from bot.vocabulary import Category, Place, Role, Urgency
from storage import terms
from storage.casework.acts import Refused, Unseen
from storage.database.engine import Connection
from storage.keys import Keyring
from storage.people import looks
from storage.people.sessions import SignedIn
from storage.terms import By, Kind, NewPlace, Term

Form = Mapping[str, str]
Add = Callable[[Connection, Keyring, By, Form, Understanding], Any]
_DONE: Final = frozenset({"added", "removed"})
_IN_TOO_MANY: Final = 0.03  # of all messages: a danger phrase that hides the alarms that are true
_SURELY: Final = 0.8  # of whose category we are so sure needs no word more


class _Which(Exception):
    """Several places have this name."""

    def __init__(self, choices: tuple[Place, ...]) -> None:
        super().__init__("which")
        self.choices = choices


@dataclass(frozen=True, slots=True)
class _Draft:
    """What a form had in it when it could not be taken. choices: the places that its place may mean."""

    kind: str = ""
    fields: Form = field(default_factory=dict)
    error: str = ""
    choices: tuple[Place, ...] = ()

    def of(self, kind: str, name: str) -> str:
        """What stood in a field of this form."""
        return self.fields.get(name, "") if kind == self.kind else ""


def add(routes: APIRouter, base: Base, renderer: Renderer) -> None:
    """Adds the routes."""
    signed_in = access.signed_in(base)

    async def show(request: Request, signed: SignedIn, draft: _Draft) -> Response:
        _let_in(signed)
        by = By(signed.person.id, base.clock())

        def look(conn: Connection) -> Sequence[Term]:
            looks.note(conn, base.keyring, person=by.actor, page="term", now=by.now)
            return terms.listed(conn, by)

        listed = await base.store.write(look)
        gazetteer = base.understanding.gazetteer
        done = request.query_params.get("done", "")
        return await renderer.page(
            request,
            "terms.html",
            signed=signed,
            status=HTTPStatus.UNPROCESSABLE_ENTITY if draft.error else HTTPStatus.OK,
            listed={kind.value: [term for term in listed if term.kind is kind] for kind in Kind},
            draft=draft,
            done=done if done in _DONE else "",
            categories=tuple(Category),
            weights=terms.WEIGHTS,
            levels=terms.NEW_LEVELS,
            line=lambda id: _line(gazetteer, id),
        )

    @routes.get("/terms")
    async def page(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        return await show(request, signed, _Draft())

    async def take(request: Request, signed: SignedIn, kind: str, step: Add) -> Response:
        access.from_our_pages(request)
        _let_in(signed)
        form = await access.read_form(request)
        access.checked_form(signed, form)
        by, understanding = By(signed.person.id, base.clock()), base.understanding
        try:
            # As the worker: the second wall shows these words to nobody; storage.terms asks for an administrator.
            await base.store.write(lambda conn: step(conn, base.keyring, by, form, understanding))
        except Refused as refused:
            return await show(request, signed, _Draft(kind, form, refused.key))
        except _Which as which:
            return await show(request, signed, _Draft(kind, form, "words.which", which.choices))
        base.words_changed()
        return see(f"/terms?done={'removed' if kind == 'remove' else 'added'}#main")

    for kind, step in _STEPS.items():
        _add_step(routes, base, kind, step, take)


def _add_step(routes: APIRouter, base: Base, kind: str, step: Add, take: Callable[..., Any]) -> None:
    signed_in = access.signed_in(base)

    @routes.post(f"/terms/{kind}", name=f"terms_{kind}")
    async def changed(request: Request, signed: Annotated[SignedIn, Depends(signed_in)]) -> Response:
        response: Response = await take(request, signed, kind, step)
        return response


def _let_in(signed: SignedIn) -> None:
    if Role.ADMINISTRATOR not in signed.person.roles:
        raise Unseen


def _danger(conn: Connection, keyring: Keyring, by: By, form: Form, understanding: Understanding) -> None:
    urgency, sensitive = _level(form), form.get("sensitive") == "1"

    def shipped(phrase: str) -> bool:
        if frequency.share(understanding.model, phrase) > _IN_TOO_MANY:
            raise Refused("words.frequent")
        heard = analyse(understanding, phrase)
        return heard.flagged and heard.urgency >= urgency and (heard.sensitive or not sensitive)

    phrase = form.get("phrase", "")
    terms.add_danger(conn, keyring, by, phrase=phrase, urgency=urgency, sensitive=sensitive, shipped=shipped)


def _word(conn: Connection, keyring: Keyring, by: By, form: Form, understanding: Understanding) -> None:
    try:
        category, weight = Category(form.get("category", "")), float(form.get("weight", ""))
    except ValueError:
        raise Refused("words.choose") from None
    phrase = form.get("phrase", "")

    def shipped(words: str) -> bool:
        heard = analyse(understanding, words)
        return heard.category is category and heard.confidence >= _SURELY

    terms.add_word(conn, keyring, by, phrase=phrase, category=category, weight=weight, shipped=shipped)


def _alias(conn: Connection, keyring: Keyring, by: By, form: Form, understanding: Understanding) -> None:
    place = _place(understanding.gazetteer, form.get("place", ""))

    def shipped(phrase: str) -> bool:
        return any(known.id == place for known in places.answer(understanding.gazetteer, phrase).candidates)

    terms.add_alias(conn, keyring, by, phrase=form.get("phrase", ""), place=place, shipped=shipped)


def _new_place(conn: Connection, keyring: Keyring, by: By, form: Form, understanding: Understanding) -> None:
    new = NewPlace(
        name_ar=form.get("phrase", ""),
        name_ckb=form.get("name_ckb", ""),
        name_en=form.get("name_en", ""),
        level=form.get("level", ""),
        parent=_place(understanding.gazetteer, form.get("place", "")),
    )
    terms.add_place(conn, keyring, by, new)


def _remove(conn: Connection, keyring: Keyring, by: By, form: Form, _understanding: Understanding) -> None:
    terms.remove(conn, keyring, by, form.get("id", ""))


_STEPS: Final[Mapping[str, Add]] = {
    Kind.DANGER.value: _danger,
    Kind.WORD.value: _word,
    Kind.ALIAS.value: _alias,
    Kind.PLACE.value: _new_place,
    "remove": _remove,
}


def _level(form: Form) -> Urgency:
    try:
        return Urgency[form.get("urgency", "").upper()]
    except KeyError:
        raise Refused("words.nothing") from None


def _place(gazetteer: Gazetteer, given: str) -> str:
    """The id of the place that was typed, by id or by name; Refused when none has it, _Which when several do."""
    if given.strip() in gazetteer.places:
        return given.strip()
    found = places.answer(gazetteer, given)
    if found.place is not None:
        return found.place.id
    if not found.candidates:
        raise Refused("words.parent")
    raise _Which(found.candidates)


def _line(gazetteer: Gazetteer, id: str) -> str:
    """A place by its names, up to its governorate; its id while it is too new to be known here."""
    place = gazetteer.places.get(id)
    if place is None:
        return id
    return "، ".join(gazetteer.places[each].name_ar for each in place.lineage)
