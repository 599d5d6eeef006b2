"""The order in which a message is weighed, and who is answered at all."""

from dataclasses import replace
from typing import Final

from bot import commands, conversation
from bot.commands import Intent
from bot.decide import (
    advising,
    asking,
    consenting,
    discreet,
    joining,
    lasting,
    locked,
    modes,
    officer,
    picking,
    private,
    putting,
    restraint,
    resuming,
    revising,
    signs,
    telling,
    watched,
    where,
    wishes,
    withdrawing,
)
from bot.decide.turn import Heard, Turn, World, coded, decided, listen
from bot.vocabulary import Decision, File, Known, Mode, Mute, Reply, Stage

# Words that are no wish to hear from us: whoever asked for silence and sends them still wants silence.
_WISHLESS: Final = frozenset({None, Intent.GREETING, Intent.THANKS, Intent.NOD, Intent.YES, Intent.NO, Intent.HUSH})
# Whoever taps or types these wants words from us, whatever else is in them.
_OBEYED_ALOUD: Final = frozenset({Intent.START, Intent.RESUME, Intent.HELP, Intent.STATUS})


def decide(known: Known, heard: Heard, world: World) -> Decision:
    """All that follows from one message. Pure; total over messages; ValueError only for a directory without offices.

    *A concern is never lost.* Whatever is not purely a command, a greeting, thanks, a choice or a code is filed or
    added: text, photo, voice, pin, edit (to the report of its own message: bot.decide.revising). Without an ongoing
    report, signs that are no words ("؟؟؟", one emoji, one digit) get help instead; with one they are added. Stickers,
    cards and news of the chat tell nothing; nor do edits that change nothing and pins that move on (bot.decide.signs).

    *What belongs to the ongoing report* (bot.decide.belongs): sure is its code, the answer to our question, a text said
    once more, and a reply that tells no other matter. Else wording, kind, place and time are weighed. In doubt it is a
    report of its own at once, and one digit is asked: "1" joins both, anything else leaves it. Nothing belongs to what
    was closed or erased, and nothing sensitive comes unasked into what is not.

    *What is said to an addition*: on an open question its next step; the hotline when it became an emergency; else
    "added" at most once an hour. Edits, the pictures of an album and the parts of a long SMS get silence, but for the
    hotline.

    *Loops*: at most eight replies an hour, twenty when they are asked for or are a hotline (bot.decide.restraint).

    *Taps* count while they belong to the last question, or to the one about the report before that; others
    are told that they came late and change nothing.

    *Silence*: after "stop" a concern is filed and added as ever, unanswered and unasked; commands are answered. Whoever
    asks not to be written to, or says that another reads this phone, is heard and from then on silent, at once; but
    what the latter tells gets its number (bot.decide.watched).

    *Waiting* may be said in many words beside an open report ("صارلي يومين منتظر"): how it stands is told, and the
    words are kept as a part (bot.decide.waiting); pious and kind phrases there are kept as little as thanks.

    *Erasing* may be asked for in a sentence; it is asked back, and nothing is destroyed without a yes.

    *Modes*: what comes to a discreet reporter while her word was not said is kept and answered by a decoy, before all
    else (bot.decide.discreet); a private talk, and whoever comes back with sixteen digits, is weighed like any, but
    nothing is decided in it that needs a known sender (bot.decide.private).
    """
    heard = coded(known, heard)
    if locked.applies(known, heard):
        return locked.decide(listen(known, heard, world))
    known, heard = private.entered(known, heard), discreet.without_word(known, heard, world)
    known = before = replace(known, conversation=lasting.standing(known, heard.message))
    known = resuming.talk(known, heard, world)
    known = replace(known, conversation=consenting.beneath(listen(known, heard, world)))
    turn = listen(known, heard, world)
    if advising.answers_the_office(turn):
        turn = replace(turn, picked="", intent=commands.intent(turn.words, ""))
    if heard.message.entered_by:
        # Whoever types for a caller is told by the console; there is nobody here to be answered.
        turn = replace(turn, known=replace(turn.known, muted=True))
        return putting.only_if_put(replace(_weigh(turn), replies=()))
    said = known.discretion is not None and known.discretion.said
    decision = discreet.unlocked(turn, _weigh) if said else _offered(turn, _weigh(turn))
    if locked.closes(turn, decision):
        return locked.close(listen(before, heard, world))
    again = private.again(known) if private.stays(turn, decision) else resuming.without(before, turn, decision)
    if again is not None:
        return decide(again, heard, world)
    decision = withdrawing.silently(turn, withdrawing.told(turn, decision))
    decision = watched.neutral(turn, decision)
    spoken = _spoken(turn, consenting.put(turn, decision), muted=known.muted and not said)
    spoken = discreet.late(turn, watched.veiled(turn, spoken))
    told = resuming.kept(before, turn, putting.only_if_put(discreet.untold(restraint.restrained(turn, spoken))))
    kept = asking.veiled(private.kept(turn, told) if told.conversation.mode is Mode.PRIVATE else told)
    after = conversation.dated(kept.conversation, known.conversation, kept.replies, now=world.now)
    return replace(kept, conversation=after)


