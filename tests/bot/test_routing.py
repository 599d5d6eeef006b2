from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import routing
from bot.taxonomy import RULES
from bot.vocabulary import (
    SEALED_DESKS,
    Category,
    Desk,
    Destination,
    Directory,
    Facts,
    Locale,
    Office,
    OfficeKind,
    Shift,
    Urgency,
)
from tests.bot.story import office, town

SHULA = ("IQ-BG-shula", "IQ-BG-kadhimiya", "IQ-BG")
KARRADA = ("IQ-BG-karrada", "IQ-BG-rusafa", "IQ-BG")
DORA = ("IQ-BG-dora", "IQ-BG-karkh", "IQ-BG")  # no forum covers it
MOSUL = ("IQ-NI-mosul", "IQ-NI")  # nothing local covers it


def facts(category: Category, lineage: tuple[str, ...] = SHULA, **more: object) -> Facts:
    given_ = {"urgency": Urgency.NORMAL, "sensitive": False} | more
    return Facts(category=category, lineage=lineage, **given_)  # type: ignore[arg-type]


def where(wanted: Facts, directory: Directory | None = None) -> tuple[str, Desk]:
    to = routing.route(directory or town(), wanted)
    return to.office, to.desk


def test_a_theft_goes_to_the_general_desk_of_the_forum_that_covers_the_place() -> None:
    assert where(facts(Category.THEFT)) == ("forum-shula", Desk.GENERAL)
    assert where(facts(Category.THEFT, KARRADA)) == ("forum-karrada", Desk.GENERAL)


def test_a_dispute_goes_to_mediation() -> None:
    assert where(facts(Category.TRIBAL_DISPUTE)) == ("forum-shula", Desk.MEDIATION)


@pytest.mark.parametrize("category", [Category.THEFT, Category.TRIBAL_DISPUTE, Category.KIDNAPPING])
def test_an_emergency_goes_to_the_urgent_desk(category: Category) -> None:
    assert where(facts(category, urgency=Urgency.EMERGENCY)) == ("forum-shula", Desk.URGENT)


def test_where_no_forum_is_the_governorate_hears_it_and_where_no_governorate_the_nation() -> None:
    assert where(facts(Category.THEFT, DORA)) == ("gov-bg", Desk.GENERAL)
    assert where(facts(Category.THEFT, MOSUL)) == ("nation", Desk.GENERAL)


def test_a_desk_that_the_forum_lacks_is_looked_for_above_it() -> None:
    assert where(facts(Category.EXTREMISM)) == ("gov-bg", Desk.SECURITY)


def test_with_the_place_unknown_it_waits_at_the_national_desk() -> None:
    to = routing.route(town(), facts(Category.THEFT, ()))
    assert to == Destination("nation", Desk.GENERAL, "unplaced")
    assert where(facts(Category.THEFT, (), urgency=Urgency.EMERGENCY)) == ("nation", Desk.URGENT)


def test_a_complaint_about_the_police_leaves_the_chain_even_when_it_is_urgent() -> None:
    assert where(facts(Category.POLICE_MISCONDUCT)) == ("watch", Desk.OVERSIGHT)
    about = facts(Category.KIDNAPPING, about_police=True, urgency=Urgency.HIGH)
    assert where(about) == ("watch", Desk.OVERSIGHT)


def test_an_emergency_that_complains_about_the_police_comes_to_who_can_come_above_the_forums() -> None:
    about = facts(Category.KIDNAPPING, about_police=True, urgency=Urgency.EMERGENCY, apart=("forum-shula",))
    assert where(about) == ("gov-bg", Desk.URGENT)
    assert where(replace(about, apart=("forum-shula", "gov-bg"))) == ("nation", Desk.URGENT)
    assert where(replace(about, apart=("forum-shula", "gov-bg", "nation"))) == ("watch", Desk.OVERSIGHT)
    assert where(replace(about, lineage=())) == ("nation", Desk.URGENT)
    assert where(replace(about, woman_officer=True)) == ("gov-bg", Desk.URGENT)


