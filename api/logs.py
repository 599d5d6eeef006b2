"""What may be logged: an event's name, ids of ours, counts and codes. Everything else is dropped, not masked."""

import logging
import sys
from collections.abc import Iterable, MutableMapping
from pathlib import Path
from typing import Any

import structlog

# A key that is not here never reaches a log line, whatever a later developer passes.
ALLOWED = frozenset(
    {"event", "level", "timestamp", "logger", "inbound", "outbox", "timer", "report", "channel", "carrier", "reason"}
    | {"count", "seconds", "attempt", "error", "where", "port", "state", "name"}
)
_LEAST_SECRET = 6  # letters; a shorter one would stand in ordinary words
_NOISY = ("httpx", "httpcore", "telegram", "twilio", "twilio.http_client", "sqlalchemy", "urllib3", "asyncio")


def _allow(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: value for key, value in event.items() if key in ALLOWED}


class _Mask:
    """Keeps secrets out of what is allowed, too: a path or a reason could hold one."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = sorted({secret for secret in secrets if len(secret) >= _LEAST_SECRET}, key=len, reverse=True)

    def __call__(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {key: self.masked(value) if isinstance(value, str) else value for key, value in event.items()}

    def masked(self, text: str) -> str:
        """The text without any of the secrets."""
        for secret in self._secrets:
            text = text.replace(secret, "[SECRET]")
        return text


class _Foreign(logging.Formatter):
    """Other libraries' lines: who spoke and what kind of error, never their words, which may hold a URL or a text."""

    def __init__(self, mask: _Mask) -> None:
        super().__init__()
        self._mask = mask

    def format(self, record: logging.LogRecord) -> str:
        """One line, without the message."""
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        return self._mask.masked(
            f'{{"logger": "{record.name}", "level": "{record.levelname.lower()}", "error": "{kind}"}}'
        )


def configure(secrets: Iterable[str] = ()) -> None:
    """Sets both our lines and other libraries' up for this process. secrets: values that no line may hold."""
    mask = _Mask(secrets)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _allow,
            mask,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,  # standard error may be another one by then
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Foreign(mask))
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
