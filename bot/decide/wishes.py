"""Obeys what a reporter commands: help, status, language, stop, erase, wipe and the like; and an officer's claim."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from bot import commands, conversation, tickets
from bot.commands import Intent
from bot.decide import advising, asking, helping, watched
from bot.decide.turn import Turn, decided
from bot.vocabulary import (
    Append,
    Case,
    Channel,
    Claim,
    Conversation,
    Decision,
    Erase,
    Locale,
    Mode,
    Mute,
    Ongoing,
    Option,
    Reply,
    Stage,
    Status,
    Teller,
    Unmute,
    Wipe,
)

_WIPE: Final = Option("v1:cmd:wipe", "choice.wipe")
_LANGUAGES: Final = tuple(Option(f"v1:lang:{locale}", f"language.{locale}") for locale in Locale)
_LATE: Final = Reply("late")


def obey(turn: Turn, intent: Intent) -> Decision | None:
    """What a command brings about; None when it commands nothing here ("yes" without a question)."""
    wish = _WISHES.get(intent)
    return wish(turn) if wish else None


def void(turn: Turn) -> Decision:
    """A tap that no longer counts, or that we never offered."""
    return decided(turn, replies=[_LATE])


def speak(turn: Turn, locale: Locale) -> Decision:
    """From now on in this language; a question that was not understood is put again in it."""
    after = conversation.answered(replace(turn.conversation, locale=locale))
    spoken = replace(turn, locale=locale)
    if (
        turn.ongoing is not None
        and not turn.ongoing.facts.lineage
        and after.tries > 0
        and conversation.may_ask_place(after)
    ):
        after, reply = asking.where(spoken, after, (), reply=Reply("place.ask"))
        return decided(spoken, after, replies=[reply])
    return decided(spoken, after, replies=[Reply("language.set")])


def status(turn: Turn) -> Decision:
    """How a case stands and the last answer: the one of a code, else the ongoing one."""
    known = turn.known
    case = known.by_code or (None if turn.heard.codes else _latest(turn))
    if case is None:
        return decided(turn, replies=[Reply("status.unknown" if turn.heard.codes else "status.which")])
    # Whoever asked for silence is not told that we shall write.
    replies = [Reply("case.new.silent" if known.muted and case.status is Status.NEW else f"case.{case.status}")]
    if case.answers and not case.last_answer and not turn.heard.codes:
        replies.append(Reply("answer.code"))  # it waits sealed, and her own word is no key to it
    if case.answers and not case.last_answer and known.by_code is not None and turn.heard.codes:
        replies.append(Reply("answer.again"))  # it was sealed to a code from before, and no other opens it
    if case.answers and case.last_answer:
        # The number may have another owner by now: what concerns her is read only with the code.
        unnamed = turn.ongoing is None or not turn.ongoing.code or turn.ongoing.facts.sensitive
        hers = known.by_code is None and unnamed
        replies.append(Reply("answer.code") if hers else Reply("answer", {"text": case.last_answer}))
    return decided(turn, _read(turn, case), replies=replies)


def _latest(turn: Turn) -> Case | None:
    """What is talked about; where another reads the phone, nothing: whoever holds it may not be who told it."""
    latest = turn.known.latest
    return None if latest is None or watched.hides(turn.known, latest.report) else latest


def _open(turn: Turn) -> Ongoing | None:
    """The same of the report that can be added to, of which the talk knows."""
    ongoing = turn.ongoing
    return None if ongoing is None or watched.hides(turn.known, ongoing.report) else ongoing


def _read(turn: Turn, case: Case) -> Conversation:
    """After a code alone what follows may be of its report; in private only of one that leads to nobody."""
    named = case is turn.known.by_code and not (turn.words or turn.attached)
    private = turn.conversation.mode is Mode.PRIVATE
    if not named or (private and not tickets.is_long(case.code)):
        return turn.conversation
    return replace(turn.conversation, read=case.report, read_at=turn.world.now)


def status_in_words(turn: Turn, report: str) -> Decision:
    """The same, asked in a sentence: staff read in it how long somebody has waited."""
    return replace(status(turn), effects=(Append(report),))


def erase(turn: Turn, report: str) -> Decision:
    """The report is destroyed, with others where all were meant, and the conversation about it forgotten.

    What remains of theirs is said: it is written to still.
    """
    ongoing, gone = turn.conversation.ongoing, (report, *turn.conversation.erasing)
    after = conversation.answered(turn.conversation)
    for one in gone:
        after = conversation.without(after, one)
    if ongoing is None or ongoing.report in gone:
        after = conversation.forgotten(turn.conversation)
    after = replace(after, erasing=tuple(one for one in turn.known.theirs if one not in gone))
    others, effects = [Reply("erase.others")] if after.erasing else [], [Erase(one) for one in gone]
    if turn.known.held:
        # It goes later; what led from it to her goes now.
        return decided(turn, after, replies=[Reply("erase.held"), *others], effects=effects)
    days = turn.world.backups_days
    done = Reply("erase.gone") if days is None else Reply("erase.done", {"count": str(days)})
    if turn.message.channel is Channel.TELEGRAM:
        # What stands on both phones is another matter than what we keep.
        done = replace(done, options=(_WIPE,))
        after = replace(after, options=(_WIPE.choice,))
    return decided(turn, after, replies=[done, *others], effects=effects)


def keep(turn: Turn) -> Decision:
    """She thought better of erasing."""
    return decided(turn, conversation.answered(turn.conversation), replies=[Reply("erase.kept")])


def claim(turn: Turn) -> Decision:
    """A duty officer takes the report whose alert reached their phone, if nobody was faster."""
    alert = turn.known.alert
    tapped = turn.message.choice.removeprefix("v1:claim:")
    if alert is None or tapped not in {"", alert.report}:
        return decided(turn, replies=[Reply("alert.late")])
    return decided(turn, replies=[Reply("alert.claimed")], effects=[Claim(alert.report, alert.staff)])


def _greet(turn: Turn) -> Decision:
    if _open(turn) is not None:
        # They have told what happened: "tell us" would sound as if it were lost.
        return decided(turn, replies=[Reply("hello.again")])
    return decided(turn, replies=[Reply("hello")]) if turn.conversation.introduced else helping.help_(turn)


def _thank(turn: Turn) -> Decision:
    """To the office when it has answered: it may be the answer to its question. Else we say you are welcome."""
    latest = turn.known.latest
    if turn.ongoing is not None and latest is not None and latest.answers:
        return decided(turn, effects=[Append(turn.ongoing.report)])
    return decided(turn, replies=[Reply("welcome")])


def _add(turn: Turn) -> Decision:
    return decided(turn, replies=[Reply("add.go" if _open(turn) else "add.which")])


def _new(turn: Turn) -> Decision:
    return decided(turn, conversation.forgotten(turn.conversation), replies=[Reply("new.go")])


def _language(turn: Turn) -> Decision:
    choices = tuple(option.choice for option in _LANGUAGES)
    after = conversation.asked(turn.conversation, Stage.LANGUAGE, choices)
    return decided(turn, after, replies=[Reply("language.ask", options=_LANGUAGES)])


def _stop(turn: Turn) -> Decision:
    return decided(turn, conversation.answered(turn.conversation), replies=[Reply("stopped")], effects=[Mute()])


def _nod(turn: Turn) -> Decision:
    """A sign of thanks: it may be the answer to the office's question, or one to the help that we gave."""
    if turn.ongoing is None:
        return helping.nudge(turn)
    kept = [Append(turn.ongoing.report)] if turn.known.latest is not None and turn.known.latest.answers else []
    return decided(turn, effects=kept)