def test_a_sensitive_complaint_about_the_police_is_sealed_at_a_womens_office_outside_their_chain() -> None:
    about = facts(Category.HARASSMENT, about_police=True, sensitive=True)
    assert where(about) == ("women-bg", Desk.WOMEN)
    assert where(replace(about, minor=True)) == ("women-iq", Desk.CHILD)
    theirs = replace(town().offices["women-bg"], parent="gov-bg")
    assert where(about, Directory({**town().offices, "women-bg": theirs})) == ("women-iq", Desk.WOMEN)
    assert where(replace(about, apart=("women-bg",))) == ("women-iq", Desk.WOMEN)
    assert where(replace(about, apart=("women-iq",))) == ("watch", Desk.WOMEN), "the other stands below the named one"


def test_without_such_an_office_it_is_sealed_where_nobody_works_and_no_forum_gets_it() -> None:
    about = facts(Category.HARASSMENT, about_police=True, sensitive=True, urgency=Urgency.EMERGENCY)
    womens = {code: each for code, each in town().offices.items() if each.kind is not OfficeKind.WOMEN}
    own = replace(womens["forum-shula"], desks=frozenset({Desk.WOMEN, Desk.GENERAL}))
    assert where(about, Directory({**womens, "forum-shula": own})) == ("watch", Desk.WOMEN)
    unwatched = {code: each for code, each in womens.items() if each.kind is not OfficeKind.OVERSIGHT}
    assert where(about, Directory(unwatched)) == ("nation", Desk.WOMEN)


@given(
    st.sampled_from([each for each in Category if each not in (Category.EXTREMISM, Category.SELF_HARM)]),
    st.sampled_from(Urgency),
    st.booleans(),
    st.sets(st.sampled_from(sorted(town().offices)), max_size=5),
)
def test_nothing_sensitive_is_ever_heard_at_a_desk_that_is_not_sealed(
    category: Category,
    urgency: Urgency,
    about_police: bool,  # noqa: FBT001 - hypothesis gives it
    gone: set[str],
) -> None:
    kept = Directory({code: each for code, each in town().offices.items() if code not in gone})
    for minor in (False, True):
        hers = facts(category, urgency=urgency, sensitive=True, about_police=about_police, minor=minor)
        assert routing.route(kept, hers).desk in SEALED_DESKS


def test_an_oversight_office_of_the_place_comes_before_the_national_one() -> None:
    local = office("watch-bg", OfficeKind.OVERSIGHT, frozenset({Desk.OVERSIGHT}), coverage=frozenset({"IQ-BG"}))
    directory = Directory({**town().offices, "watch-bg": local})
    assert where(facts(Category.POLICE_MISCONDUCT), directory) == ("watch-bg", Desk.OVERSIGHT)
    assert where(facts(Category.POLICE_MISCONDUCT, MOSUL), directory) == ("watch", Desk.OVERSIGHT)


def test_a_sensitive_complaint_goes_to_the_women_of_oversight_when_there_are_any() -> None:
    watch = _with_somebody(office("watch", OfficeKind.OVERSIGHT, frozenset({Desk.OVERSIGHT, Desk.WOMEN})))
    directory = Directory({**town().offices, "watch": watch})
    about = facts(Category.HARASSMENT, about_police=True, sensitive=True)
    assert where(about, directory) == ("watch", Desk.WOMEN)


def test_a_sensitive_report_goes_to_the_forums_own_women_then_the_region_then_the_nation() -> None:
    hers = facts(Category.DOMESTIC_VIOLENCE, sensitive=True, urgency=Urgency.EMERGENCY)
    own = replace(town().offices["forum-shula"], desks=frozenset({Desk.WOMEN, Desk.GENERAL}))
    directory = Directory({**town().offices, "forum-shula": own})
    assert where(hers, directory) == ("forum-shula", Desk.WOMEN)
    assert where(hers) == ("women-bg", Desk.WOMEN)
    assert where(replace(hers, lineage=MOSUL)) == ("women-iq", Desk.WOMEN)
    assert where(replace(hers, lineage=())) == ("women-iq", Desk.WOMEN)


def test_a_child_goes_to_the_child_desk_before_a_nearer_womens_desk() -> None:
    assert where(facts(Category.CHILD_PROTECTION, sensitive=True)) == ("women-iq", Desk.CHILD)


