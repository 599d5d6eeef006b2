"""Logs hold ids, counts and codes; what a person wrote cannot get there whatever a developer passes."""

import logging

import pytest
import structlog

from api import logs

_CANARY = "+9647700000042 باگوا سيارتي"


def test_a_key_that_is_not_allowed_never_reaches_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    structlog.get_logger().warning("not_settled", text=_CANARY, address=_CANARY, inbound=7)
    line = capsys.readouterr().err
    assert '"inbound": 7' in line
    assert _CANARY not in line


def test_another_librarys_line_keeps_its_name_and_loses_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    logging.getLogger("sqlalchemy.engine").error("could not insert %s", _CANARY)
    logging.getLogger("httpx").warning("POST https://api.telegram.org/bot770:secret/sendMessage")
    said = capsys.readouterr().err
    assert "sqlalchemy.engine" in said
    assert _CANARY not in said
    assert "770:secret" not in said


def test_an_exception_is_logged_by_its_type_and_place_only(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    try:
        int(_CANARY)
    except ValueError as error:
        structlog.get_logger().warning("worker_stumbled", **logs.fault(error))
        logging.getLogger("elsewhere").exception("it said %s", _CANARY)
    said = capsys.readouterr().err
    assert "ValueError" in said
    assert "test_logs.py:" in said
    assert _CANARY not in said


def test_nothing_below_a_warning_of_other_libraries_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    logging.getLogger("httpx").info("HTTP Request: POST https://api.telegram.org/bot770:secret/getUpdates")
    assert not capsys.readouterr().err


def test_a_secret_is_masked_wherever_it_stands(capsys: pytest.CaptureFixture[str]) -> None:  # group 60
    logs.configure(["made-up-token", "made-up-token-and-more", "", "ab"])
    structlog.get_logger().warning("fab", reason="made-up-token-and-more", state="x made-up-token y", count=7)
    logging.getLogger("made-up-token").warning("nothing")
    said = capsys.readouterr().err
    assert "made-up" not in said
    assert '"reason": "[SECRET]"' in said
    assert '"count": 7' in said
    assert '"event": "fab"' in said  # two letters are no secret
    logs.configure()


@pytest.mark.parametrize("name", ["httpx", "httpcore", "telegram", "twilio", "twilio.http_client"])
def test_libraries_that_write_urls_and_bodies_are_silent_below_a_warning(name: str) -> None:  # group 60
    logs.configure()
    assert logging.getLogger(name).getEffectiveLevel() == logging.WARNING
