"""Keeps CAMeL Tools offline: its data module fetches a catalogue while it is imported, and makes a folder at home.

`prepare` imports that module once under a catalogue that is already on disk: the deployment's own where it is sound,
else an empty one that ships beside our data. After it any part of camel_tools can be imported without network or home.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

SHIPPED: Final = Path(__file__).parent / "data" / "morphology"

_HIDDEN: Final = ".camel_tools"
_CATALOGUE: Final = "catalogue.json"
_OF_PACKAGE: Final = frozenset({"package_type", "private"})
_PACKAGE_TYPES: Final = frozenset({"META", "HTTP"})
# Component and dataset of each pack, and what its code needs beside the files.
_PACKS: Final = MappingProxyType(
    {
        "camel.morphology.glf": ("MorphologyDB", "calima-glf-01", ()),
        "camel.ner": ("NamedEntityRecognition", "arabert", ("torch", "transformers")),
        "camel.dialect": ("DialectID", "model26", ("sklearn", "kenlm")),
    }
)


def prepare(folder: Path = SHIPPED) -> None:
    """Import camel_tools.data without network and without writing anywhere; call it before any part that needs it.

    folder: holds `.camel_tools/catalogue.json`, used where CAMELTOOLS_DATA (or ~/.camel_tools) has no sound catalogue.
    The environment is changed only while the import runs, so call it before other threads read it. Repeats do nothing.
    Raises OSError when the folder's own catalogue is absent, ImportError when camel_tools is.
    """
    data = _own_data() or folder / _HIDDEN
    if _sound(data / _CATALOGUE) is None:
        raise FileNotFoundError("no usable catalogue for CAMeL Tools")
    # At home CAMeL makes a folder .camel_tools; here it already is, so that nothing is written.
    home = str(folder.absolute())
    with _environment({"CAMELTOOLS_DATA": str(data.absolute()), "HOME": home, "USERPROFILE": home}):
        import_module("camel_tools.data")


def capabilities() -> Mapping[str, bool]:
    """Which parts of CAMeL Tools could be used here, by name: files on disk and packages that are installed.

    Nothing is imported or fetched, and none of the packs is needed.
    """
    data = _own_data()
    catalogue = None if data is None else _sound(data / _CATALOGUE)
    found = {
        "camel.utils": find_spec("camel_tools") is not None,
        "camel.morphology.iraqi": (SHIPPED.parent / "iraqi.db").is_file(),
    }
    for name, (component, dataset, packages) in _PACKS.items():
        found[name] = (
            data is not None
            and catalogue is not None
            and _installed(data, catalogue, component, dataset)
            and all(find_spec(package) is not None for package in packages)
        )
    return MappingProxyType(found)


def _installed(data: Path, catalogue: Mapping[str, Any], component: str, dataset: str) -> bool:
    try:
        where = data / "data" / catalogue["components"][component]["datasets"][dataset]["path"]
        return where.is_dir() and any(where.iterdir())
    except (KeyError, OSError):
        return False


def _own_data() -> Path | None:
    """The deployment's folder of CAMeL data, where its catalogue is sound."""
    try:
        named = os.environ.get("CAMELTOOLS_DATA")
        folder = Path(named).expanduser() if named else Path.home() / _HIDDEN
    except RuntimeError:  # no home
        return None
    return folder if _sound(folder / _CATALOGUE) is not None else None


def _sound(path: Path) -> Mapping[str, Any] | None:
    """The catalogue in a file if CAMeL Tools can read it; a saved error page of some proxy is not one."""
    try:
        catalogue = json.loads(path.read_text(encoding="utf-8"))
        packages, components = catalogue["packages"].values(), catalogue["components"].values()
        readable = isinstance(catalogue["version"], str)
        readable &= all(set(p) >= _OF_PACKAGE and p["package_type"].upper() in _PACKAGE_TYPES for p in packages)
        readable &= all(isinstance(c["default"], str) for c in components)
        readable &= all(isinstance(d["path"], str) for c in components for d in c["datasets"].values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return catalogue if readable else None


@contextmanager
def _environment(changed: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in changed}
    os.environ.update(changed)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