def _wipe(turn: Turn) -> Decision:
    """Clears the chat. An answer would be a trace in it; by SMS there is nothing that we could delete."""
    if turn.message.channel is not Channel.TELEGRAM:
        return decided(turn, replies=[Reply("wipe.phone")])
    return decided(turn, conversation.answered(turn.conversation), effects=[Wipe()])


def _behalf(turn: Turn) -> Decision:
    """What is told next is told for someone else; in words beside an ongoing report, staff read it there."""
    ongoing = turn.ongoing
    if ongoing is None:
        return decided(turn, replace(turn.conversation, behalf=True, options=()), replies=[Reply("behalf.go")])
    kept = [Append(ongoing.report)] if turn.words and not turn.message.choice else []
    theirs = replace(ongoing, facts=replace(ongoing.facts, teller=Teller.OTHER))
    return decided(turn, replace(turn.conversation, ongoing=theirs), replies=[Reply("behalf.go")], effects=kept)


def _start(turn: Turn) -> Decision:
    """The welcome, the same for every link: which office's poster one came by is nobody's business who looks on."""
    named = commands.origin(turn.message.text)
    offices = turn.world.directory.offices
    office = offices.get(named) or next(
        (each for each in offices.values() if each.code.casefold() == named.casefold()), None
    )
    if office is None or not named:
        return _resume(turn)
    known = replace(turn.known, conversation=replace(turn.conversation, origin=office.code))
    return _resume(replace(turn, known=known))


