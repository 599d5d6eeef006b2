"""What may truthfully be said on filing: whether anyone is there, and which emergency number holds where."""

from collections.abc import Sequence

from bot import alerts, hotlines, routing
from bot.decide.turn import Turn
from bot.vocabulary import Destination, Facts, Hotline, Reply, Urgency


def filed(turn: Turn, facts: Facts, to: Destination, *, code: str, unsure: bool, idle: bool) -> Reply:
    """The first answer: the code, in an emergency the hotline, and the question that fits what is unknown.

    idle: nothing is asked, for it hardly tells a concern.
    """
    values = {"code": code}
    if facts.urgency is Urgency.EMERGENCY:
        return _emergency(turn, facts, to, prefix="filed", values=values)
    if not facts.lineage and not idle:
        return Reply("filed.place", values)
    if unsure:
        return Reply("filed.category", values)
    absent = facts.urgency is Urgency.HIGH and not attended(turn, to)
    return Reply("filed.away" if absent else "filed", values)


def raised(turn: Turn, facts: Facts, to: Destination, *, old: Facts) -> Reply | None:
    """The hotline, when a report has just become an emergency."""
    if facts.urgency is not Urgency.EMERGENCY or old.urgency is Urgency.EMERGENCY:
        return None
    return _emergency(turn, facts, to, prefix="added", values={})


def again(turn: Turn, facts: Facts, to: Destination) -> Reply | None:
    """The hotline once more, to whoever tells of danger in a report that is an emergency already; else None."""
    return _emergency(turn, facts, to, prefix="added", values={}) if facts.urgency is Urgency.EMERGENCY else None


def in_danger(turn: Turn) -> tuple[Reply, ...]:
    """The number alone, to whoever has an open emergency and asks for something else; () where none is confirmed."""
    ongoing = turn.ongoing
    if ongoing is None or ongoing.facts.urgency is not Urgency.EMERGENCY:
        return ()
    number = hotline(turn, ongoing.facts)
    key = "danger" if ongoing.facts.lineage else "danger.unplaced"
    return (Reply(key, {"hotline": number}),) if number else ()


def better_hotline(turn: Turn, facts: Facts, to: Destination, *, old: Facts) -> Reply | None:
    """The hotline of an emergency whose place has just become known, when it is another than we named before.

    Where none is confirmed, that is said: the one that we named does not hold there.
    """
    number, before = hotline(turn, facts), hotline(turn, old)
    if facts.urgency is not Urgency.EMERGENCY or number == before:
        return None
    return (
        Reply("added.emergency", {"hotline": number})
        if number
        else _emergency(turn, facts, to, prefix="added", values={})
    )


def attended(turn: Turn, to: Destination) -> bool:
    """Whether anybody is on duty at a desk, or its office keeps its hours now."""
    world = turn.world
    on_duty = routing.on_duty(world.directory, to.office, to.desk, world.now)
    return bool(on_duty) or routing.is_open(world.directory, to.office, world.now)


def _emergency(turn: Turn, facts: Facts, to: Destination, *, prefix: str, values: dict[str, str]) -> Reply:
    """Key prefix.emergency, then ".unplaced" (its words say where the number holds) or ".none", then ".away"."""
    world = turn.world
    number = hotline(turn, facts)
    if prefix == "filed" and not number and not facts.lineage:
        return Reply("filed.place", values)
    told = alerts.ladder(world.directory, office=to.office, desk=to.desk, now=world.now)
    absent = not told and not routing.is_open(world.directory, to.office, world.now)
    bound = "" if facts.lineage else ".unplaced"
    key = f"{prefix}.emergency{bound if number else '.none'}{'.away' if absent else ''}"
    return Reply(key, values | ({"hotline": number} if number else {}))


def hotline(turn: Turn, facts: Facts) -> str:
    """The number confirmed for such an emergency, "" when none is; its words must say where it holds if unplaced."""
    return confirmed(turn.world.hotlines, facts)


def confirmed(known: Sequence[Hotline], facts: Facts) -> str:
    """The same of the numbers that are known."""
    governorate = facts.lineage[-1] if facts.lineage else ""
    return hotlines.pick(known, governorate=governorate, category=facts.category, sensitive=facts.sensitive)
