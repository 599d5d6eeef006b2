"""The verdict on JUnit files, as pytest writes them."""

from pathlib import Path

import pytest

from tools import verdict

CASE = '<testcase classname="tests.one" name="{}">{}</testcase>'
SKIP = '<skipped type="pytest.skip" message="chromium is not installed">x</skipped>'


def _report(folder: Path, run: str, *, passed: int = 0, failed: int = 0, skipped: int = 0) -> None:
    cases = [CASE.format(n, "") for n in range(passed)]
    cases += [CASE.format(n, '<failure message="no">x</failure>') for n in range(failed)]
    cases += [CASE.format(n, SKIP) for n in range(skipped)]
    counts = f'errors="0" failures="{failed}" skipped="{skipped}" tests="{len(cases)}"'
    suite = f'<testsuite name="pytest" {counts}>{"".join(cases)}</testsuite>'
    (folder / f"{run}.xml").write_text(f'<?xml version="1.0"?><testsuites>{suite}</testsuites>', encoding="utf-8")


def test_the_closing_line_adds_up_all_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _report(tmp_path, "default", passed=5, skipped=1)
    _report(tmp_path, "crash", passed=2)
    assert verdict.main([str(tmp_path), "--whole", "peers"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "7 passed, 0 failed, 1 skipped"


def test_a_failure_in_any_run_is_a_failure(tmp_path: Path) -> None:
    _report(tmp_path, "default", passed=5)
    _report(tmp_path, "crash", failed=1)
    assert verdict.main([str(tmp_path)]) == 1


def test_the_closing_lines_name_what_failed_and_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _report(tmp_path, "slow", passed=1, failed=1)
    verdict.main([str(tmp_path)])
    assert "slow: failed: tests.one.0: no" in capsys.readouterr().out


def test_a_skip_where_nothing_may_skip_is_a_failure_with_its_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _report(tmp_path, "default", passed=5)
    _report(tmp_path, "browser", skipped=2)
    assert verdict.main([str(tmp_path), "--whole", "peers", "browser"]) == 1
    assert "browser: skipped: chromium is not installed" in capsys.readouterr().out


def test_no_test_at_all_is_a_failure(tmp_path: Path) -> None:
    assert verdict.main([str(tmp_path)]) == 1
