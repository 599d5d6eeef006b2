"""What several processes would each compile: every one begins with a share of its own, and the others find it done.

From a fresh clone a process spends fifteen seconds on the assertions that pytest rewrites in tests, and on packages
that were never imported before. In step, each of three processes would do all of it.
"""

import contextlib
import importlib
from pathlib import Path

import pytest

_HERE = Path(__file__).parent


def read(session: pytest.Session) -> None:
    """Imports this process's share of the test modules, where all are to be collected; what is broken is told then."""
    given = getattr(session.config, "workerinput", None)
    if given is None or session.config.args_source is pytest.Config.ArgsSource.ARGS:
        return
    own = int(given["workerid"].removeprefix("gw"))
    for module in _modules(session)[own :: given["workercount"]]:
        with contextlib.suppress(Exception, pytest.skip.Exception):
            importlib.import_module(module)


def _modules(session: pytest.Session) -> list[str]:
    hook = session.config.hook
    folders = [
        folder
        for folder in sorted(_HERE.iterdir())
        if folder.is_dir() and not hook.pytest_ignore_collect(collection_path=folder, config=session.config)
    ]
    files = [file for folder in folders for file in sorted(folder.rglob("test_*.py"))]
    return [".".join(file.relative_to(_HERE.parent).with_suffix("").parts) for file in files]
