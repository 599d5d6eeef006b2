"""A reporter and what storage would keep of them, so that tests of the conversation read as stories."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha512
from pathlib import Path

from bot import commands, hotlines, tickets
from bot.commands import Intent
from bot.decide import Heard, World, decide
from bot.nlp import places
from bot.nlp.places import Gazetteer
from bot.replies import Catalogue
from bot.vocabulary import (
    HELD,
    SEALED_DESKS,
    Alarm,
    Alerted,
    Analysis,
    Append,
    Asked,
    Case,
    Category,
    Channel,
    Consent,
    Conversation,
    Decision,
    Desk,
    Destination,
    Directory,
    Discretion,
    Effect,
    Erase,
    Explained,
    File,
    Guess,
    Hide,
    Join,
    Known,
    Language,
    Locale,
    Lock,
    Medium,
    Message,
    Mode,
    Mute,
    Office,
    OfficeKind,
    Place,
    Point,
    Put,
    Rendered,
    Reroute,
    Revoke,
    Sequel,
    Shift,
    Show,
    Status,
    Unlock,
    Unmute,
    Urgency,
    Veil,
)
from tests.bot import choices

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday noon in Baghdad
NIGHT = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)  # two o'clock there
HOTLINES = hotlines.load(ROOT / "bot" / "data" / "hotlines.csv")

WORKING = frozenset({Desk.GENERAL, Desk.URGENT, Desk.MEDIATION})


def office(code: str, kind: OfficeKind, desks: frozenset[Desk], **more: object) -> Office:
    """An office with its code for a name."""
    return Office(code=code, kind=kind, names={Locale.AR: code}, desks=desks, **more)  # type: ignore[arg-type]


def town() -> Directory:
    """Two forums, their governorate, the nation, two women's desks and oversight, with one person on duty at each."""
    offices = (
        office("forum-shula", OfficeKind.FORUM, WORKING, coverage=frozenset({"IQ-BG-shula"}), parent="gov-bg"),
        office("forum-karrada", OfficeKind.FORUM, WORKING, coverage=frozenset({"IQ-BG-karrada"}), parent="gov-bg"),
        office("gov-bg", OfficeKind.GOVERNORATE, WORKING | {Desk.SECURITY}, governorate="IQ-BG", parent="nation"),
        office("nation", OfficeKind.NATIONAL, WORKING),
        office("women-bg", OfficeKind.WOMEN, frozenset({Desk.WOMEN}), coverage=frozenset({"IQ-BG"}), parent="women-iq"),
        office("women-iq", OfficeKind.WOMEN, frozenset({Desk.WOMEN, Desk.CHILD})),
        office("watch", OfficeKind.OVERSIGHT, frozenset({Desk.OVERSIGHT})),
    )
    return Directory({each.code: replace(each, duty=_rota(each)) for each in offices})


def _rota(each: Office) -> Mapping[Desk, tuple[Shift, ...]]:
    return {desk: (Shift(f"{each.code}-{desk}", 0),) for desk in each.desks}


def unstaffed(directory: Directory) -> Directory:
    """The same offices with nobody in any rota."""
    return Directory({code: replace(each, duty={}) for code, each in directory.offices.items()})


@cache
def gazetteer() -> Gazetteer:
    """The product's own table of places."""
    return places.load(ROOT / "bot" / "nlp" / "data" / "places.tsv")


@cache
def catalogue() -> Catalogue:
    """The product's own words."""
    return Catalogue.load(ROOT / "locales")


def place(place_id: str) -> Place:
    """A place that must be there."""
    found = places.by_id(gazetteer(), place_id)
    assert found is not None
    return found


def meaning(
    category: Category = Category.OTHER,
    confidence: float = 0.9,
    *,
    at: str = "",
    urgency: Urgency = Urgency.NORMAL,
    sensitive: bool = False,
    guesses: tuple[Guess, ...] = (),
    **more: object,
) -> Analysis:
    """What the software might understand. at: id of the place it is sure of."""
    found = place(at) if at else None
    given: dict[str, object] = {"clean": "", "key": "", "language": Language.AR, "place": found} | more
    ranked = (Guess(category, confidence), *guesses)
    return Analysis(guesses=ranked, urgency=urgency, sensitive=sensitive, **given)  # type: ignore[arg-type]


THEFT = meaning(Category.THEFT, at="IQ-BG-shula")
THEFT_SOMEWHERE = meaning(Category.THEFT)
BEATEN = meaning(Category.DOMESTIC_VIOLENCE, at="IQ-BG-karrada", urgency=Urgency.HIGH, sensitive=True)
PLAIN = meaning(Category.OTHER, 0.3)
# As a text sounds that begins like a story ("اخذوا ماطور جارنا من الكراج"), and one that could hardly be anything else.
BEGINNING = Sequel(apart=1.5)
STORY = Sequel(apart=2.85)


