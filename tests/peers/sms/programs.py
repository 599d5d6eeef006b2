"""Starting programs that we did not write, and stopping them; where one is absent, the test skips and names it."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True, slots=True)
class Npm:
    """The packages of tests/peers/npm/package.json, as its lock file names them. modules: node_modules."""

    modules: Path

    def ask(self, script: str, given: object) -> Any:
        """Runs a script under Node that reads JSON on its standard input and prints JSON."""
        command = ["node", "-e", script]
        ended = subprocess.run(
            command,
            input=json.dumps(given),
            capture_output=True,
            text=True,
            env=self.environment,
            timeout=120,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    def program(self, name: str) -> str:
        """The path of a command that one of the packages brings."""
        return str(self.modules / ".bin" / name)

    @property
    def environment(self) -> Mapping[str, str]:
        """Where `require` finds the packages from any folder."""
        return {**os.environ, "NODE_PATH": str(self.modules), "NO_UPDATE_NOTIFIER": "1"}


def needed(program: str, package: str) -> str:
    """The path of a program; skips the test when its Debian package is not installed."""
    path = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/lib/kannel")
    if path is None:
        pytest.skip(f"no {program} here: Debian package {package}")
    return path


@contextlib.contextmanager
def running(
    command: Sequence[str], log: Path, *, ready: int = 0, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A program between its start and its end. ready: the port on which it listens once it is ready."""
    with log.open("ab") as out:
        program = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, env=environment)
    try:
        if ready:
            _wait(program, ready, log)
        yield program
    finally:
        program.terminate()
        try:
            program.wait(10)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


def _wait(program: subprocess.Popen[bytes], port: int, log: Path) -> None:
    for _ in range(600):
        assert program.poll() is None, log.read_text(errors="replace")[-2000:]
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError(f"it does not listen: {log.read_text(errors='replace')[-2000:]}")