def _offered(turn: Turn, decision: Decision) -> Decision:
    """With what stands below the first answer of an ordinary report: advice, and the two quieter ways."""
    return advising.offered(modes.offered(turn, decision))


def _spoken(turn: Turn, decision: Decision, *, muted: bool) -> Decision:
    """Without the replies that its sender does not want. muted: they asked for silence before this message."""
    if turn.hushed and turn.intent not in _OBEYED_ALOUD:
        silence = () if muted or Mute() in decision.effects else (Mute(),)
        told = watched.numbered(turn, decision)
        return replace(decision, replies=told, effects=(*decision.effects, *silence))
    if muted and not _wishes(turn):
        # At the question "erase?" its outcome is told, whatever else is kept in silence.
        erasing = turn.conversation.stage is Stage.ERASE
        told = tuple(reply for reply in decision.replies if erasing and reply.key.startswith("erase."))
        return replace(decision, replies=told)
    return decision


def _weigh(turn: Turn) -> Decision:
    withdrawn = withdrawing.taken_back(turn)
    if withdrawn is not None:
        return withdrawn
    for sign in (signs.of_the_chat, signs.of_the_hand, revising.elsewhere, signs.repeated, signs.in_pieces):
        seen = sign(turn)
        if seen is not None:
            return seen
    if consenting.is_tap(turn):
        return consenting.tapped(turn) or wishes.void(turn)
    if turn.picked is None:
        again = conversation.confirms_again(turn.conversation, turn.message.choice)
        if again and turn.ongoing is not None:
            return decided(turn, replies=[asking.noted(turn, turn.ongoing.facts.lineage)])
        return picking.overtaken(turn) or wishes.void(turn)
    if _claims(turn):
        return wishes.claim(turn)
    return _confirmed(turn) if turn.conversation.stage is Stage.ERASE else _answered(turn) or _meant(turn)


def _answered(turn: Turn) -> Decision | None:
    """The answer in words to one of our yes-or-no questions; None when it is none."""
    agreed = consenting.in_words(turn)
    if agreed is not None:
        return agreed
    one = joining.answer(turn)
    if one is not None:
        return picking.joined(turn, one=one)
    if officer.takes_back(turn):
        return officer.release(turn)
    woman = officer.answer(turn)
    if woman is not None and turn.ongoing is not None:
        return picking.prefer(turn, turn.ongoing, woman=woman)
    right = where.confirms(turn) if turn.conversation.stage is Stage.PIN else None
    if right is not None and turn.ongoing is not None:
        return picking.pinned(turn, turn.ongoing, right=right)
    return None


def _meant(turn: Turn) -> Decision:
    """A command, a tap, a code alone, or what somebody tells us."""
    if discreet.chosen(turn):
        return discreet.choose(turn, discreet.chosen(turn))
    if turn.conversation.stage is Stage.WORD:
        turn = replace(turn, known=replace(turn.known, conversation=conversation.answered(turn.conversation)))
    obeyed = (modes.obey(turn, turn.intent) or wishes.obey(turn, turn.intent)) if turn.intent is not None else None
    if obeyed is not None:
        return obeyed
    if turn.picked and turn.intent is None:
        return picking.picked(turn, turn.picked)
    return wishes.status(turn) if _asks(turn) else telling.said(turn)


