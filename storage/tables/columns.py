"""What every table is made with: the metadata that knows them all, and the columns that several of them share."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Dialect, Integer, LargeBinary, MetaData, String, TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime kept as whole microseconds.

    What somebody else wrote there may lie beyond every date: it counts as the first or the last, and no query fails.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Aware datetime to microseconds; a naive one is a bug and raises TypeError."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Microseconds to aware UTC datetime."""
        if value is None:
            return None
        try:
            return _EPOCH + int(value) * _MICROSECOND
        except OverflowError:
            return _LAST if int(value) > 0 else _FIRST


class Codes(TypeDecorator[list[str]]):
    """A list of codes of offices, as JSON; None for none.

    What somebody else wrote there and is no such list reads as [UNREADABLE], which is no office's code.
    """

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_result_value(self, value: Any | None, dialect: Dialect) -> list[str] | None:
        """As it was put there."""
        if value is None:
            return None
        whole = isinstance(value, list) and value and all(isinstance(code, str) for code in value)
        return value if whole else [UNREADABLE]


UNREADABLE = "*"

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# A row number that is ours alone: BIGINT on PostgreSQL, and INTEGER on SQLite because only that auto-increments.
SERIAL = BigInteger().with_variant(Integer, "sqlite")
ID = String(32)


def sealed(*, nullable: bool = False) -> list[Column[Any]]:
    """The three columns of a sealed value: bytes under a data key, that key wrapped, and the epoch that wrapped it."""
    return [
        Column("sealed", LargeBinary, nullable=nullable),
        Column("wrapped", LargeBinary, nullable=nullable),
        Column("epoch", String(13), nullable=nullable),
    ]


def tie() -> Column[Any]:
    """What says that a row ties what it does by our own hand; NULL or another's: then it ties nothing."""
    return Column("tie", LargeBinary)
