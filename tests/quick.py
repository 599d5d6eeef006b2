"""Slow hashes, quick for tests: in production a password takes 80 ms, a pass phrase 200 and a code 40.

Nothing but a test can lower them: there is no setting. tests/storage/test_costs.py holds what they are in production.
"""

import functools
import importlib.util
from types import ModuleType

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from typer import main, testing

from storage.people import hashing
from storage.sealed import keypairs


def lower() -> None:
    """Lowers what they cost, for the rest of this process."""
    patch = pytest.MonkeyPatch()
    for module in (keypairs, hashing):
        patch.setattr(module, "_MEMORY_KIB", 8)
        patch.setattr(module, "_PASSES", 1)
    patch.setattr(keypairs, "_CODE_ROUNDS", 2)
    # The command line's verbs are read once a process, and not at each call: 30 ms.
    patch.setattr(testing, "_get_command", functools.cache(main.get_command))
    nobodys = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1).hash("what nobody types")
    patch.setattr(hashing, "NOBODYS", nobodys)


def untouched(module: ModuleType) -> ModuleType:
    """The module as production has it: read anew from its file, beside the one whose cost is lowered."""
    spec = importlib.util.spec_from_file_location(f"untouched_{module.__name__}", str(module.__file__))
    assert spec is not None
    assert spec.loader is not None
    fresh = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fresh)
    return fresh
