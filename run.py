#!/usr/bin/env python3
"""Makes .venv beside this file, installs the locked packages into it and runs one verb there.

Standard library only. Its syntax stays readable by Python 3.6, so that an old Python gets a sentence and no traceback.
An install is trusted only when its stamp stands, and the stamp is written last: one that was cut short starts afresh.
"""

import contextlib
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Dict, Iterator, List, NoReturn, Optional, Sequence, Tuple

ROOT = Path(__file__).resolve().parent
OLDEST = (3, 11)
USAGE = """usage: python3 run.py VERB

  demo [--port N]   the console and a simulated phone on this machine, with demo data
  demo --check      the same without a browser: every step of a message's journey, then 0 or 1
  test [ARGS]       the tests; ARGS go to pytest (-m crash, -m peers, -m browser, -m slow for those left out)
  check             format, lint, types, import contracts, catalogues
  muntada ARGS      the product's own command line
"""

Command = List[str]


class CannotInstall(Exception):
    """What is missing on this machine, as a sentence for its owner."""


def why_not(version: Tuple[int, int], system: str) -> Optional[str]:
    """The sentence for a Python or a system (os.name) that we do not run on, or None."""
    if version < OLDEST:
        wanted = "Muntada needs Python {}.{} or newer; this is Python {}.{}.".format(*OLDEST, *version)
        return wanted + " Where a newer one is installed: python3.11 run.py demo"
    if system != "posix":
        return "Muntada runs on Linux and macOS; on Windows, run it inside WSL."
    return None


class Environment:
    """The folder .venv of a project: whether its locks are installed, and the way to install them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self._unfinished = self.folder / "muntada-unfinished"
        self._locks = {"runtime": root / "requirements.lock", "dev": root / "requirements-dev.lock"}

    def program(self, name: str) -> str:
        """Where a program of the environment lies."""
        return str(self.folder / "bin" / name)

    def ready(self, name: str) -> bool:
        """The lock `name` is wholly installed, by an interpreter that is still there."""
        stamp = self._stamp(name)
        if self._unfinished.exists() or not stamp.exists() or not self.python.exists():
            return False
        return stamp.read_text() == self._seal(name)

    def ensure(self, name: str) -> None:
        """Installs the lock `name` unless it is; raises CannotInstall with a sentence."""
        if self.ready(name):
            return
        with _alone(self._locks["runtime"]):
            if not self.ready(name):
                self._install(name)

    def _install(self, name: str) -> None:
        uv = shutil.which("uv")
        began = time.monotonic()
        if not self._usable(uv):
            shutil.rmtree(str(self.folder), ignore_errors=True)
        self.folder.mkdir(exist_ok=True)
        self._unfinished.touch()
        for each in self._locks:
            with contextlib.suppress(FileNotFoundError):
                self._stamp(each).unlink()
        if not self.python.exists():
            making = _making(uv, self.folder)
            _say("Making .venv …")
            _run(making)
        _say("Installing the locked packages ({}) …".format("with uv" if uv else "with pip, about half a minute"))
        _run(_installing(uv, self.python, self._locks[name]))
        self._add_project()
        # The development lock holds all of the runtime's (a test compares them), so it stamps both.
        for each in ("runtime", "dev") if name == "dev" else ("runtime",):
            self._stamp(each).write_text(self._seal(each))
        self._unfinished.unlink()
        _say("Installed in {:.0f} s.".format(time.monotonic() - began))

    def _add_project(self) -> None:
        """The project itself: its folder on the path, and the program `muntada`. Needs no build and no network."""
        (packages,) = self.folder.glob("lib/python3*/site-packages")
        (packages / "muntada.pth").write_text("{}\n".format(self.root))
        script = self.folder / "bin" / "muntada"
        # Read by sh, which starts Python: a path may be too long for, or have spaces that break, a direct first line.
        script.write_text(
            "#!/bin/sh\n"
            "'''exec' \"{}\" \"$0\" \"$@\"\n' '''\n"
            "import sys\n\nfrom api.cli import main\n\nsys.exit(main())\n".format(self.python)
        )
        script.chmod(0o755)

    def _usable(self, uv: Optional[str]) -> bool:
        """Packages can be added to what is there: it is whole, was made here, and has a way to install."""
        if self._unfinished.exists() or not self.python.exists():
            return False
        stamps = [self._stamp(name).read_text() for name in self._locks if self._stamp(name).exists()]
        if any(stamp.partition("\n")[2] != self._place() for stamp in stamps):
            return False
        return uv is not None or next(self.folder.glob("lib/python3*/site-packages/pip"), None) is not None

    def _seal(self, name: str) -> str:
        """What a finished install is stamped with: the lock's hash, then where it was made and for which Python."""
        digest = hashlib.sha256(self._locks[name].read_bytes()).hexdigest()
        return "{}\n{}".format(digest, self._place())

    def _place(self) -> str:
        # Programs in bin/ name their folder, so a copied or moved environment is of no use.
        return "{}\n{}\n".format(self.root, os.path.realpath(str(self.python)))

    def _stamp(self, name: str) -> Path:
        return self.folder / "muntada-{}.stamp".format(name)


