import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from bot import commands, safety
from bot.decide.advising import FOR_EACH_TELLER
from bot.handlers.segments import count
from bot.vocabulary import Category, Channel, Desk, Locale, Option, Reply, Status, Stub, Teller, Urgency
from tests.bot.story import ROOT, catalogue

LONGEST = {
    "code": "999999",
    "hotline": "9111",
    "place": "ناحية العلم، صلاح الدين",
    "number": "NI-WWWWW",
    "count": "365",
    "open": "9999",
    "overdue": "9999",
    "opens": "12:30",
    "closes": "23:59",
    "url": "https://muntada.example/reports/NI-WWWWW",
    "text": "",
    "body": "ا" * 60,
    "back": "consent.back.code",
}
# The product's own calls; a key that is added there and not here fails the last test of this file.
ASKED = re.compile(
    r'"((?:filed|added|place|category|choice|case|status|erase|alert|menu|language|add|new|speaker|belongs|pin|contact|behalf|wipe|answer|discreet|decoy|private|danger|woman|officer|nudge|advice|consent)\.[a-z_.]+)"'
)
ERASES = {Locale.AR: "حذف", Locale.CKB: "سڕینەوە", Locale.EN: "DELETE"}
TONGUES: tuple[Locale | Stub, ...] = (*Locale, *Stub)


def catalog(locale: Locale | Stub, domain: str) -> Catalog:
    path = ROOT / "locales" / locale / f"{domain}.po"
    with path.open("rb") as file:
        return read_po(file, locale=locale.value, domain=domain, abort_invalid=True)


def messages(locale: Locale | Stub, domain: str = "bot") -> Iterator[Message]:
    return (message for message in catalog(locale, domain) if message.id)


def key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def placeholders(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"%\((\w+)\)s", text))


def every(domain: str) -> dict[Locale, dict[tuple[str, str], frozenset[str]]]:
    """Of each locale, the placeholders of every wording by context and key."""
    return {
        locale: {
            (message.context or "", key(message)): frozenset().union(*map(placeholders, forms(message)))
            for message in messages(locale, domain)
        }
        for locale in Locale
    }


@pytest.mark.parametrize("domain", ["bot", "taxonomy"])
def test_every_locale_has_every_key_with_the_same_placeholders(domain: str) -> None:
    tables = every(domain)
    assert tables[Locale.AR] == tables[Locale.CKB] == tables[Locale.EN]


@pytest.mark.parametrize("locale", TONGUES)
def test_no_wording_is_empty_doubtful_or_holds_a_stray_percent_sign(locale: Locale | Stub) -> None:
    for domain in ("bot", "taxonomy") if isinstance(locale, Locale) else ("bot",):
        for message in messages(locale, domain):
            assert not message.fuzzy
            for form in forms(message):
                assert form.strip() == form != ""
                form % LONGEST


@pytest.mark.parametrize("locale", TONGUES)
def test_every_sms_fits_the_parts_it_states(locale: Locale | Stub) -> None:
    shorter = {key(message) for message in messages(locale) if message.context == "sms"}
    for message in messages(locale):
        if message.context != "sms" and (message.context or key(message) in shorter):
            continue
        stated = [comment for comment in message.auto_comments if comment.startswith("sms: ")]
        label = key(message).split(".")[0] in {"choice", "menu"} or key(message) in {
            "alert.claim",
            *(f"language.{each}" for each in Locale),
        }
        assert bool(stated) != label, key(message)
        for comment in stated:
            long = {"code": "9" * 16} if key(message).startswith("private") else {}
            values = LONGEST | long | {"text": "ا" * 100}
            parts = max(count(form % values).parts for form in forms(message))
            assert parts <= int(comment.removeprefix("sms: ")), (key(message), parts)


@pytest.mark.parametrize("locale", Locale)
def test_the_first_answer_is_always_one_sms(locale: Locale) -> None:
    for message in messages(locale):
        if message.context == "sms" and key(message).startswith("filed"):
            assert "sms: 1" in message.auto_comments


@pytest.mark.parametrize("locale", Locale)
def test_every_first_answer_says_the_code_and_how_to_erase(locale: Locale) -> None:
    word = ERASES[locale]
    assert commands.intent(word, "") is commands.Intent.ERASE
    told = [(key(message), form) for message in messages(locale) for form in forms(message) if "%(code)s" in form]
    assert {name for name, _ in told} >= {"filed", "discreet.filed", "private.filed", "speaker.wanted"}
    assert [name for name, form in told if word not in form] == []
    # A discreet reporter's phone is answered by decoys, a private one's by none of ours: there the code goes with it.
    coded = [form for name, form in told if name.startswith("discreet.filed")]
    assert all(f"{word} %(code)s" in form for form in coded)


@pytest.mark.parametrize("locale", TONGUES)
def test_no_wording_names_a_kind_of_concern(locale: Locale | Stub) -> None:
    for message in messages(locale):
        assert all(safety.telling(form) == () for form in forms(message)), key(message)


@pytest.mark.parametrize("locale", TONGUES)
def test_no_sms_carries_a_link(locale: Locale | Stub) -> None:
    for message in messages(locale):
        if message.context == "sms":
            assert all("url" not in placeholders(form) for form in forms(message))


