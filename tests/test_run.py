"""run.py on real folders: it installs (empty) locks for real, with uv where there is one and with pip."""

import ast
import shutil
import subprocess
from importlib import util
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

import run

HERE = Path(run.__file__)


@pytest.fixture(params=["uv", pytest.param("pip", marks=pytest.mark.slow)])
def installer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The installer uv as it stands on PATH, or a PATH on which there is none."""
    name: str = request.param
    if name == "pip":
        _without_uv(monkeypatch, tmp_path)
    elif not shutil.which("uv"):
        pytest.skip("uv is not installed")
    return name


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with two empty locks and a command line that says what it was given; a space in its path."""
    root = tmp_path / "a project"
    (root / "api").mkdir(parents=True)
    (root / "api" / "cli.py").write_text("import sys\ndef main():\n    print(sys.argv[1:])\n    return 7\n")
    (root / "requirements.lock").write_text("# nothing\n")
    (root / "requirements-dev.lock").write_text("# nothing either\n")
    return root


def _without_uv(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bare = tmp_path / "bin"
    bare.mkdir()
    for program in ("sh", "env"):
        (bare / program).symlink_to(shutil.which(program) or "")
    monkeypatch.setenv("PATH", str(bare))


def test_a_first_start_makes_an_environment_whose_muntada_runs_this_project(root: Path, installer: str) -> None:
    environment = run.Environment(root)
    environment.ensure("runtime")
    done = subprocess.run([environment.program("muntada"), "a b", "--c"], capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("['a b', '--c']\n", 7), (installer, done.stderr)
    assert environment.ready("runtime")
    assert not environment.ready("dev")


@pytest.mark.slow
def test_an_install_that_was_cut_short_is_noticed_and_done_afresh(root: Path) -> None:
    environment = run.Environment(root)
    environment.ensure("runtime")
    (environment.folder / "muntada-unfinished").touch()
    leftover = environment.folder / "half-a-package"
    leftover.touch()
    assert not environment.ready("runtime")
    environment.ensure("runtime")
    assert environment.ready("runtime")
    assert not leftover.exists()


@pytest.mark.slow
def test_a_second_start_installs_nothing(root: Path) -> None:
    environment = run.Environment(root)
    environment.ensure("runtime")
    stamp = environment.folder / "muntada-runtime.stamp"
    before = stamp.stat().st_mtime_ns
    run.Environment(root).ensure("runtime")
    assert stamp.stat().st_mtime_ns == before


@pytest.mark.slow
def test_the_development_lock_serves_the_runtime_too(root: Path) -> None:
    environment = run.Environment(root)
    environment.ensure("dev")
    assert environment.ready("runtime")


@pytest.mark.slow
def test_a_changed_lock_is_installed_on_top_of_what_is_there(root: Path) -> None:
    environment = run.Environment(root)
    environment.ensure("dev")
    kept = environment.folder / "kept"
    kept.touch()
    (root / "requirements.lock").write_text("# changed\n")
    assert not environment.ready("runtime")
    environment.ensure("runtime")
    assert environment.ready("runtime")
    assert not environment.ready("dev")
    assert kept.exists()


@pytest.mark.slow
def test_a_moved_folder_gets_a_new_environment(root: Path) -> None:
    run.Environment(root).ensure("runtime")
    moved = root.rename(root.with_name("moved"))
    environment = run.Environment(moved)
    assert not environment.ready("runtime")
    environment.ensure("runtime")
    done = subprocess.run([environment.program("muntada")], capture_output=True, text=True, check=False)
    assert done.returncode == 7, done.stderr


def test_what_has_no_hash_is_not_installed_and_leaves_nothing_trusted(root: Path, installer: str) -> None:
    (root / "requirements.lock").write_text("six==1.17.0\n")
    environment = run.Environment(root)
    with pytest.raises(run.CannotInstall, match="starts afresh"):
        environment.ensure("runtime")
    assert not environment.ready("runtime"), installer


def test_a_missing_venv_is_named_with_its_cure(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    real = util.find_spec

    def as_on_debian(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "ensurepip" else real(name, package)

    _without_uv(monkeypatch, tmp_path)
    monkeypatch.setattr(util, "find_spec", as_on_debian)
    with pytest.raises(run.CannotInstall, match="sudo apt install python3-venv"):
        run.Environment(root).ensure("runtime")
    assert "Making" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("version", "system", "words"),
    [((3, 10), "posix", "this is Python 3.10"), ((2, 7), "posix", "Python 3.11 or newer"), ((3, 12), "nt", "WSL")],
)
def test_an_old_python_or_another_system_gets_a_sentence(version: tuple[int, int], system: str, words: str) -> None:
    assert words in (run.why_not(version, system) or "")


@pytest.mark.parametrize("version", [(3, 11), (3, 13), (4, 0)])
def test_a_new_enough_python_is_let_through(version: tuple[int, int]) -> None:
    assert run.why_not(version, "posix") is None


def test_an_old_python_can_read_the_file_far_enough_to_say_so() -> None:
    tree = ast.parse(HERE.read_text(encoding="utf-8"), feature_version=(3, 6))
    newer = {"tomllib", "zoneinfo", "graphlib"}
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    assert not imported & newer


@pytest.mark.parametrize("arguments", [[], ["serve"], ["check", "-v"]])
def test_an_unknown_verb_gets_the_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(arguments) == 2
    assert "usage: python3 run.py VERB" in capsys.readouterr().err


def test_help_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["--help"]) == 0
    assert "demo --check" in capsys.readouterr().out


def test_types_are_checked_in_every_folder_that_has_python(tmp_path: Path) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "a.py").touch()
    (tmp_path / "bench").mkdir()
    tools = dict.fromkeys(("ruff", "mypy", "lint-imports", "python"), "tool")
    assert dict(run.checks(tmp_path, tools))["types"] == ["tool", "run.py", "bot"]
