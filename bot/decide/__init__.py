"""The policy, what follows from one message.

`policy` orders, `wishes` obeys commands, `telling` reads what is told, `filing` makes a report of it, `adding` adds.
"""

from bot.decide.policy import decide
from bot.decide.turn import Heard, World

__all__ = ["Heard", "World", "decide"]