OPEN = timedelta(minutes=10)
TALK = timedelta(minutes=30)
MARKED = timedelta(hours=24)


@dataclass
class Story:
    """One reporter on one channel. cases and codes: what storage keeps; effects: every one so far, in order.

    understand: what the pieces of a young report mean together. others, beside: of Discretion. hidden: the words that
    open what a discreet reporter told, with the report; None for who is not discreet. talk: a private one, forgotten
    after its time. parted: reports that were told in the open and became private. names: what each message is called in
    the chat, and the report that it became part of (None in private). asked: what they were asked to agree to.
    consents: the reports about which a yes stands. told_at: when the office spoke last. came_at: when the
    next message came, None for as it is said. veiled: reports of which no more is told than that something waits.
    resumes: the report of which the office spoke to them since their talk was forgotten (`forget`). only: a report
    whose own code was said minutes ago, which opens it alone.
    """

    channel: Channel = Channel.SMS
    address: str = "+964 770 000 0001"
    directory: Directory = field(default_factory=town)
    now: datetime = NOW
    conversation: Conversation = field(default_factory=Conversation)
    cases: dict[str, Case] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    muted: bool = False
    backups_days: int | None = None
    understand: Callable[[str], Analysis] | None = None
    alert: Alerted | None = None
    hidden: tuple[str, frozenset[str]] | None = None
    others: tuple[str, ...] = ()
    beside: bool = False
    open_until: datetime | None = None
    desks: dict[str, Destination] = field(default_factory=dict)
    talk: Conversation | None = None
    talk_until: datetime | None = None
    parted: set[str] = field(default_factory=set)
    veiled: frozenset[str] = frozenset()
    resumes: str = ""
    only: str = ""
    lately: bool = False
    names: dict[str, str | None] = field(default_factory=dict)
    asked: Asked | None = None
    consents: frozenset[str] = frozenset()
    told_at: datetime | None = None
    came_at: datetime | None = None
    effects: list[Effect] = field(default_factory=list)
    last: Decision | None = None
    turns: int = 0

    def say(
        self,
        text: str = "",
        analysis: Analysis | None = PLAIN,
        *,
        choice: str = "",
        media: tuple[Medium, ...] = (),
        point: Point | None = None,
        edit: bool = False,
        after: timedelta = timedelta(seconds=20),
        replied: str = "",
        **more: object,
    ) -> tuple[str, ...]:
        """Sends one message and gives the keys of the replies. replied: the report whose message it replies to.

        edit: of the message said last, or of the one that own_id names.
        """
        self.now += after
        self.turns += 1
        latest = next(reversed(self.names), "")
        own = str(more.pop("own_id", (latest if edit else "") or self.turns))
        message = Message(
            channel=self.channel,
            carrier="console",
            account="a",
            external_id=str(self.turns),
            address=self.address,
            sequence=self.turns,
            text=text,
            choice=choice,
            media=media,
            point=point,
            edit=edit,
            own_id=own,
            **more,  # type: ignore[arg-type]
        )
        heard = Heard(message, analysis if text else None, tickets.codes_in(text))
        entropy = sha512(str(self.turns).encode()).digest()
        world = World(self.directory, HOTLINES, gazetteer(), self.now, entropy, self.backups_days, self.understand)
        known = replace(self._known(heard.codes, text), replied=self.cases.get(replied))
        known = replace(known, edited=self.cases.get(self.names.get(own) or "") if edit else None)
        self.last = decide(known, heard, world)
        self._name(own, self.last)
        self._remember(self.last.conversation)
        self._tell(tuple(reply.key for reply in self.last.replies))
        for effect in self.last.effects:
            self._apply(effect)
        if self.channel is Channel.SMS and any(reply.options for reply in self.last.replies):
            for reply, sent in zip(self.last.replies, self.shown(), strict=True):
                choices.keep_to(reply, sent, reply.locale or self.last.locale)
        return tuple(reply.key for reply in self.last.replies)

    def shown(self) -> tuple[Rendered, ...]:
        """What the last message was answered, as it is sent."""
        assert self.last is not None
        render, spoken = catalogue().render, self.last.locale
        return tuple(render(each, channel=self.channel, locale=each.locale or spoken) for each in self.last.replies)

    @property
    def filed(self) -> list[File]:
        """The reports so far."""
        return [effect for effect in self.effects if isinstance(effect, File)]

    @property
    def just(self) -> tuple[Effect, ...]:
        """The effects of the last message."""
        assert self.last is not None
        return self.last.effects

    def _name(self, own: str, decision: Decision) -> None:
        """As storage traces it: what is kept while locked is about nothing, and so is all in private."""
        locked = {effect.report for effect in decision.effects if isinstance(effect, File) and effect.locked}
        locked |= {decision.conversation.locked.report} if decision.conversation.locked is not None else set()
        about = (effect.report for effect in decision.effects if isinstance(effect, File | Append | Reroute))
        private = decision.conversation.mode is Mode.PRIVATE
        now = None if private else next((report for report in about if report not in locked), None)
        self.names[own] = now or self.names.pop(own, None)

    def _tell(self, keys: tuple[str, ...]) -> None:
        """What our own replies are to the question that waits: its line again, or something said after it."""
        if self.asked is None or not keys or set(keys) <= {"consent.unsure", "consent.nudge"}:
            return
        passed = Explained.NO if self.asked.explained is Explained.NO else Explained.PASSED
        line = "consent.offer" in keys
        self.asked = replace(self.asked, explained=passed, replied=not line, offered=line or self.asked.offered)

    def answer(self, report: str, text: str = "نعم", status: Status = Status.IN_PROGRESS) -> None:
        """A member of staff answers."""
        case = self.cases[report]
        self.cases[report] = replace(case, status=status, answers=case.answers + 1, last_answer=text)
        self.told_at = self.now + timedelta(seconds=5)
        self._tell(("answer",))
        self.asked = replace(self.asked, offered=False) if self.asked is not None else None

    def forget(self) -> None:
        """Three days pass without a word of theirs: the talk is forgotten."""
        self.now += timedelta(days=4)
        self.conversation = Conversation()

    @property
    def locked(self) -> bool:
        """Whether a discreet reporter's word is needed now."""
        return self.hidden is not None and (self.open_until is None or self.now >= self.open_until)

    def _known(self, codes: tuple[str, ...], text: str) -> Known:
        talk = self.talk if self.talk_until is not None and self.now <= self.talk_until else None
        marked = talk is None and self.talk_until is not None and self.now < self.talk_until - TALK + MARKED
        self.lately = marked and self._is_known
        if marked and not self.lately and self.hidden is None:
            talk = Conversation(mode=Mode.PRIVATE)
        remembered = self.conversation if talk is None else talk
        kept = remembered.locked
        if kept is not None and (kept.report not in self.cases or self._closed(kept.report)):
            remembered = replace(remembered, locked=None)
        ongoing, discretion = remembered.ongoing, self._discretion(codes, text)
        coded = next((self.codes[code] for code in codes if code in self.codes), "")
        found = next((code for code in codes if code in self.codes), "")
        coded = coded or (discretion.report if discretion and discretion.said else "")
        return Known(
            conversation=remembered,
            by_code=replace(self.cases[coded], code=found) if coded in self.cases else None,
            by_short=not any(self.codes.get(code) == coded for code in codes if tickets.is_long(code)),
            latest=self.cases.get(ongoing.report) if ongoing else None,
            overtaken=self.cases.get(remembered.overtaken.ongoing.report) if remembered.overtaken else None,
            muted=self.muted,
            alert=self.alert,
            discretion=discretion,
            asked=self.asked,
            consents=tuple(each for each in self.consents if not codes or each == coded),
            lately_private=self.lately,
            told_at=self.told_at,
            came_at=self.came_at or self.now,
            theirs=self._theirs(discretion) if talk is None else (),
            veiled=bool(self.veiled & set(self.cases)),
            unveils=bool(found) and coded in self.veiled,
            resumes=self.cases.get(self.resumes),
            also=tuple(self.cases[one] for one in self._erased_besides(codes, text, found) if one in self.cases),
        )

    def _erased_besides(self, codes: tuple[str, ...], text: str, found: str) -> list[str]:
        words = tickets.without_codes(text)
        erases = commands.intent(words, "") is Intent.ERASE or commands.asks_to_erase(words)
        return [self.codes[code] for code in codes if code != found and code in self.codes] if erases else []

    def _theirs(self, discretion: Discretion | None) -> tuple[str, ...]:
        """What leads to them; behind their word only where it was said."""
        behind = discretion is not None and not (discretion.said or discretion.open)
        hidden = self.veiled if discretion is None else frozenset()
        joined = {effect.report for effect in self.effects if isinstance(effect, Join)}
        open_ones = [one.report for one in self.filed if one.mode is not Mode.PRIVATE and not one.locked]
        gone = self.parted | joined | hidden
        return () if behind else tuple(one for one in reversed(open_ones) if one in self.cases and one not in gone)

    @property
    def _is_known(self) -> bool:
        """Whether a report that stands leads to them."""
        theirs = {file.report for file in self.filed if file.mode is not Mode.PRIVATE and not file.locked}
        return bool((theirs - self.parted) & set(self.cases))

    @property
    def _is_quiet(self) -> bool:
        return self.hidden is not None or self.lately

    def _closed(self, report: str) -> bool:
        return report in self.cases and self.cases[report].status is Status.CLOSED

    def _discretion(self, codes: tuple[str, ...], text: str) -> Discretion | None:
        """As storage finds out whether her word was said: the whole message, its first word, or a code in it."""
        if self.hidden is None:
            return None
        report, words = self.hidden
        heard = {commands.fold(text), *commands.fold(text).split()[:1], *codes}
        is_open = not self.locked
        said, is_hers = bool(heard & words), bool(heard & words) or is_open
        others, beside = (self.others, self.beside) if is_hers else ((), False)
        late = said and not is_open and self.came_at is not None and self.now - self.came_at >= OPEN
        if self.only and not said:
            locked, there = Discretion(said, is_open, report, self.desks[report]), self.desks[self.only]
            return replace(locked, open=True, report=self.only, to=there, only=self.only, without=locked)
        if report not in self.cases:
            return Discretion(said, is_open, beside=beside, late=late)
        return Discretion(said, is_open, report, self.desks[report], others, beside, late)

    def _remember(self, after: Conversation) -> None:
        """A private talk is kept apart; what was known of who becomes private is known no more."""
        if after.mode is Mode.PRIVATE:
            if after.ongoing is not None and self.conversation.ongoing is not None:
                same = after.ongoing.report == self.conversation.ongoing.report
                self.conversation = Conversation() if same else self.conversation
                if same:
                    self.codes = {code: report for code, report in self.codes.items() if report != after.ongoing.report}
                    self.codes[after.ongoing.code] = after.ongoing.report
                    self.parted.add(after.ongoing.report)
                    self.hidden = None if self.hidden and self.hidden[0] == after.ongoing.report else self.hidden
            over = self.talk_until is None or self.now > self.talk_until
            self.talk, self.talk_until = after, self.now + TALK if over else self.talk_until
            return
        self.conversation = after
        if not self.lately or Show() in self.just:
            self.talk = self.talk_until = None

    def _apply(self, effect: Effect) -> None:
        self.effects.append(effect)
        match effect:
            case File(report=report, number=number, code=code):
                assert report not in self.cases
                assert bool(code) is not effect.locked
                self.cases[report] = Case(report, number, Status.NEW, self.now)
                self._lies(report, effect)
                if code:
                    self.codes[code] = report
            case Append(report=report):
                assert report in self.cases, "added to a report that storage does not have"
            case Erase(report=report):
                del self.cases[report]
            case Join(report=report, into=into):
                assert {report, into} <= set(self.cases), "joined what storage does not have"
                assert report != into
                self.cases[report] = replace(self.cases[report], status=Status.CLOSED)
            case Mute():
                self.muted = True
            case Unmute():
                self.muted = False
            case _:
                self._hide_or_show(effect)

    def _lies(self, report: str, effect: File | Reroute) -> None:
        """Where it is, and what its cards tell: nothing to us where they are sealed to people."""
        told = None if effect.to.desk in SEALED_DESKS else effect.facts
        office, desk = effect.to.office, effect.to.desk
        self.cases[report] = replace(self.cases[report], facts=told, office=office, desk=desk)
        if isinstance(effect, File):
            self.desks[report] = effect.to

    def _hide_or_show(self, effect: Effect) -> None:
        match effect:
            case Hide(report=report, words=words):
                assert report in self.cases
                assert words
                old = self.hidden[1] if self.hidden is not None and self.hidden[0] != report else frozenset()
                self.hidden = (report, old | {commands.fold(word) for word in words})
            case Veil():
                self.veiled |= {one.report for one in self.filed}
            case Show(unveiled=unveiled):
                assert self._is_quiet or self.veiled
                self.hidden = self.open_until = None
                self.veiled -= {unveiled}
            case Unlock():
                assert self.hidden is not None
                self.open_until = self.now + OPEN
            case Lock():
                self.open_until, self.only = None, ""
                if self.last is not None and self.last.conversation.mode is Mode.PRIVATE:
                    self.talk, self.talk_until = None, self.now - timedelta(seconds=1)
            case Reroute(report=report) if report in self.cases and effect.to.rule != HELD:
                self._lies(report, effect)
            case _:
                self._consents_to(effect)

    def _consents_to(self, effect: Effect) -> None:
        match effect:
            case Put(consent=consent):
                assert self.asked is not None
                assert (consent, self.asked.late) == (self.asked.consent, False)
                self.asked = replace(self.asked, explained=Explained.YES)  # it leaves at once
            case Consent(consent=consent, given=given):
                assert self.asked is not None
                assert (consent, self.asked.late) == (self.asked.consent, False)
                self.consents |= {self.asked.report} if given else frozenset()
                self.asked = None
            case Revoke(report=report):
                assert report in self.consents
                self.consents -= {report}
                self.asked = None if self.asked is None or self.asked.report == report else self.asked
            case Alarm(report=report):
                assert report in self.cases
            case _:
                pass
