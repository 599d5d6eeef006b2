"""What stands in the way of a backup, a restore or a drill, in a sentence for whoever began it."""

from typing import Final

from storage.backups.backup import WhichOne
from storage.backups.clients import NoProgram
from storage.backups.manifests import NotABackup
from storage.backups.places import NotEmpty, NotWhole, TooOld
from storage.backups.trying import NoScratch
from storage.keys import KeyGone

_TWO_NEWEST: Final = (
    "nothing was touched: {words}. A clock was wrong, or backups of two machines lie in one folder."
    " Name the one that you mean: --from FOLDER/NAME"
)
_TOO_OLD: Final = "this backup cannot be read any more: {words}. Keys end with their month: so we promised"
_NO_SCRATCH: Final = "no second database could be made: MUNTADA_MIGRATE_URL must name a login with CREATEDB"
_SENTENCES: Final[dict[type[Exception], str]] = {
    NotABackup: "this backup cannot be used: {words}",
    NotWhole: "this backup cannot be used: {words}",
    WhichOne: _TWO_NEWEST,
    TooOld: _TOO_OLD,
    NotEmpty: "nothing was touched: {words}. Restore into an empty place",
    NoProgram: "{words}",
    NoScratch: _NO_SCRATCH,
    KeyGone: "a key is not in MUNTADA_KEYS_DIR: without its keys a backup is of no use",
}


def sentence(error: Exception) -> str | None:
    """The sentence; None for what nobody foresaw."""
    if isinstance(error, OSError):
        return f"a file could not be read or written: {error.strerror or 'no reason given'}"
    words = next((words for kind, words in _SENTENCES.items() if isinstance(error, kind)), None)
    return None if words is None else words.format(words=error)