def test_whoever_is_under_eighteen_goes_to_the_child_desk_if_the_report_is_sensitive() -> None:
    assert where(facts(Category.DOMESTIC_VIOLENCE, sensitive=True, minor=True)) == ("women-iq", Desk.CHILD)
    assert where(facts(Category.MISSING_PERSON, minor=True)) == ("forum-shula", Desk.GENERAL)


def test_a_sensitive_complaint_looks_past_an_oversight_office_without_women() -> None:
    far = office("watch-women", OfficeKind.OVERSIGHT, frozenset({Desk.WOMEN}), coverage=frozenset({"IQ-BA"}))
    directory = Directory({**town().offices, "watch-women": _with_somebody(far)})
    about = facts(Category.HARASSMENT, about_police=True, sensitive=True)
    assert where(about, directory) == ("watch-women", Desk.WOMEN)
    assert where(replace(about, sensitive=False, category=Category.POLICE_MISCONDUCT), directory)[1] is Desk.OVERSIGHT


def _with_somebody(at: Office) -> Office:
    return replace(at, staffed=at.desks)


def test_a_sensitive_complaint_goes_where_somebody_reads_it_before_an_oversight_where_nobody_does() -> None:
    watch = office("watch", OfficeKind.OVERSIGHT, frozenset({Desk.OVERSIGHT, Desk.WOMEN}))
    empty = {**town().offices, "watch": replace(watch, staffed=frozenset({Desk.OVERSIGHT}))}
    about = facts(Category.HARASSMENT, about_police=True, sensitive=True, woman_officer=True)
    assert where(about, Directory(empty)) == ("women-bg", Desk.WOMEN)
    nobody = {code: replace(each, staffed=frozenset(), duty={}) for code, each in empty.items()}
    assert where(about, Directory(nobody)) == ("watch", Desk.WOMEN)
    assert where(about, Directory({**empty, "watch": _with_somebody(watch)})) == ("watch", Desk.WOMEN)


def test_without_a_child_desk_a_womens_desk_hears_it() -> None:
    offices = {code: replace(each, desks=each.desks - {Desk.CHILD}) for code, each in town().offices.items()}
    assert where(facts(Category.CHILD_PROTECTION, sensitive=True), Directory(offices)) == ("women-bg", Desk.WOMEN)


def test_a_sealed_desk_far_away_comes_before_any_open_one_and_without_any_it_is_sealed_at_the_nations() -> None:
    hers = facts(Category.DOMESTIC_VIOLENCE, MOSUL, sensitive=True)
    kept = {code: each for code, each in town().offices.items() if each.kind is not OfficeKind.WOMEN}
    assert routing.route(Directory(kept), hers) == Destination("nation", Desk.WOMEN, routing.AWAY)
    far = replace(kept["forum-karrada"], desks=frozenset({Desk.CHILD}))
    directory = Directory({**kept, "forum-karrada": far})
    assert routing.route(directory, hers) == Destination("forum-karrada", Desk.CHILD, "sensitive-elsewhere")


def test_elsewhere_those_who_oversee_come_before_a_local_office_of_another_place() -> None:
    kept = {code: each for code, each in town().offices.items() if each.kind is not OfficeKind.WOMEN}
    local = replace(kept["forum-karrada"], code="a-forum", desks=frozenset({Desk.WOMEN}))
    watch = replace(kept["watch"], desks=frozenset({Desk.OVERSIGHT, Desk.WOMEN}))
    directory = Directory({**kept, "a-forum": local, "watch": watch})
    for hers in (facts(Category.OTHER, (), sensitive=True), facts(Category.DOMESTIC_VIOLENCE, MOSUL, sensitive=True)):
        assert routing.route(directory, hers) == Destination("watch", Desk.WOMEN, "sensitive-elsewhere")


def test_whoever_asks_for_a_woman_gets_the_womens_desk_whatever_it_is_about() -> None:
    assert where(facts(Category.THEFT, woman_officer=True)) == ("women-bg", Desk.WOMEN)


