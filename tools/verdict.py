"""Adds up the test runs of .ci/run from their JUnit files and prints the closing lines: what failed, and the sums.

    python3 tools/verdict.py FOLDER [--whole RUN …]

FOLDER holds one RUN.xml for each run. A run named after --whole must not have skipped anything: the machine was given
all that its tests ask for. Exits with 1 where something failed, skipped without leave, or no test ran at all.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

# Letters of a failure's message that the closing lines repeat.
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class Run:
    """How one run ended. reasons: why it skipped what it skipped. broken: which tests failed, each with its why."""

    name: str
    passed: int
    failed: int
    skipped: int
    reasons: tuple[str, ...]
    broken: tuple[str, ...]


def read(report: Path) -> Run:
    """What a JUnit file written by pytest says."""
    suites = list(ET.parse(report).getroot().iter("testsuite"))  # noqa: S314 - written by our own test run just now
    tests, failures, errors, skipped = (
        sum(int(suite.get(name, "0")) for suite in suites) for name in ("tests", "failures", "errors", "skipped")
    )
    reasons = sorted({skip.get("message", "") for suite in suites for skip in suite.iter("skipped")})
    failed = failures + errors
    broken = tuple(why for suite in suites for case in suite.iter("testcase") for why in _broken(case))
    return Run(report.stem, max(0, tests - failed - skipped), failed, skipped, tuple(reasons), broken)


def _broken(case: ET.Element) -> Iterator[str]:
    """A failed test's name and the first line of why, to be read where the output itself is cut short."""
    for end in (*case.iter("failure"), *case.iter("error")):
        yield f"{case.get('classname', '')}.{case.get('name', '')}: {end.get('message', '')[:_LONGEST]}"


def verdict(runs: Sequence[Run], *, whole: Sequence[str]) -> tuple[list[str], bool]:
    """The lines to print, the closing one last, and whether all is well."""
    lines = [f"{run.name}: skipped: {reason}" for run in runs if run.name in whole for reason in run.reasons]
    lines += [f"{run.name}: failed: {why}" for run in runs for why in run.broken]
    passed, failed, skipped = (sum(getattr(run, name) for run in runs) for name in ("passed", "failed", "skipped"))
    return [*lines, f"{passed} passed, {failed} failed, {skipped} skipped"], not lines and not failed and passed > 0


def main(arguments: Sequence[str]) -> int:
    """Prints the verdict on the folder named first; 1 when something is wrong."""
    folder, whole = Path(arguments[0]), arguments[2:]
    lines, well = verdict([read(report) for report in sorted(folder.glob("*.xml"))], whole=whole)
    print("\n".join(lines))
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
