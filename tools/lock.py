"""Makes requirements.lock and requirements-dev.lock again from pyproject.toml. Needs uv; run it to take newer versions.

    .venv/bin/python tools/lock.py [--upgrade]

Both locks hold a hash for every file and no address of any server. The packages that we leave out, and why, are in
tools/without-runtime.txt and tools/without-dev.txt.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOW = (
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-annotate",
    "--no-header",
    "--quiet",
)


def commands(*, upgrade: bool) -> list[list[str]]:
    """The two commands, in order: the development lock is held to the versions of the runtime's."""
    base = ["uv", "pip", "compile", "pyproject.toml", *HOW, *(["--upgrade"] if upgrade else [])]
    runtime = [*base, "--override=tools/without-runtime.txt", "--output-file=requirements.lock"]
    dev = [*base, "--group=dev", "--override=tools/without-dev.txt", "--constraint=requirements.lock"]
    return [runtime, [*dev, "--output-file=requirements-dev.lock"]]


def main() -> int:
    """Writes both locks; returns the first failure's exit code, else 0."""
    for command in commands(upgrade="--upgrade" in sys.argv[1:]):
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