def test_whoever_asks_for_a_woman_goes_past_a_womens_desk_that_names_nobody() -> None:
    own = replace(town().offices["forum-shula"], desks=frozenset({Desk.WOMEN, Desk.GENERAL}), duty={})
    directory = Directory({**town().offices, "forum-shula": own})
    hers = facts(Category.DOMESTIC_VIOLENCE, sensitive=True)
    assert where(hers, directory) == ("forum-shula", Desk.WOMEN)
    assert where(replace(hers, woman_officer=True), directory) == ("women-bg", Desk.WOMEN)
    nobody = Directory({code: replace(each, duty={}) for code, each in directory.offices.items()})
    assert where(replace(hers, woman_officer=True), nobody) == ("forum-shula", Desk.WOMEN)
    of_one = replace(nobody.offices["women-iq"], staffed=frozenset({Desk.WOMEN}))
    regional = Directory({**nobody.offices, "women-iq": of_one})
    assert where(replace(hers, woman_officer=True), regional) == ("women-iq", Desk.WOMEN)
    far = replace(of_one, code="women-south", coverage=frozenset({"IQ-BA"}), parent=None)
    elsewhere = Directory({**nobody.offices, "women-south": far})
    assert where(replace(hers, woman_officer=True), elsewhere) == ("women-south", Desk.WOMEN)
    assert where(hers, elsewhere) == ("forum-shula", Desk.WOMEN)


def test_self_harm_reaches_the_nearest_urgent_desk_that_has_somebody_in_its_rota() -> None:
    directory = town()
    assert where(facts(Category.SELF_HARM, sensitive=True), directory) == ("forum-shula", Desk.URGENT)
    empty = replace(directory.offices["forum-shula"], duty={})
    passed = Directory({**directory.offices, "forum-shula": empty})
    assert where(facts(Category.SELF_HARM, sensitive=True), passed) == ("gov-bg", Desk.URGENT)
    assert where(facts(Category.SELF_HARM, sensitive=True, woman_officer=True)) == ("women-bg", Desk.WOMEN)


def test_extremism_is_kept_from_a_forum_even_without_any_security_desk() -> None:
    offices = {code: replace(each, desks=each.desks - {Desk.SECURITY}) for code, each in town().offices.items()}
    assert where(facts(Category.EXTREMISM), Directory(offices)) == ("gov-bg", Desk.URGENT)


def test_a_directory_without_offices_is_refused() -> None:
    with pytest.raises(ValueError, match="no offices"):
        routing.route(Directory({}), facts(Category.THEFT))


# ── Whatever the directory ───────────────────────────────────────────────────────────────────────────────────
_PLACES = ("a", "b", "c", "X", "Y")
_CODES = ("o1", "o2", "o3", "o4", "o5")


@st.composite
def offices(draw: st.DrawFn, code: str) -> Office:
    kind = draw(st.sampled_from(OfficeKind))
    desks = draw(st.frozensets(st.sampled_from(Desk)))
    return Office(
        code=code,
        kind=kind,
        names={Locale.AR: code},
        desks=desks,
        coverage=draw(st.frozensets(st.sampled_from(_PLACES), max_size=3)),
        parent=draw(st.sampled_from((None, *_CODES, "gone"))),
        governorate=draw(st.sampled_from(("", "X", "Y"))),
        duty={desk: (Shift("s", 0),) for desk in draw(st.frozensets(st.sampled_from(Desk), max_size=2))},
    )


@st.composite
def directories(draw: st.DrawFn) -> Directory:
    codes = draw(st.lists(st.sampled_from(_CODES), min_size=1, unique=True))
    return Directory({code: draw(offices(code)) for code in codes})


FACTS = st.builds(
    Facts,
    category=st.sampled_from(Category),
    urgency=st.sampled_from(Urgency),
    sensitive=st.booleans(),
    lineage=st.sampled_from(((), ("X",), ("a", "X"), ("a", "b", "X"), ("c", "Y"), ("z",))),
    about_police=st.booleans(),
    woman_officer=st.booleans(),
    minor=st.booleans(),
)


@given(directories(), FACTS)
def test_every_report_has_a_destination_that_exists(directory: Directory, wanted: Facts) -> None:
    to = routing.route(directory, wanted)
    assert to.office in directory.offices
    assert to.rule
    assert routing.route(directory, wanted) == to


