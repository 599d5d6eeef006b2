"""What the deployment files and documents name exists: commands, options, paths, settings. No engine runs here."""

import re
import shlex
import shutil
import stat
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from pydantic import SecretStr

import run
from api import cli
from api.settings import Settings, load
from tools import make_secrets

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
DEPLOYMENT = tuple(ROOT / name for name in ("Dockerfile", "docker-compose.yml", "Caddyfile", ".env.example"))
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
# The one is for developers, the other is what we tell the program that writes voice notes down.
NOT_A_SETTING = {"MUNTADA_REFERENCE_DIR", "MUNTADA_AUDIO_TYPE", "MUNTADA_ORDERS"}

_CODE = re.compile(r"```.*?\n(.*?)```|`([^`\n]+)`", re.DOTALL)
_LINK = re.compile(r"\]\(([^)#\s]+)")
_VARIABLE = re.compile(r"MUNTADA_[A-Z_]*[A-Z]")
_IN_A_CONTAINER = re.compile(r"^docker compose exec app ")
_VERBS = {"demo", "test", "check", "muntada"}


def _said_in(document: Path) -> Iterator[list[str]]:
    """The words of each command line in a document's code that starts run.py or muntada, here or in a container."""
    for block, span in _CODE.findall(document.read_text(encoding="utf-8")):
        for line in (block or span).splitlines():
            for command in re.split(r" \| | < | > |  # ", line):
                words = shlex.split(_IN_A_CONTAINER.sub("", command.strip()), comments=True)
                if words[:2] == ["python3", "run.py"] or words[:1] in (["muntada"], [".venv/bin/muntada"]):
                    yield words


def _resolve(words: list[str]) -> tuple[Any, list[str]]:
    """The command that the first words name in the product's own command line, and the words left over."""
    command: Any = typer.main.get_command(cli.app)
    rest = list(words)
    while rest and rest[0] in getattr(command, "commands", {}):
        command = command.commands[rest.pop(0)]
    return command, rest


def _assert_known(words: list[str]) -> None:
    """Fails unless `muntada WORDS` names a command and only options that it has."""
    command, rest = _resolve(words)
    options = {name for parameter in command.params for name in parameter.opts} | {"--help"}
    assert not getattr(command, "commands", {}) or not rest or rest[0].isupper() or rest[0].startswith("-"), words
    assert {word.split("=")[0] for word in rest if word.startswith("--")} <= options, words


def _stages() -> dict[str, list[list[str]]]:
    """The Dockerfile's instructions by stage, continued lines joined."""
    stages: dict[str, list[list[str]]] = {}
    name = ""
    for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "FROM":
            name = words[-1]
        stages.setdefault(name, []).append(words)
    return stages


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_that_a_document_names_exists(document: Path) -> None:
    for words in _said_in(document):
        if words[0] == "python3":
            assert words[2] in _VERBS, words
            words = words[3:] if words[2] == "muntada" else words[2:]  # noqa: PLW2901 - what is left to check
            if words[:1] in (["test"], ["check"]):
                continue
            _assert_known(words)
        else:
            _assert_known(words[1:])


def test_every_command_of_the_deployment_files_exists() -> None:
    named = [service["command"] for service in SERVICES.values() if "command" in service]
    image = _stages()["app"]
    assert ["ENTRYPOINT", '["muntada"]'] in image
    for words in image:
        if words[0] == "CMD":
            named.append(yaml.safe_load(" ".join(words[1:])))
        if words[0] == "HEALTHCHECK":
            health = yaml.safe_load(" ".join(words[words.index("CMD") + 1 :]))
            assert health[0] == "muntada"
            named.append(health[1:])
    assert len(named) >= 3
    for words in named:
        assert words, "an empty command"
        _assert_known(words)


