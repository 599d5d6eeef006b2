"""Which lists of phrases there are, and what each is for. The phrases themselves are in the file of their language."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.commands.intents import Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """What is said in one language; "" where it says a thing in no way of its own.

    Only a whole text commands, but for opening words (surely_private, another, will_not) and what asks to erase.
    """

    # Each a whole text: "حذف" erases, "اريد حذف الصور من صفحته" is a concern. Words that a concern may consist of
    # ("help me", "ساعدوني", "كافي") are left out on purpose. No phrase may command two things.
    alone: Mapping[Intent, str]

    # These may be strung together: "هلو شلونكم صباح الخير".
    greetings: str = ""
    # So may these, with greetings too.
    thanks: str = ""
    # These may stand beside words of thanks, never alone: "ولدي" may begin a story.
    beside_thanks: str = ""

    # A sentence made of nothing but these asks how things stand: first what is asked, then of what.
    how_far: str = ""
    of_what: str = ""
    # What of `how_far` may also begin a story needs a question mark, or something that it asks about.
    begins_a_story: str = ""
    # These ask how things stand only with a question mark: "صار شي" also begins a story.
    asked: str = ""

    # A wish for a woman is made of these and nothing else: what more is said may be a concern.
    wishing: str = ""
    # Of these, one at least says that something is wanted: "there is a woman" begins a story.
    wanting: str = ""
    # Names of her work, which are enough.
    woman: str = ""
    # Only beside a word of wanting: alone, "مرة" is "once".
    woman_if_wanted: str = ""
    # Whoever works here, which may stand beside a word for her: "ضابط مرة".
    at_work: str = ""
    # What sounds like her, and is not: "اول مرة".
    not_her: str = ""
    # "Not" and "a man", after a wish for a woman: "مو رجل".
    rather_not: str = ""
    a_man_instead: str = ""
    # No man shall read it: a wish for a woman too, though it names none. "No", "a man", and how a language says it.
    none_of: str = ""
    man: str = ""
    shall_not_read: str = ""

    # What a wish to be private is made of, beside a word for it (alone, PRIVATE): "اريد اقدم بلاغ سري".
    filing: str = ""
    # What says so plainly enough to begin a text that goes on to tell.
    surely_private: str = ""
    # Each may stand before the word that somebody chooses for herself: "كلمتي زيتون".
    my_word: str = ""

    # A short text that begins with one of these, or holds one of them and a word for what was sent, asks to erase.
    erasing: str = ""
    # These may stand before it.
    please: str = ""
    # So does one that begins with these.
    regrets: str = ""
    # Beside a yes to "erase it?", or beside the wish, these add nothing, in whatever order they stand.
    hasty: str = ""
    sent: str = ""
    # With one of these all that they sent is meant, not the last of it.
    all_of: str = ""
    # What others hold is not ours to erase: "احذفوا صوري من صفحته" is a concern.
    not_ours: str = ""
    # Only with a word for what was sent: "الغوا السيطرة" is a concern.
    taking_back: str = ""
    taken_back: str = ""
    # Alone these take a consent back, and mean nothing else.
    withdrawing: str = ""
    # These do where one stands; elsewhere they may be a wish to erase, or a concern.
    regretting_it: str = ""
    # So do short words made of nothing but these, one of each at least, and words that regret: not to share; with whom,
    # or what; and what may stand between them.
    unshare: str = ""
    unshared: str = ""
    between: str = ""
    # With a slash these are not the word that erases: they clear the chat.
    wiping: str = ""

    # A text that begins with one of these tells of another concern.
    another: str = ""
    # In answer to "where?": no wish, or no way, to say it. The second may go on.
    unsaid: str = ""
    will_not: str = ""

    # The digits of what we offer, said as words; before one the second may stand: "رقم 1".
    one: str = ""
    two: str = ""
    three: str = ""
    numbered: str = ""
