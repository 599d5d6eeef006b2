"""What is told to somebody whose words are kept but cannot be filed yet, and what we remember of them meanwhile.

Nothing of it says more than that the message came; in danger, whom to call. The code comes once it is filed.
"""

from dataclasses import replace
from typing import Final

from bot import conversation
from bot.vocabulary import Append, Conversation, Decision, File, Join, Mode, Mute, Ongoing, Reply, Reroute, Urgency

NAME: Final = "held"  # of the report that is not there yet, where a report's id would stand

_ASKED: Final = ("help", "hello", "erase.", "case.", "behalf.", "stopped", "resumed", "language.")
_GRAVE: Final = ("filed.emergency", "added.emergency")


def replies(decision: Decision) -> tuple[Reply, ...]:
    """In place of a decision that could not be carried out; () to whoever would hear nothing, or is told in private.

    What was asked beside it ("how does it stand?", "erase it") is answered as ever.
    """
    quiet = decision.conversation.mode is Mode.PRIVATE or any(isinstance(each, Mute) for each in decision.effects)
    told = any(isinstance(each, File | Append | Reroute | Join) for each in decision.effects)
    if quiet or not told or not decision.replies:
        return ()
    if any(reply.key.startswith(_ASKED) for reply in decision.replies):
        return decision.replies
    for reply in decision.replies:
        if number := reply.values.get("hotline"):
            placed = "" if ".unplaced" not in reply.key else ".unplaced"
            return (Reply(f"held.emergency{placed}", {"hotline": number}),)
        if reply.key.startswith(_GRAVE):
            return (Reply("held.emergency.none"),)
    # Whoever asks for discretion is obeyed; their order number cannot be told before it stands.
    return (Reply("discreet.go" if decision.conversation.mode is Mode.DISCREET else "held"),)


def is_grave(decision: Decision) -> bool:
    """Whether it tells of danger that those on duty must hear of at once."""
    facts = [each.facts for each in decision.effects if isinstance(each, File | Reroute)]
    return any(each.urgency is Urgency.EMERGENCY for each in facts) or any(
        "hotline" in reply.values for reply in decision.replies
    )


def talk(decision: Decision, before: Conversation) -> Conversation:
    """The conversation as it would be, had the message been filed.

    Of a question that was not put nothing is remembered. What would take a report to the desk that cannot open it is
    from now on a matter of its own, so that what is said next about it does not come where the report lies still.
    Danger is not remembered: when it is told again, it is heard anew.
    """
    after = decision.conversation
    asks = replies(decision) == decision.replies and decision.replies
    after = after if asks else replace(conversation.answered(after), later=(), tries=before.tries)
    ongoing = after.ongoing
    if ongoing is None:
        return after
    if before.ongoing is not None and ongoing.report == before.ongoing.report and not _moved(ongoing, before.ongoing):
        facts = replace(ongoing.facts, urgency=before.ongoing.facts.urgency)
        stands = before.ongoing if ongoing.report != NAME else replace(ongoing, facts=facts)
        return replace(after, ongoing=stands)
    calm = replace(ongoing.facts, urgency=Urgency.NORMAL)
    return replace(after, ongoing=replace(ongoing, report=NAME, facts=calm), before=None, overtaken=None)


def without(remembered: Conversation) -> Conversation:
    """What is remembered without a report that is not there: for the message that is filed at last.

    No question that was put meanwhile is answered by it: a "1" that waited must not erase anything.
    """
    bare = conversation.answered(remembered)
    if bare.ongoing is not None and bare.ongoing.report == NAME:
        bare = conversation.forgotten(bare)
    if bare.before is not None and bare.before.report == NAME:
        bare = replace(bare, before=None)
    elder = bare.overtaken
    return replace(bare, overtaken=None) if elder is not None and elder.ongoing.report == NAME else bare


def _moved(now: Ongoing, then: Ongoing) -> bool:
    return (now.office, now.desk) != (then.office, then.desk)
