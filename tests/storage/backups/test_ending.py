"""Told to end: heard once, where it may be, and never in the middle of what must be done to its end."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage.backups import clients
from storage.backups.ending import Told, patient, told, undisturbed

BOTH = (signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def _heard_by_default() -> Iterator[None]:
    """Whoever begins the tests under `nohup` has these ignored, and what is ignored stays so."""
    before = {number: signal.signal(number, signal.SIG_DFL) for number in BOTH}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def _tell(number: int) -> None:
    os.kill(os.getpid(), number)


@contextmanager
def _other(done: Callable[[], None]) -> Iterator[None]:
    """Does something in another thread meanwhile."""
    other = threading.Thread(target=done)
    other.start()
    try:
        yield
    finally:
        other.join()


def test_who_tells_it_to_end_is_heard_once_and_tidying_up_is_not_disturbed() -> None:
    tidied = []

    def work() -> None:
        try:
            _tell(signal.SIGTERM)
        finally:
            for number in BOTH:
                _tell(number)
            tidied.append(True)

    with pytest.raises(Told) as heard, told():
        work()
    assert (heard.value.code, tidied) == (143, [True])


def test_from_the_last_step_on_nobody_is_heard_and_afterwards_whoever_was_before() -> None:
    before = [signal.getsignal(number) for number in BOTH]
    with told():
        undisturbed()
        for number in BOTH:
            _tell(number)
    assert [signal.getsignal(number) for number in BOTH] == before


def test_who_comes_at_a_bad_moment_is_heard_after_it() -> None:
    steps = []

    def work() -> None:
        with patient():
            _tell(signal.SIGHUP)
            steps.append("begun")
        steps.append("never")

    with pytest.raises(Told), told():
        work()
    assert steps == ["begun"]


def test_a_program_of_ours_ends_with_whoever_began_it(tmp_path: Path) -> None:
    begun = tmp_path / "begun"

    def tells() -> None:
        while not (begun.exists() and begun.read_text()):
            time.sleep(0.01)
        _tell(signal.SIGTERM)

    with _other(tells), pytest.raises(Told), told():
        clients._ran(["sh", "-c", f"echo $$ > {begun}; exec sleep 600"], {"PATH": os.environ["PATH"]})
    with pytest.raises(ProcessLookupError):
        os.kill(int(begun.read_text()), 0)