def _resume(turn: Turn) -> Decision:
    return decided(turn, replies=[Reply("resumed")], effects=[Unmute()]) if turn.known.muted else helping.help_(turn)


def _hush(turn: Turn) -> Decision:
    """Whoever says "do not write to me" gets no confirmation either: it would be the message they fear."""
    kept = [Append(turn.ongoing.report)] if turn.ongoing else []
    return decided(turn, conversation.answered(turn.conversation), effects=[*kept, Mute()])


def _advise(turn: Turn) -> Decision:
    """To its digit or button; a word brings the offer, and before anything is told how to begin."""
    ongoing = _open(turn)
    if turn.picked == advising.OFFER and (ongoing or turn.ongoing is None):
        return advising.told(turn)
    return _greet(turn) if ongoing is None else advising.asked(turn, ongoing)


def ask_erase(turn: Turn) -> Decision:
    """Which report, and "really?": nothing is destroyed without a yes. An edit is about the report of its message.

    About none where that is veiled: whoever holds the phone can edit what she wrote. All of theirs where they say so,
    beside a code or in the talk about one of these; or each whose code stands here.
    """
    meant = _meant(turn)
    if not meant:
        return decided(turn, replies=[Reply("status.unknown" if turn.heard.codes else "erase.which")])
    # Said whether or not there are others: whoever holds the phone may only know that not all goes by one code.
    some = commands.means_all(turn.words) and turn.known.veiled
    asked = _asked_to_erase(turn, meant)
    return replace(asked, replies=(Reply("erase.each"), *asked.replies)) if some else asked


def ask_to_erase_again(turn: Turn) -> Decision:
    """The question "erase?" once more, about the same: what was said to it may have been meant for something else."""
    talk = turn.conversation
    asked = _asked_to_erase(turn, (conversation.erased_by(talk.options[0]), *talk.erasing))
    return replace(asked, effects=(Append(turn.ongoing.report),)) if turn.ongoing is not None else asked


def _asked_to_erase(turn: Turn, meant: tuple[str, ...]) -> Decision:
    options = (
        Option(conversation.to_erase(meant[0], also=meant[1:]), "choice.erase"),
        Option("v1:cmd:no", "choice.keep"),
    )
    after = conversation.asked(turn.conversation, Stage.ERASE, tuple(option.choice for option in options))
    count = {"number": str(len(meant))}
    ask = Reply("erase.ask", options=options) if len(meant) == 1 else Reply("erase.ask.all", count, options)
    return decided(turn, replace(after, erasing=meant[1:]), replies=[ask])


def _meant(turn: Turn) -> tuple[str, ...]:
    known, codes = turn.known, turn.heard.codes
    named = [case.report for case in (known.by_code, *known.also) if case is not None]
    if not named and known.edited is not None:
        return () if watched.hides(known, known.edited.report) else (known.edited.report,)
    if not codes and not named:
        left = [one for one in turn.conversation.erasing if one in known.theirs]
        latest = _latest(turn)
        named = [latest.report] if latest is not None else left[:1]
    more = known.theirs if named and commands.means_all(turn.words) else ()
    return tuple(dict.fromkeys([*named, *more]))


def ask_erase_in_words(turn: Turn, report: str) -> Decision:
    """A sentence that asks to erase: its words are kept until the yes, for they may tell of danger."""
    asked = ask_erase(turn)
    return replace(asked, effects=(Append(report),))


# YES, NO and CLAIM mean something only as answers; bot.decide.policy knows to what.
_WISHES: Final[Mapping[Intent, Callable[[Turn], Decision]]] = {
    Intent.START: _start,
    Intent.HELP: helping.help_,
    Intent.MORE: helping.more,
    Intent.STATUS: status,
    Intent.ADD: _add,
    Intent.NEW: _new,
    Intent.LANGUAGE: _language,
    Intent.ARABIC: lambda turn: speak(turn, Locale.AR),
    Intent.KURDISH: lambda turn: speak(turn, Locale.CKB),
    Intent.ENGLISH: lambda turn: speak(turn, Locale.EN),
    Intent.STOP: _stop,
    Intent.CANCEL: _stop,
    Intent.RESUME: _resume,
    Intent.ERASE: ask_erase,
    Intent.HUSH: _hush,
    Intent.ASK: helping.ask,
    Intent.GREETING: _greet,
    Intent.THANKS: _thank,
    Intent.NOD: _nod,
    Intent.WIPE: _wipe,
    Intent.BEHALF: _behalf,
    Intent.ADVICE: _advise,
}
