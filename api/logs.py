"""What may be logged: an event's name, ids of ours, counts and codes. Everything else is dropped, not masked."""

import logging
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

# A key that is not here never reaches a log line, whatever a later developer passes.
ALLOWED = frozenset(
    {"event", "level", "timestamp", "logger", "inbound", "outbox", "timer", "report", "channel", "carrier", "reason"}
    | {"count", "seconds", "attempt", "error", "where", "port", "state", "name"}
)
_NOISY = ("httpx", "httpcore", "telegram", "twilio", "twilio.http_client", "sqlalchemy", "urllib3", "asyncio")


def _allow(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: value for key, value in event.items() if key in ALLOWED}


class _Foreign(logging.Formatter):
    """Other libraries' lines: who spoke and what kind of error, never their words, which may hold a URL or a text."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, without the message."""
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        return f'{{"logger": "{record.name}", "level": "{record.levelname.lower()}", "error": "{kind}"}}'


def configure() -> None:
    """Sets both our lines and other libraries' up for this process."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _allow,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,  # standard error may be another one by then
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Foreign())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def fault(error: BaseException) -> dict[str, str]:
    """An exception as it may be logged: its type and where it was raised, never what it says."""
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    where = f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else ""
    return {"error": type(error).__name__, "where": where}
