"""What names an office goes to none that it names, whatever it is, and always to somebody."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import routing
from bot.decide import apart
from bot.decide.understood import turned, united
from bot.nlp import places
from bot.vocabulary import UNNAMED, Category, Desk, Directory, Facts, Flight, Locale, Office, OfficeKind, Urgency
from tests.bot import story

SHULA = ("IQ-BG-shula", "IQ-BG-kadhimiya", "IQ-BG")


def _office(code: str, kind: OfficeKind, desks: str, *, covers: str = "", parent: str | None = None) -> Office:
    kept = frozenset(Desk(desk) for desk in desks.split())
    names = {Locale.AR: f"منتدى {code}", Locale.CKB: "", Locale.EN: f"{code} Forum"}
    return Office(code, kind, names, kept, coverage=frozenset(covers.split()), parent=parent, governorate="IQ-BG")


OFFICES = Directory(
    {
        office.code: office
        for office in (
            _office("shula", OfficeKind.FORUM, "general urgent women security", covers="IQ-BG-shula", parent="gov"),
            _office("karrada", OfficeKind.FORUM, "general urgent women child", covers="IQ-BG-karrada", parent="gov"),
            _office("gov", OfficeKind.GOVERNORATE, "general urgent security child", covers="IQ-BG", parent="nation"),
            _office("nation", OfficeKind.NATIONAL, "general urgent security"),
            _office("hers", OfficeKind.WOMEN, "women child", covers="IQ-BG"),
            _office("watch", OfficeKind.OVERSIGHT, "oversight women"),
        )
    }
)
_FACTS = st.builds(
    Facts,
    category=st.sampled_from(Category),
    urgency=st.sampled_from(Urgency),
    sensitive=st.booleans(),
    lineage=st.sampled_from([(), ("IQ-BG",), SHULA, ("IQ-BG-karrada", "IQ-BG")]),
    about_police=st.booleans(),
    woman_officer=st.booleans(),
    minor=st.booleans(),
    origin=st.sampled_from(["", "shula", "karrada"]),
    apart=st.lists(st.sampled_from(sorted(OFFICES.offices)), unique=True).map(tuple),
    insider=st.booleans(),
    flight=st.sampled_from(Flight),
)


@given(facts=_FACTS)
def test_no_report_goes_to_an_office_that_it_names_and_none_goes_nowhere(facts: Facts) -> None:
    to = routing.route(OFFICES, facts)
    assert to.office in OFFICES.offices
    if set(facts.apart) != set(OFFICES.offices):
        assert to.office not in facts.apart
    else:
        assert (to.desk, to.rule) == (Desk.OVERSIGHT, "all-apart")


@given(facts=_FACTS)
def test_a_sensitive_report_that_names_an_insider_lies_at_no_open_desk(facts: Facts) -> None:
    others = {Category.EXTREMISM, Category.SELF_HARM, Category.POLICE_MISCONDUCT}
    hers = replace(facts, sensitive=True, insider=True, about_police=False, apart=("shula",))
    if facts.category not in others:
        assert routing.route(OFFICES, hers).desk in {Desk.WOMEN, Desk.CHILD}


def _facts(category: Category = Category.THEFT, **more: object) -> Facts:
    known: dict[str, object] = {"lineage": SHULA, "insider": True, "apart": ("shula",)} | more
    return Facts(category, **({"urgency": Urgency.NORMAL, "sensitive": False} | known))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "office", "desk"),
    [
        (_facts(), "watch", Desk.OVERSIGHT),
        (_facts(urgency=Urgency.EMERGENCY), "gov", Desk.URGENT),
        (_facts(urgency=Urgency.EMERGENCY, apart=("shula", "gov", "nation")), "watch", Desk.OVERSIGHT),
        (_facts(sensitive=True), "hers", Desk.WOMEN),
        (_facts(sensitive=True, minor=True), "hers", Desk.CHILD),
        (_facts(sensitive=True, apart=("shula", "hers")), "watch", Desk.WOMEN),
        (_facts(Category.EXTREMISM), "gov", Desk.SECURITY),
        (_facts(Category.SELF_HARM, sensitive=True, urgency=Urgency.EMERGENCY), "gov", Desk.URGENT),
    ],
)
def test_the_next_that_may_hear_it(facts: Facts, office: str, desk: Desk) -> None:
    to = routing.route(OFFICES, facts)
    assert (to.office, to.desk) == (office, desk)


def test_without_oversight_the_national_office_hears_it() -> None:
    unwatched = Directory({code: office for code, office in OFFICES.offices.items() if code != "watch"})
    assert routing.route(unwatched, _facts()).office == "nation"
    assert not routing.has_oversight(unwatched)


def test_a_tip_without_a_security_desk_comes_to_no_forum() -> None:
    forums = {code: OFFICES.offices[code] for code in ("karrada", "watch")}
    assert routing.route(Directory(forums), replace(_facts(Category.EXTREMISM), insider=False)).office == "watch"


def _said(*phrases: str) -> Facts:
    heard = story.meaning(insiders=phrases)
    plain = Facts(Category.THEFT, Urgency.NORMAL, sensitive=False)
    return apart.known(OFFICES, story.gazetteer(), plain, heard)


def test_an_office_is_named_by_its_name_or_by_the_place_of_a_station() -> None:
    assert "karrada" in _said("بمركز شرطه الكراده").apart
    assert "shula" in _said("ظابط بالشعله").apart
    assert "karrada" in _said("forum karrada").apart


def test_what_is_apart_only_grows() -> None:
    once = _said("بمركز شرطه الكراده")
    later = apart.placed(OFFICES, replace(once, lineage=SHULA))
    assert set(once.apart) < set(later.apart)
    assert turned(once, later)
    assert set(united(once, later).apart) == set(later.apart)


def test_whoever_names_nobody_is_kept_from_nobody() -> None:
    plain = Facts(Category.THEFT, Urgency.NORMAL, sensitive=False, lineage=SHULA)
    assert apart.known(OFFICES, story.gazetteer(), plain, story.meaning()) == plain


def test_who_came_by_an_offices_poster_and_names_an_officer_is_kept_from_it_while_the_place_is_unknown() -> None:
    poster = Facts(Category.THEFT, Urgency.NORMAL, sensitive=False, origin="shula", insider=True)
    assert apart.placed(OFFICES, poster).apart == ("shula",)


def test_a_text_that_only_sounds_of_them_is_kept_from_its_places_and_its_words_name_no_office() -> None:
    gazetteer, plain = story.gazetteer(), Facts(Category.THEFT, Urgency.EMERGENCY, sensitive=False)
    meant = places.find(gazetteer, "الكراده", "الكراده").candidates
    doubted = story.meaning(key="the nation gov shot him", insiders=(UNNAMED,), places=meant)
    facts = apart.known(OFFICES, gazetteer, replace(plain, insider=True), doubted)
    assert facts.apart == ("karrada",)
    assert routing.route(OFFICES, facts).desk is Desk.URGENT
    near = apart.known(OFFICES, gazetteer, replace(plain, insider=True, lineage=SHULA), doubted)
    assert near.apart == ("karrada", "shula")
    to = routing.route(OFFICES, near)
    assert (to.office, to.desk) == ("gov", Desk.URGENT)
