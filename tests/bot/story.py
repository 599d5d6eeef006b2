"""A reporter and what storage would keep of them, so that tests of the conversation read as stories."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha512
from pathlib import Path

from bot import hotlines, tickets
from bot.decide import Heard, World, decide
from bot.nlp import places
from bot.nlp.places import Gazetteer
from bot.replies import Catalogue
from bot.vocabulary import (
    Alerted,
    Analysis,
    Append,
    Case,
    Category,
    Channel,
    Conversation,
    Decision,
    Desk,
    Directory,
    Effect,
    Erase,
    File,
    Guess,
    Join,
    Known,
    Language,
    Locale,
    Medium,
    Message,
    Mute,
    Office,
    OfficeKind,
    Place,
    Point,
    Rendered,
    Shift,
    Status,
    Unmute,
    Urgency,
)

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


@dataclass
class Story:
    """One reporter on one channel. cases and codes: what storage keeps; effects: every one so far, in order.

    understand: what the pieces of a young report mean together.
    """

    channel: Channel = Channel.SMS
    directory: Directory = field(default_factory=town)
    now: datetime = NOW
    conversation: Conversation = field(default_factory=Conversation)
    cases: dict[str, Case] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    muted: bool = False
    backups_days: int | None = None
    understand: Callable[[str], Analysis] | None = None
    alert: Alerted | None = None
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
        """Sends one message and gives the keys of the replies. replied: the report whose message it replies to."""
        self.now += after
        self.turns += 1
        message = Message(
            channel=self.channel,
            carrier="console",
            account="a",
            external_id=str(self.turns),
            address="+964 770 000 0001",
            sequence=self.turns,
            text=text,
            choice=choice,
            media=media,
            point=point,
            edit=edit,
            **more,  # type: ignore[arg-type]
        )
        heard = Heard(message, analysis if text else None, tickets.codes_in(text))
        entropy = sha512(str(self.turns).encode()).digest()
        world = World(self.directory, HOTLINES, gazetteer(), self.now, entropy, self.backups_days, self.understand)
        self.last = decide(replace(self._known(heard.codes), replied=self.cases.get(replied)), heard, world)
        self.conversation = self.last.conversation
        for effect in self.last.effects:
            self._apply(effect)
        return tuple(reply.key for reply in self.last.replies)

    def shown(self) -> tuple[Rendered, ...]:
        """What the last message was answered, as it is sent."""
        assert self.last is not None
        render = catalogue().render
        return tuple(render(reply, channel=self.channel, locale=self.last.locale) for reply in self.last.replies)

    @property
    def filed(self) -> list[File]:
        """The reports so far."""
        return [effect for effect in self.effects if isinstance(effect, File)]

    @property
    def just(self) -> tuple[Effect, ...]:
        """The effects of the last message."""
        assert self.last is not None
        return self.last.effects

    def answer(self, report: str, text: str = "نعم", status: Status = Status.IN_PROGRESS) -> None:
        """A member of staff answers."""
        case = self.cases[report]
        self.cases[report] = replace(case, status=status, answers=case.answers + 1, last_answer=text)

    def _known(self, codes: tuple[str, ...]) -> Known:
        ongoing = self.conversation.ongoing
        coded = next((self.codes[code] for code in codes if code in self.codes), "")
        return Known(
            conversation=self.conversation,
            by_code=self.cases.get(coded),
            latest=self.cases.get(ongoing.report) if ongoing else None,
            muted=self.muted,
            alert=self.alert,
        )

    def _apply(self, effect: Effect) -> None:
        self.effects.append(effect)
        match effect:
            case File(report=report, number=number, code=code):
                assert report not in self.cases
                self.cases[report] = Case(report, number, Status.NEW, self.now)
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
                pass
