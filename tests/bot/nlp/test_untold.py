"""Who asks that nobody learn of it is heard however it is spelt; that nobody knows something asks for nothing."""

import csv
from pathlib import Path

import pytest

from bot import safety
from bot.nlp.analyse import analyse
from tests.bot.story import BEATEN, Story
from tests.shipped import shipped


def _written(kind: str) -> list[str]:
    with (Path(__file__).parent / "untold.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [row["text"] for row in rows if row["kind"] == kind]


@pytest.mark.parametrize("text", _written("asks"))
def test_whoever_asks_that_nobody_learn_of_it_is_heard_however_it_is_spelt(text: str) -> None:
    assert safety.secret(text)


@pytest.mark.parametrize("text", _written("plain"))
def test_what_only_sounds_so_does_not_switch(text: str) -> None:
    assert not safety.secret(text)


@pytest.mark.parametrize("text", _written("asks"))
def test_it_is_heard_beside_what_happened(text: str) -> None:
    assert safety.secret(f"جارنا يبيع مخدرات بالشعلة، {text}")


@pytest.mark.parametrize(
    "text", ["لاتگولون اسمي", "bila kes nizane", "kimse bilmesin", "محد_يدري 🙏", "ma7d yedri pls"]
)
def test_such_a_wish_alone_tells_nothing(text: str) -> None:
    assert safety.is_only_fear(text)
    assert not safety.is_only_fear(f"{text} زوجي يضربني")


@pytest.mark.parametrize(
    "text",
    [
        "اختي مفقودة وزوجها يضربها ومحد يعرف هوية اللي خطفها",
        "خوشکم لێی دەدەن و کەس نازانێت کێ کردوویەتی",
        "my sister was beaten and nobody knows who did it",
    ],
)
def test_nobody_is_afraid_because_something_is_not_known(text: str) -> None:
    assert not analyse(shipped(), text).fear


@pytest.mark.parametrize("wish", ["لاتگولون اسمي", "ناڤێ من نەبێژن", "la tgulon esmi", "adımı söylemeyin"])
def test_whoever_asks_so_is_answered_discreetly(wish: str) -> None:
    assert Story().say(f"زوجي يضربني بالشعلة {wish}", BEATEN) == ("discreet.filed",)
    assert Story().say("زوجي يضربني بالشعلة ومحد يدري شلون", BEATEN) == ("filed",)