def test_the_command_line_starts_in_a_clean_environment() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main()", "--help"],
        cwd=ROOT,
        env={"PATH": "", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "serve" in done.stdout


@pytest.mark.parametrize("document", [*DOCUMENTS, *DEPLOYMENT], ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(document: Path) -> None:
    named = set(_VARIABLE.findall(document.read_text(encoding="utf-8"))) - NOT_A_SETTING
    known = {f"MUNTADA_{name}".upper() for name in Settings.model_fields}
    assert named <= known


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_file_that_a_document_links_to_exists(document: Path) -> None:
    links = [link for link in _LINK.findall(document.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_example_environment_can_be_read_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copy(ROOT / ".env.example", tmp_path / ".env")
    monkeypatch.chdir(tmp_path)
    wanted = load()
    assert wanted.production
    assert not wanted.telegram_on


def test_what_the_images_copy_exists_and_nothing_else_is_sent_to_the_builder() -> None:
    copied = [
        source
        for stage in _stages().values()
        for words in stage
        if words[0] == "COPY" and not words[1].startswith("--from")
        for source in words[1:-1]
    ]
    assert copied
    assert [source for source in copied if not (ROOT / source).exists()] == []
    ignore = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert "*" in ignore
    allowed = {line[1:] for line in ignore if line.startswith("!")}
    assert allowed == set(copied)


def test_the_images_run_as_an_ordinary_user() -> None:
    for name in ("app", "proxy"):
        users = [words[1] for words in _stages()[name] if words[0] == "USER"]
        assert users == ["10001:10001"], name


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_runs_without_rights_it_does_not_need(name: str) -> None:
    service = SERVICES[name]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", service["user"])
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert "privileged" not in service
    assert set(service.get("cap_add", [])) <= {"NET_BIND_SERVICE"}
    assert "ports" not in service or name == "proxy"
    assert "network_mode" not in service


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_are_files_and_never_in_the_environment(name: str) -> None:
    service = SERVICES[name]
    secret = {
        f"MUNTADA_{field}".upper() for field, info in Settings.model_fields.items() if info.annotation is SecretStr
    }
    environment = set(service.get("environment", {}))
    assert not environment & secret
    assert not {variable for variable in environment if "PASSWORD" in variable and not variable.endswith("_FILE")}
    assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"])
    for mounted in service.get("secrets", []):
        if mounted.startswith("muntada_"):
            assert mounted.upper() in secret


@pytest.mark.parametrize("name", SERVICES)
def test_what_a_service_waits_for_and_is_given_is_declared(name: str) -> None:
    service = SERVICES[name]
    for other, condition in service.get("depends_on", {}).items():
        assert other in SERVICES
        assert condition["condition"] in {"service_healthy", "service_completed_successfully"}
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        assert (ROOT / source).exists() if source.startswith("./") else source in COMPOSE["volumes"]
    assert set(service["networks"]) <= set(COMPOSE["networks"])
    if "build" in service:
        assert service["build"]["target"] in _stages()


def test_the_application_starts_only_after_the_schema_is_there() -> None:
    assert SERVICES["app"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    assert SERVICES["migrate"]["restart"] == "no"


def test_the_secrets_that_are_mounted_are_made_once_and_fit_together(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    assert set(make_secrets.make(folder)) == {Path(each["file"]).name for each in COMPOSE["secrets"].values()}
    before = {path.name: path.read_text(encoding="ascii") for path in folder.iterdir()}
    assert make_secrets.make(folder) == []
    assert f":{before['database_app_password']}@db:" in before["muntada_database_url"]
    assert f":{before['database_owner_password']}@db:" in before["muntada_migrate_url"]
    assert len(before["muntada_telegram_secret"]) >= 32
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def _locked(name: str) -> dict[str, list[str]]:
    """The lines below each requirement of a lock, by "name==version"."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            found[list(found)[-1]].append(line.strip())
        else:
            found[line.split(" ")[0]] = []
    return found


def _names(requirements: list[str]) -> set[str]:
    found = {re.split(r"[^A-Za-z0-9._-]", requirement)[0] for requirement in requirements}
    return {re.sub(r"[-_.]+", "-", name).lower() for name in found}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_locked_package_has_its_hashes_and_no_address(name: str) -> None:
    for requirement, below in _locked(name).items():
        assert "==" in requirement
        assert below, requirement
        assert all(line.startswith("--hash=sha256:") for line in below), requirement
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_the_runtime_lock_leaves_out_what_is_huge_or_for_training() -> None:
    unwanted = {"torch", "transformers", "camel-kenlm", "scikit-learn", "scipy", "pandas"}
    assert not unwanted & _names(list(_locked("requirements.lock")))
    assert not {"torch", "transformers"} & _names(list(_locked("requirements-dev.lock")))


def test_the_development_lock_holds_the_runtime_lock_at_the_same_versions() -> None:
    assert set(_locked("requirements.lock")) <= set(_locked("requirements-dev.lock"))


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert _names(project["project"]["dependencies"]) <= _names(list(_locked("requirements.lock")))
    assert _names(project["dependency-groups"]["dev"]) <= _names(list(_locked("requirements-dev.lock")))


def test_the_image_installs_the_runtime_lock_alone() -> None:
    build = (" ".join(words) for words in _stages()["build"])
    assert any("ensure('runtime')" in line for line in build)
    assert "runtime" in run.Environment(ROOT)._locks


def test_the_proxy_writes_down_no_request_not_even_one_that_fails() -> None:
    # Without this Caddy logs address, URI and headers of whatever comes while the app is away.
    options = (ROOT / "Caddyfile").read_text(encoding="utf-8").split("\n}\n")[0]
    excluded = re.search(r"^\tlog \{\n\t\texclude (.+)\n\t\}$", options, re.MULTILINE)
    assert excluded
    assert {"http.log", "http.handlers", "http.stdlib"} <= set(excluded[1].split())
