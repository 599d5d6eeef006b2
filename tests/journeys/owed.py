"""What whoever tells something is owed, in whatever order things come: from the threat model and decisions 28 to 31.

It knows nothing of how the application keeps its promises. Where these leave room the model takes the wider one.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from tests.journeys.acts import Answers, Closes, Done, Passes, Says, Tells

# For so long what a code showed may be seen by who asks: ten minutes of a word, half an hour of a talk.
_SHOWN: Final = timedelta(minutes=35)
_FORGOTTEN: Final = timedelta(days=59)  # of silence: about then the way to a phone goes
HIDE: Final = ("يفتشون موبايلي", "كتمان")
SHOW: Final = "وضع عادي"
STOP, RESUME, PRIVATE = "توقف", "استئناف", "سري"
_A_DAY: Final = timedelta(hours=25)
_SIXTEEN: Final = 16  # digits of the code of what is private
_NUDGES: Final = ("طلبك جاهز", "عندك سؤال ينتظر")
_ORDER: Final = "رقم الطلب"
_ERASING: Final = "لا رجعة في ذلك"
_AGREEING: Final = ("3 نعم", "3 للموافقة")
# Whatever says that something was told on this phone.
_BETRAYS: Final = ("نمسح رسالتك", "نمسحها كلها", "رسائل أخرى لك", "رسائلك السابقة", "يوجد رد", "رد على رسالتك")


@dataclass(slots=True)
class Owed:
    """Of one report. way: open, hidden, private, or locked: it came while a word locked the phone. codes: its own.

    keys: the codes by which the phone may show what it hides. shown: until when what its keys showed may be seen.
    """

    way: str = "open"
    codes: set[str] = field(default_factory=set)
    keys: set[str] = field(default_factory=set)
    answers: list[str] = field(default_factory=list)
    shown: datetime | None = None
    closed: bool = False
    once_hidden: bool = False  # by which code it was shown again, the model does not know for sure

    def is_open(self, at: datetime) -> bool:
        """Whether the phone may show it to whoever holds it."""
        return self.way == "open" or (self.shown is not None and at < self.shown)


@dataclass(slots=True)
class Model:
    """last: what the phone showed since its last message. asking: the code beside the last wish to erase."""

    reports: dict[str, Owed] = field(default_factory=dict)
    muted: bool = False
    last: list[str] = field(default_factory=list)
    asking: str = ""
    spoken: datetime | None = None
    private: datetime | None = None
    veiled: bool = False

    def holds(self, done: Done) -> None:
        """Remembers what is owed from now on. AssertionError, with what was broken."""
        for owed in self.reports.values():
            if done.code and done.code in owed.keys:
                owed.shown = done.before.at + _SHOWN
        self._nothing_is_lost(done)
        self._nobody_is_told(done)
        self._what_is_told_after_a_veil_is_hidden(done)
        self._an_answer_arrives(done)
        self._a_yes_answers_the_last_question(done)
        self._nothing_private_is_linked(done)
        self._remember(done)

    def _nothing_is_lost(self, done: Done) -> None:
        before, after = done.before.reports, done.after.reports
        assert before.keys() <= after.keys(), "a report is gone"
        for one, stands in after.items():
            was = before.get(one)
            if stands.erased:
                assert was is not None, "what was told was never kept"
                if not was.erased:
                    self._may_be_erased(done, one)
            elif was is not None and not was.closed:
                assert stands.parts >= was.parts, "a part of a report is gone"
        if isinstance(done.act, Tells):
            kept = [sum(r.parts for r in seen.values() if not r.erased) for seen in (before, after)]
            assert kept[1] > kept[0], "what was told is kept nowhere"

    def _may_be_erased(self, done: Done, report: str) -> None:
        assert isinstance(done.act, Says), "something was erased by nobody's word"
        assert done.act.text in {"نعم", "1"} or done.act.text.startswith("حذف"), (
            "something was erased by what is no yes"
        )
        assert self.last, "something was erased without a question"
        assert _ERASING in self.last[-1], "something was erased that was not asked about last"
        owed = self.reports[report]
        if owed.codes and not owed.is_open(done.before.at):
            assert self.asking in owed.keys, "something was erased without its code"

    def _nobody_is_told(self, done: Done) -> None:
        at = done.before.at
        stands = {one: owed for one, owed in self.reports.items() if not done.before.reports[one].erased}
        for one, owed in stands.items():
            if not owed.is_open(at):
                hidden = (*owed.answers, *(owed.codes - done.new.keys()), done.before.reports[one].number)
                assert not any(word in text for word in hidden for text in done.said), "what is hidden was told"
        if isinstance(done.act, Says) and not done.code and not any(owed.is_open(at) for owed in stands.values()):
            assert not any(word in text for word in _BETRAYS for text in done.said), "that something was told is shown"

    def _what_is_told_after_a_veil_is_hidden(self, done: Done) -> None:
        if self.veiled and isinstance(done.act, Tells):
            six = [code for code in done.new if len(code) != _SIXTEEN]
            named = [text for text in done.said for code in six if code in text]
            assert all(_ORDER in text for text in named), "what was told after a veil is told of in the open"

    def _an_answer_arrives(self, done: Done) -> None:
        if not isinstance(done.act, Answers):
            return
        owed = self.reports[done.about]
        sure = self.spoken is not None and done.before.at - self.spoken < _FORGOTTEN
        match owed.way:
            case "private" | "locked":
                assert done.said == [], "an answer went to a phone that is to be forgotten, or may be another's"
            case "hidden":
                assert all(text.startswith(_NUDGES) for text in done.said), "more than that something waits was told"
                assert done.said or self.muted or owed.closed or not sure, "of an answer the phone was told nothing"
            case _:
                waits = owed.once_hidden and any(text.startswith(_NUDGES) for text in done.said)
                arrives = waits or any(done.text in text for text in done.said)
                assert arrives or self.muted or owed.closed or not sure, "an answer did not arrive"

    def _a_yes_answers_the_last_question(self, done: Done) -> None:
        for one in done.after.agreed.keys() - done.before.agreed.keys():
            assert isinstance(done.act, Says), "a yes came from nobody"
            assert done.act.text in {"3", "نعم"}, "what is no yes agreed"
            assert self.last, "a yes answers nothing"
            assert any(word in self.last[-1] for word in _AGREEING), "a yes answers another question"
            assert self.reports[done.after.agreed[one]].is_open(done.before.at), "who has not its code agreed"

    def _nothing_private_is_linked(self, done: Done) -> None:
        for one, owed in self.reports.items():
            ended = owed.shown is None or done.after.at > owed.shown
            linked = owed.way == "private" and ended and isinstance(done.act, Passes) and one in done.after.led
            assert not linked, "what is private leads to a phone"

    # ── From now on ──
    def _remember(self, done: Done) -> None:
        for report in done.after.reports.values():
            if report.id not in self.reports:
                self.reports[report.id] = Owed("locked" if report.kept_while_locked else "open")
        self._coded(done)
        if isinstance(done.act, Answers):
            self.reports[done.about].answers.append(done.text)
        if isinstance(done.act, Closes):
            self.reports[done.about].closed = True
        if isinstance(done.act, Says | Tells):
            self._wished(done)
            self.asking, self.last = done.code, []
        self.last += done.said
        if done.said or isinstance(done.act, Says | Tells):
            self.spoken = done.after.at

    def _coded(self, done: Done) -> None:
        for code, report in done.new.items():
            owed = self.reports[report]
            if len(code) == _SIXTEEN:
                owed.way, owed.codes, owed.keys, owed.shown = "private", set(), set(), done.after.at + _SHOWN
            elif any(_ORDER in text and code in text for text in done.said):
                owed.way, owed.once_hidden = "hidden", True
            owed.codes.add(code)
            owed.keys.add(code)

    def _wished(self, done: Done) -> None:
        text = done.act.text if isinstance(done.act, Says) else ""
        # Said in private it is answered, and ends no silence: nothing there changes what is told in the open.
        private = self.private is not None and done.before.at < self.private
        self.muted = text == STOP or (self.muted and (private or text != RESUME))
        if text == SHOW:
            self.veiled = self.veiled and not any(owed.is_open(done.before.at) for owed in self.reports.values())
            for owed in self.reports.values():
                if owed.way == "hidden" and owed.is_open(done.before.at):
                    owed.way = "open"
        self.veiled = self.veiled or (text in HIDE and any(one in done.before.led for one in self.reports))
        self._private(done, text)
        if text in HIDE or self._tells_in_fear(done):
            every = {code for owed in self.reports.values() for code in owed.codes}
            for owed in self.reports.values():
                if owed.way == "open":
                    owed.way, owed.keys, owed.shown, owed.once_hidden = "hidden", owed.keys | every, None, True

    def _private(self, done: Done, text: str) -> None:
        """What is told within a day is private, and nothing else is changed by it."""
        if text == PRIVATE or any(len(code) == _SIXTEEN for code in done.new):
            self.private = done.after.at + _A_DAY
        if text == SHOW:
            self.private = None

    def _tells_in_fear(self, done: Done) -> bool:
        if not isinstance(done.act, Tells) or done.act.kind != "secret" or self.muted:
            return False
        private = self.private is not None and done.before.at < self.private
        return not private or any(_ORDER in text for text in done.said)
