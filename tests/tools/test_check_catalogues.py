"""The catalogue check on small catalogues, each with one fault."""

from pathlib import Path

import pytest

from tools import check_catalogues

WORDS = {
    "ar": 'msgid "filed"\nmsgstr "سُجّل بلاغك %(number)s"\n',
    "ckb": 'msgid "filed"\nmsgstr "تۆمار کرا %(number)s"\n',
    "en": 'msgid "filed"\nmsgstr "Your report is %(number)s"\n',
}


def _write(locales: Path, locale: str, body: str, *, rule: str | None = None) -> None:
    plurals = rule or check_catalogues.PLURALS[locale]
    charset = '"Content-Type: text/plain; charset=utf-8\\n"'
    header = f'msgid ""\nmsgstr ""\n{charset}\n"Plural-Forms: {plurals}\\n"\n\n'
    (locales / locale).mkdir(exist_ok=True)
    (locales / locale / "bot.po").write_text(header + body, encoding="utf-8")


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    """Three catalogues without a fault."""
    for locale, body in WORDS.items():
        _write(tmp_path, locale, body)
    return tmp_path


def test_whole_catalogues_have_no_fault(locales: Path) -> None:
    assert list(check_catalogues.faults(locales)) == []


def test_a_shorter_sms_wording_may_say_less(locales: Path) -> None:
    _write(locales, "en", WORDS["en"] + '\nmsgctxt "sms"\nmsgid "filed"\nmsgstr "Filed."\n')
    assert list(check_catalogues.faults(locales)) == []


def test_a_wording_that_says_it_is_only_by_sms_needs_no_other(locales: Path) -> None:
    for locale, body in WORDS.items():
        _write(locales, locale, body + '\n#. only by SMS\nmsgctxt "sms"\nmsgid "late"\nmsgstr "Late"\n')
    assert list(check_catalogues.faults(locales)) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("", "en/bot.po: filed: missing"),
        ('msgid "filed"\nmsgstr ""\n', "en/bot.po: filed: empty"),
        ("#, fuzzy\n" + WORDS["en"], "en/bot.po: filed: fuzzy"),
        ('msgid "filed"\nmsgstr "Filed."\n', "bot.po: filed: placeholders differ"),
        ('msgid "filed"\nmsgstr "Filed %(number)s, 100% sure"\n', "a percent sign is neither"),
        (WORDS["en"] + "\n" + WORDS["en"], "a key stands there twice"),
        (WORDS["en"] + '\n#~ msgid "old"\n#~ msgstr "old"\n', "has obsolete entries"),
        (
            WORDS["en"] + '\nmsgctxt "sms"\nmsgid "late"\nmsgstr "Late"\n',
            "late [sms]: has no wording without a context",
        ),
        (
            WORDS["en"] + '\nmsgctxt "sms"\nmsgid "filed"\nmsgstr "%(code)s"\n',
            "filed [sms]: adds placeholders ['code']",
        ),
    ],
)
def test_each_fault_is_named_with_its_key(locales: Path, body: str, fault: str) -> None:
    _write(locales, "en", body)
    assert any(fault in line for line in check_catalogues.faults(locales)), list(check_catalogues.faults(locales))


def test_babels_own_arabic_plural_rule_is_refused(locales: Path) -> None:
    swapped = check_catalogues.PLURALS["ar"].replace("n%100>=11", "n%100>=0 && n%100<=2")
    _write(locales, "ar", WORDS["ar"], rule=swapped)
    assert any("ar/bot.po: the header must say" in line for line in check_catalogues.faults(locales))


def test_a_missing_language_is_named(locales: Path) -> None:
    (locales / "ckb" / "bot.po").unlink()
    assert list(check_catalogues.faults(locales)) == ["ckb/bot.po: missing"]