@contextlib.contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Two first starts at once: the second waits, then finds the work done."""
    import fcntl  # noqa: PLC0415 - not on Windows, where an old Python's sentence must still be read

    with file.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _making(uv: Optional[str], folder: Path) -> Command:
    """The command that makes an environment; raises CannotInstall where Debian's python3-venv is missing."""
    if uv:
        return [uv, "venv", "--quiet", "--no-project", "--allow-existing", "--python", sys.executable, str(folder)]
    if not all(importlib.util.find_spec(module) for module in ("venv", "ensurepip")):
        raise CannotInstall("Python's venv is missing here. On Debian and Ubuntu: sudo apt install python3-venv")
    return [sys.executable, "-m", "venv", str(folder)]


def _installing(uv: Optional[str], python: Path, lock: Path) -> Command:
    """The command that installs exactly what a lock names: each file's hash is checked, nothing is built."""
    exactly = ["--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(lock)]
    if uv:
        return [uv, "pip", "install", "--python", str(python), *exactly]
    return [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--no-compile", *exactly]


def _run(command: Command) -> None:
    if subprocess.call(command) != 0:
        raise CannotInstall("That failed (see above). Run the same again when the cause is gone; it starts afresh.")


def _become(command: Command) -> NoReturn:
    """Turns this process into that one, so that Ctrl-C and signals reach it and no other."""
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def checks(root: Path, program: Dict[str, str]) -> List[Tuple[str, Command]]:
    """What `check` runs, by name; program: where each tool lies."""
    named = ("bot", "storage", "api", "tests", "bench", "tools")
    typed = [name for name in named if next((root / name).rglob("*.py"), None)]
    return [
        ("format", [program["ruff"], "format", "--check", "."]),
        ("lint", [program["ruff"], "check", "."]),
        ("types", [program["mypy"], "run.py", *typed]),
        ("import contracts", [program["lint-imports"], "--no-logo"]),
        ("catalogues", [program["python"], "tools/check_catalogues.py"]),
    ]


def _check(environment: Environment) -> int:
    program = {name: environment.program(name) for name in ("ruff", "mypy", "lint-imports", "python")}
    failed = []
    for name, command in checks(environment.root, program):
        _say("── {}".format(name))
        if subprocess.call(command, cwd=str(environment.root)) != 0:
            failed.append(name)
    _say("check: {}".format("failed: " + ", ".join(failed) if failed else "all is well"))
    return 1 if failed else 0


def main(arguments: Sequence[str]) -> int:
    """Runs a verb; returns its exit code, or 2 when it cannot be run."""
    verb, rest = (arguments[0], list(arguments[1:])) if arguments else ("", [])
    if verb in ("-h", "--help", "help"):
        print(USAGE)
        return 0
    if verb not in ("demo", "muntada", "test", "check") or (verb == "check" and rest):
        _say(USAGE)
        return 2
    hindrance = why_not(sys.version_info[:2], os.name)
    if hindrance:
        _say(hindrance)
        return 2
    environment = Environment(ROOT)
    try:
        environment.ensure("runtime" if verb in ("demo", "muntada") else "dev")
    except CannotInstall as reason:
        _say(str(reason))
        return 2
    if verb == "check":
        return _check(environment)
    if verb != "muntada":
        os.chdir(str(ROOT))
    if verb == "test":
        # The unmarked tests are small and many: a process for each core, and one more that works while another waits
        # for something to be seen. What is marked has the machine to itself.
        spread = [] if "-m" in rest else ["-n", str((os.cpu_count() or 1) + 1), "--dist", "worksteal"]
        # Products of matrices that are spread over all cores by each of these processes only wait for each other.
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        # Read by every process that a test starts, and compiled by each of them where nothing may be kept.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(environment.folder / "compiled")
        _become([environment.program("python"), "-m", "pytest", *spread, *rest])
    _become([environment.program("muntada"), *(["demo"] if verb == "demo" else []), *rest])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
