"""What a reporter may ask of us: the names of the commands, and nothing else."""

from enum import StrEnum


class Intent(StrEnum):
    """What a reporter may ask of us, apart from telling a concern. The values stand in "v1:cmd:<value>".

    HUSH: do not write to me; obeyed without a word, where STOP is confirmed. ASK: who are you, who learns my name?
    MORE: the rest of the help. WIPE: delete what we wrote to each other, not the report. BEHALF: for someone else. NOD:
    a sign of thanks. PRIVATE, DISCREET, ORDINARY: see bot.vocabulary.Mode. WORD: a word of one's own shall open; LOCK:
    it is needed again. WOMAN: a woman shall read it. NOTED: the code is written down. ADVICE: what to do until somebody
    comes.
    """

    START = "start"
    HELP = "help"
    MORE = "more"
    STATUS = "status"
    ADD = "add"
    NEW = "new"
    LANGUAGE = "language"
    ARABIC = "arabic"
    KURDISH = "kurdish"
    ENGLISH = "english"
    STOP = "stop"
    CANCEL = "cancel"
    RESUME = "resume"
    ERASE = "erase"
    HUSH = "hush"
    ASK = "ask"
    GREETING = "greeting"
    THANKS = "thanks"
    NOD = "nod"
    WIPE = "wipe"
    BEHALF = "behalf"
    YES = "yes"
    NO = "no"
    CLAIM = "claim"
    PRIVATE = "private"
    DISCREET = "discreet"
    ORDINARY = "ordinary"
    WORD = "word"
    LOCK = "lock"
    WOMAN = "woman"
    NOTED = "noted"
    ADVICE = "advice"
