"""Over every verb of the command line: what it shows, copies or changes leaves a row, or it is said why it need not."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Final

import typer
from sqlalchemy import select

from api.cli import app
from api.settings import Settings
from storage.database.engine import Store
from storage.tables import audit
from tests.api.test_cli import Run, run  # noqa: F401 - a fixture

# The row of the audit log that each leaves.
LEAVES: Final[Mapping[str, str]] = {
    "keys create": "keys.made",
    "keys rotate": "keys.rotated",
    "keys verify": "keys.verified",
    "keys backup": "keys.copied",
    "keys restore": "keys.restored",
    "staff add": "staff.add",
    "staff token": "staff.token",
    "staff reset-factor": "factor.reset",
    "staff enrolling-code": "factor.code",
    "staff phone": "staff.phone",
    "staff duty": "staff.duty",
    "offices import": "offices.import",
    "places import": "places.import",
    "desks recovery": "recovery.make",
    "desks services": "services.import",
    "desks open": "desk.found",
    "desks recover": "recovery.open",
    "desks replace": "recipient.revoke",
    "desks off": "recipient.revoke",
    "desks status": "desk.view",
    "audit verify": "audit.verify",
    "words export": "term.export",
    "words import": "term.add",
    "train": "model.train",
    "retry": "letters.retry",
    "backup": "backup.backup",
    "restore": "backup.restored",
    "drill": "backup.drill",
}
# These leave none, because:
NONE: Final[Mapping[str, str]] = {
    "serve": "whatever it does leaves its own",
    "demo": "everybody in it is invented",
    "simulate": "refused where anybody is real",
    "migrate": "empty tables",
    "secret": "nothing that is kept",
    "understand": "what is typed in, and nothing that is kept",
    "status": "counts, without any key: also for who may read no row",
    "health": "whether there is an answer",
    "offices invite": "what is printed for walls; of no case and no person",
    "audit anchor": "where the log itself ends",
    "eval": "texts of the software's own",
}


def _verbs(of: typer.Typer, before: str = "") -> Iterator[str]:
    for each in of.registered_commands:
        yield before + str(each.name or getattr(each.callback, "__name__", ""))
    for group in of.registered_groups:
        if group.typer_instance is not None:
            yield from _verbs(group.typer_instance, f"{group.name} ")


def test_no_verb_is_new_without_saying_what_row_it_leaves() -> None:
    assert sorted(_verbs(app)) == sorted([*LEAVES, *NONE])
    assert not set(LEAVES) & set(NONE)


def test_whoever_only_looks_or_copies_is_noted(run: Run) -> None:  # noqa: F811
    only = ("keys create", "keys verify", "desks status", "words export", "audit verify")
    for verb in only:
        run(*verb.split())
    assert {LEAVES[verb] for verb in only} <= asyncio.run(_actions())


async def _actions() -> set[str]:
    store = Store.open(Settings().database)
    try:
        return await store.read(lambda c: set(c.execute(select(audit.c.action)).scalars()))
    finally:
        store.close()
