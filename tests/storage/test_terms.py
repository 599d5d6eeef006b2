"""A deployment's own words: who may change them, what is refused and why, and that none is lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.nlp import phrases, places
from bot.nlp.analyse import DATA
from bot.nlp.gazetteer import built_in
from bot.vocabulary import Category, Role, Urgency
from storage import audit, keys, terms
from storage.casework.acts import Refused, Unseen
from storage.database.engine import Store
from storage.keys import Keyring
from storage.tables import audit as audit_rows
from storage.tables import coverage, grants
from storage.terms import By, Kind, NewPlace
from tests.databases import sqlite_mostly
from tests.staffing import KARRADA, hire, town

pytestmark = sqlite_mostly


def _nothing(_phrase: str) -> bool:
    return False


class Words:
    """A town with an administrator."""

    def __init__(self, store: Store, keyring: Keyring, by: By) -> None:
        self.store, self.keyring, self.by = store, keyring, by

    async def do(self, step: Callable[..., Any], *more: Any, by: By | None = None, **named: Any) -> Any:
        """One change."""
        return await self.store.write(lambda c: step(c, self.keyring, by or self.by, *more, **named))

    async def danger(self, phrase: str, **named: Any) -> str:
        """A new danger phrase."""
        values: dict[str, Any] = {"urgency": Urgency.EMERGENCY, "sensitive": False, "shipped": _nothing} | named
        return str(await self.do(terms.add_danger, phrase=phrase, **values))

    async def word(self, phrase: str, category: Category = Category.DRUGS, **named: Any) -> str:
        """A new word of a category."""
        values: dict[str, Any] = {"weight": 2.0, "shipped": _nothing} | named
        return str(await self.do(terms.add_word, phrase=phrase, category=category, **values))

    async def all(self) -> tuple[terms.Term, ...]:
        """What stands."""
        return await self.store.read(terms.standing)


@pytest.fixture
async def words(store: Store, keyring: Keyring, now: Any) -> Words:
    await store.write(town)
    await store.write(lambda c: keys.register(c, keyring, now))
    person = await store.write(lambda c: hire(c, keyring, "مدير", Role.ADMINISTRATOR, now=now))
    return Words(store, keyring, By(person, now))


async def test_a_danger_phrase_a_word_and_a_name_stand_with_who_added_them(words: Words) -> None:
    await words.danger("حركوا  المكان", urgency=Urgency.HIGH, sensitive=True)
    await words.word("حبة وردية")
    await words.do(terms.add_alias, phrase="حي الربيع", place="IQ-BG", shipped=_nothing)
    danger, word, alias = sorted(await words.all(), key=lambda term: ["danger", "word", "alias"].index(term.kind))
    assert (danger.phrase, danger.urgency, danger.sensitive) == ("حركوا المكان", Urgency.HIGH, True)
    assert (word.target, word.weight, word.added_by) == ("drugs", 2.0, "مدير")
    assert (alias.kind, alias.target) == (Kind.ALIAS, "IQ-BG")


async def test_what_reads_messages_gets_phrases_with_the_gravest_last_and_words_with_their_weight(words: Words) -> None:
    await words.danger("حركوا المكان", urgency=Urgency.EMERGENCY)
    await words.danger("طگطگة بالسطح", urgency=Urgency.HIGH)
    await words.word("حبة وردية")
    heard = await words.store.read(terms.words)
    assert [danger.phrase for danger in heard.danger] == ["طگطگة بالسطح", "حركوا المكان"]
    assert [(term.phrase, term.category, term.weight) for term in heard.terms] == [("حبة وردية", Category.DRUGS, 2.0)]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
async def test_nobody_but_an_administrator_sees_or_changes_them(words: Words, role: Role) -> None:
    other = await words.store.write(lambda c: hire(c, words.keyring, "غيره", role, now=words.by.now))
    id = await words.danger("حركوا المكان")
    by = By(other, words.by.now)
    with pytest.raises(Unseen):
        await words.store.read(lambda c: terms.listed(c, by))
    for step, named in (
        (terms.add_danger, {"phrase": "شي", "urgency": Urgency.HIGH, "sensitive": False, "shipped": _nothing}),
        (terms.add_word, {"phrase": "شي", "category": Category.DRUGS, "weight": 1.0, "shipped": _nothing}),
        (terms.add_alias, {"phrase": "شي", "place": "IQ-BG", "shipped": _nothing}),
        (terms.add_place, {"new": NewPlace("حي جديد", "", "", "neighbourhood", "IQ-BG")}),
        (terms.remove, {"id": id}),
    ):
        with pytest.raises(Unseen):
            await words.do(step, by=by, **named)
    assert len(await words.all()) == 1


async def test_an_administrator_whose_time_is_over_is_none(words: Words) -> None:
    over = words.by.now - timedelta(seconds=1)
    await words.store.write(lambda c: c.execute(update(grants).values(until_at=over)) and None)
    with pytest.raises(Unseen):
        await words.danger("حركوا المكان")


@pytest.mark.parametrize(
    ("phrase", "key"),
    [("من", "short"), ("والله هسه", "common"), ("حرك.*", "pattern"), ("", "empty"), ("اسمي حيدر", "personal")],
)
async def test_what_cannot_be_searched_for_is_refused_with_its_reason(words: Words, phrase: str, key: str) -> None:
    for add in (words.danger, words.word):
        with pytest.raises(Refused, match=rf"words\.{key}"):
            await add(phrase)
    assert await words.all() == ()


async def test_what_is_there_already_is_refused_in_any_spelling(words: Words) -> None:
    await words.word("حبة ورديّة")
    with pytest.raises(Refused, match=r"words\.there"):
        await words.word("حبه  وردية")
    await words.word("حبة وردية", Category.THEFT)
    with pytest.raises(Refused, match=r"words\.there"):
        await words.danger("قنبلة", shipped=lambda phrase: phrase == "قنبلة")


async def test_a_danger_phrase_that_changes_nothing_is_refused(words: Words) -> None:
    with pytest.raises(Refused, match=r"words\.nothing"):
        await words.danger("صباح الورد", urgency=Urgency.NORMAL)
    await words.danger("يلمسني", urgency=Urgency.NORMAL, sensitive=True)


async def test_a_weight_of_ones_own_is_refused(words: Words) -> None:
    with pytest.raises(Refused, match=r"words\.choose"):
        await words.word("حبة وردية", weight=900.0)


async def test_what_is_removed_may_be_added_again_and_keeps_its_row(words: Words) -> None:
    id = await words.danger("حركوا المكان")
    await words.do(terms.remove, id)
    assert await words.all() == ()
    with pytest.raises(Refused, match=r"words\.gone"):
        await words.do(terms.remove, id)
    assert await words.danger("حركوا المكان") != id


async def test_each_change_leaves_an_audit_row_without_the_words(words: Words) -> None:
    id = await words.word("حبة وردية")
    await words.do(terms.remove, id)
    found = select(audit_rows).where(audit_rows.c.action.like("term.%")).order_by(audit_rows.c.action)
    rows = await words.store.read(lambda c: c.execute(found).all())
    assert [(row.action, row.actor, row.subject) for row in rows] == [
        ("term.add", words.by.staff, id),
        ("term.remove", words.by.staff, id),
    ]
    assert rows[0].data == {"kind": "word", "target": "drugs", "weight": 2.0}
    assert (await words.store.read(lambda c: audit.verify(c, words.keyring))).whole


# ── Places ───────────────────────────────────────────────────────────────────────────────────────────────────
async def test_a_new_place_is_found_in_a_text_and_is_gone_when_removed(words: Words) -> None:
    new = NewPlace("حي الخزامى الجديد", "", "Khuzama", "neighbourhood", "IQ-BG")
    id = await words.do(terms.add_place, new)

    async def found() -> str:
        extra = await words.store.read(terms.place_rows)
        gazetteer = places.load(DATA / "places.tsv", extra)
        place = places.answer(gazetteer, "حي الخزامى الجديد").place
        return place.governorate if place else ""

    assert await found() == "IQ-BG"
    with pytest.raises(Refused, match=r"words\.there"):
        await words.do(terms.add_place, new)
    await words.do(terms.remove, id)
    assert await found() == ""


async def test_a_further_name_finds_its_place_and_keeps_where_that_is(words: Words) -> None:
    shipped = next(row for row in built_in() if row.lat is not None and row.level == "district")
    await words.do(terms.add_alias, phrase="ام الجرابيع", place=shipped.id, shipped=_nothing)
    extra = await words.store.read(terms.place_rows)
    gazetteer = places.load(DATA / "places.tsv", extra)
    place = places.answer(gazetteer, "ام الجرابيع").place
    assert place is not None
    assert place.id == shipped.id
    assert shipped.id in gazetteer.points


@pytest.mark.parametrize(
    ("new", "key"),
    [
        (NewPlace("حي الخزامى", "", "", "neighbourhood", "nowhere"), "parent"),
        (NewPlace("حي الخزامى", "", "", "continent", "IQ-BG"), "parent"),
        (NewPlace("حي", "", "", "neighbourhood", "IQ-BG"), "short"),
        (NewPlace("حي الخزامى", "من", "", "neighbourhood", "IQ-BG"), "short"),
        (NewPlace("حي الخزامى", "", "a*b*c", "neighbourhood", "IQ-BG"), "pattern"),
    ],
)
async def test_a_place_that_cannot_be_is_refused(words: Words, new: NewPlace, key: str) -> None:
    with pytest.raises(Refused, match=rf"words\.{key}"):
        await words.do(terms.add_place, new)
    with pytest.raises(Refused, match=r"words\.parent"):
        await words.do(terms.add_alias, phrase="ام الجرابيع", place="nowhere", shipped=_nothing)


async def test_a_place_in_use_is_not_taken_away(words: Words) -> None:
    id = await words.do(terms.add_place, NewPlace("حي الخزامى", "", "", "neighbourhood", "IQ-BG"))
    (term,) = await words.all()
    row = {"office": KARRADA, "place": term.target}
    await words.store.write(lambda c: c.execute(coverage.insert().values(row)) and None)
    with pytest.raises(Refused, match=r"words\.used"):
        await words.do(terms.remove, id)


def test_every_fault_of_a_phrase_is_short_enough_to_be_a_key() -> None:
    assert all(fault.value.isalpha() for fault in phrases.Fault)