def test_arabic_counts_as_arabic_does() -> None:
    for number, ending in (
        (1, "خلال يوم (1)"),
        (2, "خلال يومين (2)"),
        (3, "خلال 3 أيام"),
        (10, "خلال 10 أيام"),
        (11, "خلال 11 يوما"),
        (45, "خلال 45 يوما"),
        (99, "خلال 99 يوما"),
        (100, "خلال 100 يوم."),
        (103, "خلال 103 أيام"),
    ):
        reply = Reply("erase.done", {"count": str(number)})
        assert ending in catalogue().render(reply, channel=Channel.SMS, locale=Locale.AR).text


def test_every_name_of_the_taxonomy_is_there() -> None:
    wanted = {f"category.{each}" for each in Category} | {f"desk.{each}" for each in Desk}
    wanted |= {f"urgency.{each.name.lower()}" for each in Urgency} | {f"status.{each}" for each in Status}
    wanted |= {f"advice.{each}" for each in Category}
    wanted |= {f"advice.{each}.{teller}" for each in FOR_EACH_TELLER for teller in Teller if teller}
    assert {name for _, name in every("taxonomy")[Locale.AR]} == wanted


def test_options_are_numbered_lines_everywhere_and_buttons_on_screens() -> None:
    reply = Reply(
        "place.ask", options=(Option("v1:place:a", "الشعلة", literal=True), Option("v1:cmd:no", "choice.keep"))
    )
    on_paper = catalogue().render(reply, channel=Channel.SMS, locale=Locale.AR)
    on_screen = catalogue().render(reply, channel=Channel.TELEGRAM, locale=Locale.AR)
    assert on_paper.text.endswith("\n1 الشعلة\n2 لا")
    assert on_paper.buttons == ()
    assert on_screen.text == on_paper.text
    assert [(b.digit, b.label, b.choice) for b in on_screen.buttons] == [
        ("1", "الشعلة", "v1:place:a"),
        ("2", "لا", "v1:cmd:no"),
    ]


def test_an_sms_loses_vowel_signs_and_stretching_and_a_screen_keeps_directions_apart() -> None:
    reply = Reply("answer", {"text": "وَصَـــل BG-4F7K2"})
    assert catalogue().render(reply, channel=Channel.SMS, locale=Locale.AR).text.endswith(": وصل BG-4F7K2")
    assert "\u2068وَصَـــل BG-4F7K2\u2069" in catalogue().render(reply, channel=Channel.TELEGRAM, locale=Locale.AR).text


def test_a_code_is_not_wrapped_so_that_it_can_be_copied() -> None:
    text = catalogue().render(Reply("filed", {"code": "482913"}), channel=Channel.TELEGRAM, locale=Locale.AR).text
    assert " 482913:" in text


@given(st.text())
def test_what_a_person_wrote_is_never_a_template(text: str) -> None:
    reply = Reply("answer", {"text": text})
    shown = catalogue().render(reply, channel=Channel.CONSOLE, locale=Locale.EN)
    assert text in shown.text


@pytest.mark.parametrize("locale", TONGUES)
def test_an_unknown_key_is_a_bug_and_says_so(locale: Locale | Stub) -> None:
    with pytest.raises(KeyError, match="nonsense"):
        catalogue().render(Reply("nonsense"), channel=Channel.SMS, locale=locale)


@pytest.mark.parametrize("stub", Stub)
def test_a_stub_has_only_keys_of_ours_with_the_same_placeholders(stub: Stub) -> None:
    whole = every("bot")[Locale.AR]
    own = {(message.context or "", key(message)): placeholders(forms(message)[0]) for message in messages(stub)}
    assert ("", "speaker.wanted") in own
    assert own.items() <= whole.items()


@pytest.mark.parametrize("stub", Stub)
def test_a_stub_says_that_nobody_who_speaks_it_has_read_it(stub: Stub) -> None:
    assert "needs a native reader" in catalog(stub, "bot").header_comment


@pytest.mark.parametrize(("stub", "behind"), [(Stub.KMR, Locale.CKB), (Stub.AZB, Locale.AR), (Stub.SYR, Locale.AR)])
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.TELEGRAM])
def test_what_a_stub_lacks_is_said_in_another_key_by_key(stub: Stub, behind: Locale, channel: Channel) -> None:
    def said(reply: Reply, locale: Locale | Stub) -> str:
        return catalogue().render(reply, channel=channel, locale=locale).text

    here, there = Reply("speaker.wanted", {"code": "482913"}), Reply("erase.done", {"count": "3"})
    assert said(here, stub) not in {said(here, locale) for locale in Locale}
    assert "482913" in said(here, stub)
    assert said(there, stub) == said(there, behind)
    asked = Reply("speaker.wanted", {"code": "482913"}, (Option("v1:cmd:no", "choice.keep"),))
    assert said(asked, stub).removeprefix(said(here, stub)) == said(asked, behind).removeprefix(said(here, behind))


def test_every_key_that_the_code_names_has_words() -> None:
    known = {name for _, name in every("bot")[Locale.AR]}
    sources = [*Path(ROOT / "bot" / "decide").glob("*.py"), *(ROOT / "storage").glob("alerts.py")]
    named = {found for source in sources for found in ASKED.findall(source.read_text(encoding="utf-8"))}
    assert named
    assert named - known == set()
    emergencies = {
        f"{prefix}.emergency{bound}{away}"
        for prefix in ("filed", "added")
        for bound in ("", ".unplaced", ".none")
        for away in ("", ".away")
    }
    assert emergencies | {f"case.{status}" for status in Status} <= known
