"""Remembers, as somebody erases, which of their messages that were: an edit of one must bring nothing back."""

from collections.abc import Collection

from bot.vocabulary import Channel
from storage.purging import joined
from storage.reporting import effaced, traces
from storage.reporting.turns import Turn


def efface(turn: Turn, about: Collection[str | None], *, whole: bool = False) -> None:
    """Those that became one of these reports, or of what was joined into them; None: those that became none we know.

    whole: also every message of this chat that is not known by its name. So it is in private and of whoever is
    discreet, where names go within minutes, and of what waits, which has none yet. Only on Telegram does anybody edit.
    """
    message, contact = turn.waiting.message, turn.reporter.contact
    if message.channel is not Channel.TELEGRAM or not message.address:
        return
    under = {row.id for one in about if one for row in joined.under(turn.conn, one)}
    named = {*about, *under, *([None] if turn.private else [])}
    names = traces.written(turn.conn, turn.keyring, contact=contact, about=named) if contact is not None else ()
    whole = whole or turn.private
    names = (*names, effaced.CHAT) if whole else names
    effaced.efface(turn.conn, turn.keyring, message, names, hourly=turn.private, now=turn.clock)
