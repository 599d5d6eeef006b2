from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot import alerts
from bot.alerts import Rung
from bot.vocabulary import SEALED_DESKS, Category, Desk, Directory, Facts, OfficeKind, Shift, Urgency
from tests.bot.story import NIGHT, NOW, office, town, unstaffed
from tests.bot.test_routing import directories

FIVE, TEN = timedelta(minutes=5), timedelta(minutes=10)


def climb(directory: Directory, at: str, desk: Desk) -> list[Rung]:
    rungs = [alerts.rung(directory, office=at, desk=desk, rung=step, now=NIGHT) for step in range(20)]
    return [rung for rung in rungs if rung is not None]


def rota(directory: Directory, code: str, desk: Desk, *staff: str) -> Directory:
    shifts = tuple(Shift(each, rank) for rank, each in enumerate(staff))
    here = directory.offices[code]
    return Directory({**directory.offices, code: replace(here, duty={**here.duty, desk: shifts})})


def test_the_duty_officers_of_the_desk_are_told_one_after_another_then_those_above() -> None:
    directory = rota(town(), "forum-shula", Desk.URGENT, "first", "second")
    assert climb(directory, "forum-shula", Desk.URGENT) == [
        Rung(("first",), FIVE),
        Rung(("second",), FIVE),
        Rung(("gov-bg-urgent",), FIVE),
        Rung(("nation-urgent",), FIVE),
    ]


def test_an_office_with_nobody_on_duty_is_passed_over() -> None:
    directory = rota(town(), "forum-shula", Desk.URGENT)
    assert climb(directory, "forum-shula", Desk.URGENT)[0] == Rung(("gov-bg-urgent",), FIVE)


def test_focal_points_are_told_together_then_the_region_then_the_nation_and_never_the_police() -> None:
    own = replace(town().offices["forum-shula"], desks=frozenset({Desk.WOMEN, Desk.URGENT}), governorate="IQ-BG")
    directory = rota(Directory({**town().offices, "forum-shula": own}), "forum-shula", Desk.WOMEN, "hanan", "rana")
    assert climb(directory, "forum-shula", Desk.WOMEN) == [
        Rung(("hanan", "rana"), TEN),
        Rung(("women-bg-women",), TEN),
        Rung(("women-iq-women",), TEN),
    ]


def test_with_nobody_on_duty_the_first_rota_is_rung_all_the_same() -> None:
    asleep = Shift("asleep", 0, since_minute=8 * 60, to_minute=16 * 60)
    here = office("o", OfficeKind.FORUM, frozenset({Desk.URGENT}), duty={Desk.URGENT: (asleep,)})
    directory = Directory({"o": here})
    assert alerts.ladder(directory, office="o", desk=Desk.URGENT, now=NIGHT) == ()
    assert climb(directory, "o", Desk.URGENT) == [Rung(("asleep",), TEN)]


def test_with_no_rota_anywhere_nobody_can_be_told() -> None:
    assert climb(unstaffed(town()), "forum-shula", Desk.URGENT) == []
    assert climb(town(), "nowhere", Desk.WOMEN) == []


def test_an_emergency_and_the_urgent_desk_ring_and_nothing_else_does() -> None:
    quiet = Facts(Category.THEFT, Urgency.HIGH, sensitive=False)
    assert not alerts.wanted(quiet, Desk.GENERAL)
    assert alerts.wanted(quiet, Desk.URGENT)
    assert alerts.wanted(replace(quiet, urgency=Urgency.EMERGENCY), Desk.WOMEN)


def test_the_graver_the_sooner_it_is_due() -> None:
    assert NOW < alerts.due_at(Urgency.EMERGENCY, NOW) < alerts.due_at(Urgency.HIGH, NOW)
    assert alerts.due_at(Urgency.HIGH, NOW) < alerts.due_at(Urgency.NORMAL, NOW)


@given(directories(), st.sampled_from(Desk))
def test_nobody_stands_on_two_rungs_and_sealed_desks_tell_only_sealed_desks(directory: Directory, desk: Desk) -> None:
    named = Directory(
        {
            code: replace(each, duty={of: (Shift(f"{code}/{of}", 0),) for of in each.duty})
            for code, each in directory.offices.items()
        }
    )
    for code in named.offices:
        told = [person for rung in climb(named, code, desk) for person in rung.staff]
        assert len(told) == len(set(told))
        if desk in SEALED_DESKS:
            assert all(Desk(person.partition("/")[2]) in SEALED_DESKS for person in told)