@given(directories(), FACTS)
def test_a_complaint_about_the_police_never_reaches_a_forum(directory: Directory, wanted: Facts) -> None:
    to = routing.route(directory, replace(wanted, about_police=True))
    kinds = {each.kind for each in directory.offices.values()}
    assert directory.offices[to.office].kind is not OfficeKind.FORUM or kinds == {OfficeKind.FORUM}


@given(directories(), FACTS)
def test_a_sensitive_report_reaches_a_sealed_desk_if_there_is_one_anywhere(directory: Directory, wanted: Facts) -> None:
    hers = replace(wanted, sensitive=True, about_police=False)
    apart = {Category.SELF_HARM, Category.EXTREMISM, Category.POLICE_MISCONDUCT}  # ways of their own, above
    if hers.category in apart or not any(SEALED_DESKS & each.desks for each in directory.offices.values()):
        return
    assert routing.route(directory, hers).desk in SEALED_DESKS


@given(directories(), FACTS)
def test_what_is_not_sensitive_does_not_take_a_sealed_desk(directory: Directory, wanted: Facts) -> None:
    plain = replace(wanted, sensitive=False, woman_officer=False)
    if not RULES[plain.category].sensitive:
        assert routing.route(directory, plain).desk not in SEALED_DESKS


# ── Hours ────────────────────────────────────────────────────────────────────────────────────────────────────
def _at(weekday: int, hour: int, minute: int = 0) -> datetime:
    """A time in Baghdad, UTC+3; 2026-11-23 is a Monday."""
    return datetime(2026, 11, 23 + weekday, hour, minute, tzinfo=UTC) - timedelta(hours=3)


def _with(*shifts: Shift) -> Directory:
    return Directory({"o": office("o", OfficeKind.FORUM, frozenset({Desk.URGENT}), duty={Desk.URGENT: shifts})})


def _on(directory: Directory, now: datetime) -> tuple[str, ...]:
    return routing.on_duty(directory, "o", Desk.URGENT, now)


def test_those_on_duty_are_named_by_rank_in_local_time() -> None:
    directory = _with(
        Shift("b", 1), Shift("a", 0), Shift("c", 2, since_minute=8 * 60, to_minute=16 * 60), Shift("a", 3)
    )
    assert _on(directory, _at(0, 3)) == ("a", "b")
    assert _on(directory, _at(0, 8)) == ("a", "b", "c")
    assert _on(directory, _at(0, 16)) == ("a", "b")


def test_a_night_shift_belongs_to_the_day_it_began_on() -> None:
    directory = _with(Shift("n", 0, frozenset({0}), 20 * 60, 6 * 60))
    assert _on(directory, _at(0, 23, 59)) == ("n",)
    assert _on(directory, _at(1, 5, 59)) == ("n",)
    assert _on(directory, _at(1, 6)) == ()
    assert _on(directory, _at(0, 5)) == ()
    assert _on(directory, _at(1, 21)) == ()


def test_a_shift_from_a_minute_to_the_same_minute_is_a_whole_day() -> None:
    directory = _with(Shift("d", 0, frozenset({0}), 8 * 60, 8 * 60))
    assert _on(directory, _at(0, 8)) == ("d",)
    assert _on(directory, _at(1, 7)) == ("d",)
    assert _on(directory, _at(1, 8)) == ()


def test_nobody_is_on_duty_at_an_unknown_office() -> None:
    assert routing.on_duty(_with(), "nowhere", Desk.URGENT, _at(0, 9)) == ()
    assert not routing.is_open(_with(), "nowhere", _at(0, 9))


def test_an_office_keeps_its_hours_but_not_on_the_weekend() -> None:
    directory = _with()
    assert routing.is_open(directory, "o", _at(0, 9))
    assert not routing.is_open(directory, "o", _at(0, 7, 59))
    assert not routing.is_open(directory, "o", _at(0, 16))
    assert not routing.is_open(directory, "o", _at(4, 9))
    assert not routing.is_open(directory, "o", _at(5, 9))
    assert routing.is_open(directory, "o", _at(6, 9))


def test_a_circle_of_parents_ends() -> None:
    ring = {
        "a": office("a", OfficeKind.FORUM, frozenset(), parent="b"),
        "b": office("b", OfficeKind.GOVERNORATE, frozenset(), parent="a"),
    }
    assert [each.code for each in routing.ancestors(Directory(ring), "a")] == ["b"]
