"""Plays written two-message dialogues and prints what becomes of the second messages.

    .venv/bin/python -m tools.dialogues [FILE]

Without a file: the blind ones, of which only the table is shown, so that nobody tunes on them. Of another file in the
same form, each row's id and what its second message became.
"""

import sys
from pathlib import Path

from bot.nlp.analyse import Understanding
from tests.bot.dialogues.play import BLIND, play, read, table


def main() -> None:
    """Plays a file."""
    given = [Path(each) for each in sys.argv[1:]]
    understanding = Understanding.load()
    played = [play(understanding, dialogue) for dialogue in read(given[0] if given else BLIND)]
    for each in played if given else ():
        print(each.dialogue.id, each.dialogue.expected, each.became, sep="\t")
    print(table(played))


if __name__ == "__main__":
    main()