def _wishes(turn: Turn) -> bool:
    """Whether it asks us for something, so that even who asked for silence wants an answer."""
    return bool(turn.message.choice) or turn.intent not in _WISHLESS or _asks(turn) or _erases(turn)


def _erases(turn: Turn) -> bool:
    """Whether a sentence asks to erase the ongoing report: a wish, unless silence is asked for in it too."""
    return telling.plain(turn) and turn.ongoing is not None and commands.asks_to_erase(turn.words)


def _asks(turn: Turn) -> bool:
    """Whether it is a code alone: that asks how things stand."""
    return bool(turn.heard.codes) and not turn.words and not turn.attached


def _claims(turn: Turn) -> bool:
    if turn.intent is Intent.CLAIM and turn.message.choice:
        return True
    waits = turn.known.alert is not None and turn.conversation.stage is Stage.IDLE and not turn.attached
    return waits and (turn.intent is Intent.CLAIM or commands.digit(turn.words) == 1)


def _agrees_to_erase(turn: Turn, choice: str) -> bool:
    """Whether it is a yes to this question alone: its button, or words when nothing else was said to them since."""
    if turn.message.choice:
        return turn.picked == choice
    if turn.message.edit or turn.message.forwarded or _is_for_another(turn) or not lasting.is_recent(turn):
        return False
    again = turn.intent is Intent.ERASE and not turn.heard.codes and lasting.is_read(turn)
    agrees = turn.intent is Intent.YES or commands.agrees_to_erase(turn.words)
    yes = (agrees or again) and not commands.asks_back(turn.words)
    return yes or turn.picked == choice


def _is_for_another(turn: Turn) -> bool:
    """Whether words said now answer something else: what was said since the question, or what they point to."""
    if turn.message.choice:
        return False
    return (
        lasting.is_passed(turn.known) or lasting.is_older(turn.known) or lasting.points_back(turn.known, turn.message)
    )


def _agrees_to_nothing(turn: Turn, choice: str) -> bool:
    """Whether it is a yes to what came after the question, in no talk about a report that they told in it."""
    own = not (turn.message.edit or turn.message.forwarded or turn.attached) and turn.known.replied is None
    yes = turn.intent is Intent.YES or commands.agrees_to_erase(turn.words) or turn.picked == choice
    told = turn.ongoing is not None and bool(turn.ongoing.code)
    return own and yes and not (told or turn.heard.codes) and lasting.is_recent(turn)


def _confirmed(turn: Turn) -> Decision:
    """At the question "erase?": only a clear yes erases; any other words are heard, and nothing is erased."""
    asked = turn.conversation.options[:1]
    if asked and _agrees_to_erase(turn, asked[0]):
        return wishes.erase(turn, conversation.erased_by(asked[0]))
    if _is_for_another(turn):
        if asked and _agrees_to_nothing(turn, asked[0]):
            return wishes.ask_to_erase_again(turn)
        turn = replace(turn, picked="", intent=commands.intent(turn.words, ""))  # a digit, a no too, is for staff
    elif turn.intent in {Intent.NO, Intent.CANCEL}:
        return wishes.keep(turn)
    idle = replace(turn.conversation, stage=Stage.IDLE, options=(), erasing=())
    later = _weigh(replace(turn, known=replace(turn.known, conversation=idle)))
    pardon = commands.asks_back(turn.words) and len(turn.words.split()) == 1
    merely = pardon or (turn.intent not in {Intent.HUSH, Intent.WIPE} and telling.merely_added(later))
    if merely:
        return replace(later, replies=(Reply("erase.kept"),))
    # What was told instead has a code of its own; they are not to believe that the other is gone.
    files = any(isinstance(effect, File) and effect.mode is not Mode.DISCREET for effect in later.effects)
    untold = files and not turn.known.muted
    return replace(later, replies=(Reply("erase.kept"), *later.replies)) if untold else later
