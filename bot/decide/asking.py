"""Puts the questions we ever ask: where, of which kind, is it where the pin is, and is it part of what came before."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot import conversation
from bot.decide.turn import Turn, known_place
from bot.taxonomy import RULES
from bot.vocabulary import Category, Channel, Conversation, Decision, Locale, Ongoing, Option, Place, Reply, Stage

_PLACE: Final = "v1:place:"
_KIND: Final = "v1:cat:"
_YES: Final = Option("v1:pin:yes", "choice.yes")
_NO: Final = Option("v1:pin:no", "choice.no")
_OFFERED: Final = 3  # places at a time: with the question they fit two SMS
_LATER: Final = "place.ask"  # the question alone; any other reply is a first answer that asks it too
# What its giver must not be seen to choose, and "something else": words of our own instead of the category's name.
_UNNAMED: Final = {
    Category.EXTREMISM: "choice.security",
    Category.POLICE_MISCONDUCT: "choice.authority",
    Category.OTHER: "choice.other",
}


def where(turn: Turn, after: Conversation, candidates: Sequence[Place], *, reply: Reply) -> tuple[Conversation, Reply]:
    """Asks for the place with `reply`, offering what comes near; whoever wants no words from us is not asked.

    A first answer by SMS has room for the question alone. What comes near is remembered, and she writes the name of
    one, or of what it lies in; a list with digits follows where that leaves it open.
    """
    if turn.known.muted:
        return conversation.answered(after), reply
    offered = candidates[:_OFFERED]
    if turn.message.channel is Channel.SMS and reply.key != _LATER:
        near = tuple(f"{conversation.NEAR}{place.id}" for place in offered)
        return conversation.asked(after, Stage.PLACE, near), reply
    options = tuple(Option(f"{_PLACE}{place.id}", _name(turn, place, offered), literal=True) for place in offered)
    return _put(after, Stage.PLACE, replace(reply, options=options))


def which(turn: Turn, after: Conversation, choices: Sequence[str], *, reply: Reply) -> tuple[Conversation, Reply]:
    """Asks with `reply` which kind it is, the last option being "something else"."""
    if turn.known.muted:
        return conversation.answered(after), reply
    options = tuple(Option(choice, _kind(Category(choice.removeprefix(_KIND)))) for choice in choices)
    return _put(replace(after, later=()), Stage.CATEGORY, replace(reply, options=options))


def pin(
    turn: Turn, after: Conversation, place: Place, *, first: Reply | None = None
) -> tuple[Conversation, list[Reply]]:
    """Asks whether the place of a pin is the right one, after the answer `first`.

    By SMS by its own name: a first answer has no room for what it lies in.
    """
    answers = [first] if first else []
    if turn.known.muted:
        return conversation.answered(after), answers
    name = _in(turn.locale, place) if turn.message.channel is Channel.SMS else _name(turn, place, (place,))
    asked = Reply("pin.ask", {"place": name}, (_YES, _NO))
    after, asked = _put(after, Stage.PIN, asked)
    return after, [*answers, asked]


def same(after: Conversation, before: Ongoing, *, emergency: Reply | None) -> tuple[Conversation, list[Reply]]:
    """Asks whether what was just filed belongs to the report before it; in an emergency the hotline comes first."""
    younger = after.ongoing
    if younger is None:
        raise ValueError("the conversation is about no report")
    options = (
        Option(f"{conversation.ONE}{younger.report}", "choice.one"),
        Option(f"{conversation.TWO}{younger.report}", "choice.two"),
    )
    asked = (
        Reply("belongs.ask", options=options) if emergency else Reply("filed.belongs", {"code": younger.code}, options)
    )
    after, asked = _put(replace(after, before=before), Stage.BELONGS, asked)
    return after, [emergency, asked] if emergency else [asked]


def unhidden(after: Conversation) -> Conversation:
    """With the places that came near to be chosen by digits from now on."""
    options = tuple(choice.replace(conversation.NEAR, _PLACE, 1) for choice in after.options)
    return replace(after, options=options)


def again(turn: Turn, after: Conversation) -> Reply | None:
    """The open question with the options that it had; None when it had none, or none that may be shown any more.

    What has turned sensitive meanwhile is asked nothing: the other kinds bear their names.
    """
    if turn.known.muted or (
        after.ongoing is not None and after.ongoing.facts.sensitive and after.stage is not Stage.PLACE
    ):
        return None
    match after.stage:
        case Stage.PLACE:
            ids = [choice.removeprefix(_PLACE) for choice in after.options]
            offered = [place for place in (known_place(turn, (each,)) for each in ids) if place is not None]
            options = tuple(
                Option(f"{_PLACE}{place.id}", _name(turn, place, offered), literal=True) for place in offered
            )
            reply = Reply("place.ask", options=options)
        case Stage.CATEGORY:
            options = tuple(Option(choice, _kind(Category(choice.removeprefix(_KIND)))) for choice in after.options)
            reply = Reply("category.ask", options=options)
        case Stage.IDLE | Stage.LANGUAGE | Stage.ERASE | Stage.PIN | Stage.BELONGS | Stage.CONSENT:
            return None
        case Stage.OFFICER | Stage.WORD:
            return None
    whole = tuple(option.choice for option in reply.options) == after.options
    return reply if reply.options and whole else None


def veiled(decision: Decision) -> Decision:
    """With nothing on any button that tells what was thought of its reporter's words."""
    after = decision.conversation
    return replace(decision, replies=tuple(replace(reply, options=_veiled(after, reply)) for reply in decision.replies))


def _veiled(after: Conversation, reply: Reply) -> tuple[Option, ...]:
    return tuple(replace(option, choice=conversation.veiled(after, option.choice)) for option in reply.options)


def kinds(categories: Sequence[Category]) -> tuple[str, ...]:
    """The choices of the question `which`; () when there is nothing to ask."""
    return tuple(f"{_KIND}{category}" for category in (*categories, Category.OTHER)) if categories else ()


def _put(after: Conversation, stage: Stage, reply: Reply) -> tuple[Conversation, Reply]:
    return conversation.asked(after, stage, tuple(option.choice for option in reply.options)), reply


def _kind(category: Category) -> str:
    return "choice.personal" if RULES[category].sensitive else _UNNAMED.get(category, f"category.{category}")


def noted(turn: Turn, lineage: tuple[str, ...]) -> Reply:
    """That the place is noted, by its name: whoever meant another sees it and may write it."""
    place = known_place(turn, lineage[:1])
    if place is None:
        return Reply("noted")
    short = turn.message.channel is Channel.SMS
    return Reply("place.noted", {"place": _in(turn.locale, place) if short else _name(turn, place, (place,))})


def _name(turn: Turn, place: Place, offered: Sequence[Place]) -> str:
    """Its name and what it lies in: the governorate, or within one governorate the next larger place."""
    governorates = {each.governorate for each in offered}
    above = place.lineage[-1:] if len(governorates) == len(offered) else place.lineage[1:2]
    around = known_place(turn, above)
    own = _in(turn.locale, place)
    comma = ", " if turn.locale is Locale.EN else "، "
    return own if around is None or around.id == place.id else f"{own}{comma}{_in(turn.locale, around)}"


def _in(locale: Locale, place: Place) -> str:
    match locale:
        case Locale.AR:
            return place.name_ar
        case Locale.CKB:
            return place.name_ckb or place.name_ar
        case Locale.EN:
            return place.name_en or place.name_ar
