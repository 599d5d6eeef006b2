"""What is told to somebody whose words are kept but cannot be filed yet, for nobody knows who would read them.

Nothing of it says more than that the message came; in danger, whom to call. The code comes once it is filed.
"""

from typing import Final

from bot.vocabulary import Append, Decision, File, Mode, Mute, Reply, Reroute

_FILED: Final = "filed.emergency"
_ADDED: Final = "added.emergency"


def replies(decision: Decision) -> tuple[Reply, ...]:
    """In place of a decision that could not be carried out; () to whoever would hear nothing, or is told in private."""
    quiet = decision.conversation.mode is not Mode.NORMAL or any(isinstance(each, Mute) for each in decision.effects)
    told = any(isinstance(each, File | Append | Reroute) for each in decision.effects)
    if quiet or not told or not decision.replies:
        return ()
    for reply in decision.replies:
        if number := reply.values.get("hotline"):
            placed = "" if ".unplaced" not in reply.key else ".unplaced"
            return (Reply(f"{_ADDED}{placed}", {"hotline": number}),)
        if reply.key.startswith((_FILED, _ADDED)):
            return (Reply(f"{_ADDED}.none"),)
    return (Reply("held"),)
