"""What was offered and chosen: a place, a kind, whom they would rather talk to, whether a pin is right."""

from dataclasses import replace

from bot import conversation
from bot.decide import answering, asking, honest, joining, moving, officer, understood, wishes
from bot.decide.turn import Turn, decided
from bot.nlp import places
from bot.vocabulary import Category, Decision, Locale, Ongoing, Reply, Reroute, Stage


def overtaken(turn: Turn) -> Decision | None:
    """A tap on the question about the report before: it counts there, and the talk stays with the newer one."""
    found, case = conversation.overtaken(turn.conversation, turn.message.choice), turn.known.overtaken
    if found is None or case is None:
        return None
    elder, choice = found
    there = replace(turn, picked=choice, known=replace(turn.known, conversation=elder, latest=case))
    if there.ongoing is None:
        return None
    said = picked(there, choice)
    asks = said.conversation.stage is not Stage.IDLE  # an answer would be taken for one about the newer report
    replies = (Reply("noted"),) if asks else said.replies
    return replace(said, conversation=conversation.beside(turn.conversation, said.conversation), replies=replies)


def picked(turn: Turn, choice: str) -> Decision:
    """What follows from a choice that a tap or digit stands for; of an unknown one, that it came late."""
    match choice.split(":"):
        case ["v1", "lang", code] if code in {locale.value for locale in Locale}:
            return wishes.speak(turn, Locale(code))
        case ["v1", "place" | "cat", _] if turn.ongoing is not None:
            return pick(turn, turn.ongoing, choice)
        case ["v1", "officer", answer] if turn.ongoing is not None:
            return prefer(turn, turn.ongoing, woman=answer == "woman")
        case ["v1", "pin", answer] if turn.ongoing is not None:
            return pinned(turn, turn.ongoing, right=answer == "yes")
        case ["v1", "one" | "two" as count, _] if conversation.younger(turn.conversation, choice):
            return joined(turn, one=count == "one")
        case _:
            return wishes.void(turn)


def joined(turn: Turn, *, one: bool) -> Decision:
    """The report and the one before are one matter, or two."""
    ongoing, before = turn.ongoing, turn.conversation.before
    if ongoing is None or before is None:
        return wishes.void(turn)
    return joining.one(turn, ongoing, before) if one else joining.two(turn, ongoing, before)


def pick(turn: Turn, ongoing: Ongoing, choice: str) -> Decision:
    """A place or category that was offered and chosen: it moves the report; there are no words to add."""
    old = ongoing.facts
    kind, _, value = choice.removeprefix("v1:").partition(":")
    if kind == "place":
        facts = understood.placed(old, places.by_id(turn.world.gazetteer, value), said=True)
        moved, effects = moving.moves(turn, ongoing, facts)
        after, replies = answering.to_place(turn, conversation.answered(moved), old=old)
    else:
        facts = understood.called(old, Category(value))
        moved, effects = moving.moves(turn, ongoing, facts)
        raised = honest.raised(turn, facts, answering.here(moved), old=old)
        after, replies = conversation.answered(moved), [raised or Reply("noted")]
    return decided(turn, after, replies=replies, effects=effects)


def prefer(turn: Turn, ongoing: Ongoing, *, woman: bool) -> Decision:
    """Whom they would rather talk to: a hint for staff; the wish for a woman moves a report that is not at her desk."""
    facts = replace(
        ongoing.facts,
        woman_officer=woman or ongoing.facts.woman_officer,
        any_officer=not woman and not ongoing.facts.woman_officer,
    )
    moved, effects = moving.moves(turn, ongoing, facts)
    to = next((effect.to for effect in effects if isinstance(effect, Reroute)), answering.here(moved))
    reply = officer.told(turn.world.directory, facts, to, key="woman.noted") or Reply("noted")
    after = replace(conversation.answered(moved), woman_officer=facts.woman_officer)
    return decided(turn, after, replies=[reply], effects=effects)


def pinned(turn: Turn, ongoing: Ongoing, *, right: bool) -> Decision:
    """The pin's place is confirmed; or it is not, and then only its governorate stands, and where is asked in words."""
    after = conversation.answered(turn.conversation)
    if right or not ongoing.facts.lineage:
        after, replies = answering.to_place(turn, after, old=ongoing.facts)
        return decided(turn, after, replies=replies)
    moved, effects = moving.moves(turn, ongoing, replace(ongoing.facts, lineage=ongoing.facts.lineage[-1:]))
    after, reply = asking.where(turn, conversation.answered(moved), (), reply=Reply("place.ask"))
    return decided(turn, after, replies=[reply], effects=effects)
