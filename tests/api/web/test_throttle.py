"""How often the form may be used: everybody together, each by a counter that knows no address, nobody for good."""

from hypothesis import given
from hypothesis import strategies as st

from api.web import throttle
from api.web.throttle import Rate, Throttle

HERE, THERE = "203.0.113.7", "2a00:1450:4001::1"
EVERYBODY, EACH = Rate(per_minute=60, burst=10), Rate(per_minute=6, burst=3)
PUBLIC, OTHER = "91.106.40.7", "91.106.40.8"


def made() -> Throttle:
    """Whose key is known."""
    return Throttle(everybody=EVERYBODY, each=EACH, entropy=lambda n: b"k" * n)


def test_who_comes_too_often_is_told_when_and_then_may() -> None:
    gate = made()
    assert [gate.take(PUBLIC, 0.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    wait = gate.take(PUBLIC, 0.0)
    assert 9 < wait <= 10
    assert gate.take(OTHER, 0.0) == 0.0
    assert gate.take(PUBLIC, wait + 0.01) == 0.0


def test_whoever_has_a_whole_network_of_ipv6_is_counted_once() -> None:
    gate = made()
    assert [gate.take(f"2a00:1450:4001:1::{n}", 0.0) for n in range(3)] == [0.0] * 3
    assert gate.take("2a00:1450:4001:1:ffff::4", 0.0) > 0
    assert gate.take("2a00:1450:4001:2::1", 0.0) == 0.0


def test_everybody_together_has_a_measure_of_their_own() -> None:
    gate = made()
    assert [gate.take(f"91.106.40.{n}", 0.0) for n in range(10)] == [0.0] * 10
    assert gate.take("91.106.40.77", 0.0) > 0


def test_behind_a_proxy_or_over_tor_only_the_common_measure_holds() -> None:
    for address in ("127.0.0.1", "172.18.0.3", "10.0.0.1", "::1", "fd00::7", "", "testclient", HERE):
        gate = made()
        assert [gate.take(address, 0.0) for _ in range(10)] == [0.0] * 10, address
        assert gate.take(address, 0.0) > 0


def test_what_is_given_back_does_not_count() -> None:
    gate = made()
    for _ in range(50):
        assert gate.take(PUBLIC, 0.0) == 0.0
        gate.give_back(PUBLIC, 0.0)


def test_no_address_is_kept_and_after_an_hour_not_even_its_hash() -> None:
    gate, keys = made(), iter((b"a" * 32, b"b" * 32))
    gate = Throttle(everybody=EVERYBODY, each=EACH, entropy=lambda _: next(keys))
    gate.take(PUBLIC, 0.0)
    first = set(gate._clients)
    assert PUBLIC.encode() not in repr(vars(gate)).encode()
    gate.take(PUBLIC, 3601.0)
    assert first.isdisjoint(gate._clients)
    assert len(gate._clients) == 1


def test_a_crowd_of_addresses_fills_no_memory() -> None:
    gate = Throttle(everybody=Rate(10**9, 10**9), each=EACH, entropy=lambda n: b"k" * n)
    for n in range(throttle._MOST_CLIENTS + 500):
        gate.take(f"91.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}", 0.0)
    assert len(gate._clients) == throttle._MOST_CLIENTS


@given(st.lists(st.tuples(st.floats(0, 30), st.sampled_from([PUBLIC, OTHER, THERE, "127.0.0.1"])), max_size=80))
def test_nobody_gets_more_than_the_measure_nor_less_than_it_promises(steps: list[tuple[float, str]]) -> None:
    gate, now, taken = made(), 0.0, 0
    for pause, address in steps:
        now += pause
        wait = gate.wait_s(address, now)
        if gate.take(address, now) == 0.0:
            taken += 1
        else:
            assert 0 < wait <= 60 / EACH.per_minute
    assert taken <= EVERYBODY.burst + now * EVERYBODY.per_minute / 60
