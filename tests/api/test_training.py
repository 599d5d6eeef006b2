"""Training for oneself: what is learnt from, what is refused and by how much, and what to do where it cannot run."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from typer.testing import CliRunner, Result

from api import measuring, models, training
from api.cli import app
from api.people import Mistake
from api.settings import Settings
from api.training import Worse
from bot.nlp import corpus, places, score
from bot.nlp.analyse import DATA, Understanding, analyse
from bot.nlp.corpus import Example
from bot.nlp.normalise import key
from bot.nlp.score import Scores
from bot.vocabulary import Category, Language, Urgency
from storage import keys
from storage.database.engine import Connection, Store
from storage.keys import Keyring
from storage.tables import audit, report_contacts
from storage.words import examples
from tests.shipped import shipped
from tests.staffing import Filed, file, town

Run = Callable[..., Result]
_LACKING = ("sklearn", "scipy")
COLUMNS = "id\tlang\tcategory\turgency\tgovernorate\tplace\ttext\n"


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_url: str) -> Settings:
    """Settings of a migrated database, as the command line reads them."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MUNTADA_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("MUNTADA_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("MUNTADA_KEYS_DIR", str(tmp_path / "its-keys"))
    return Settings()


@pytest.fixture
def run(settings: Settings) -> Run:  # noqa: ARG001 - sets the environment
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


def _scores(macro_f1: float = 0.8, sensitive_recall: float = 0.9) -> Scores:
    example = Example("x", Category.OTHER, Urgency.NORMAL, Language.AR, sensitive=False)
    understood = analyse(_understanding(), "مرحبا")
    return replace(
        score.scores([score.Judged(example, understood)]), macro_f1=macro_f1, sensitive_recall=sensitive_recall
    )


def _understanding() -> Understanding:
    return shipped()


async def _teach(settings: Settings, texts: list[str], category: Category, *, first: int = 0) -> None:
    """Stores one example for each text that says enough, each of a report of its own, numbered from `first`."""
    store, keyring, now = Store.open(settings.database), Keyring.open(settings.keys_dir), datetime.now(UTC)
    gazetteer = places.load(DATA / "places.tsv")

    def write(conn: Connection) -> None:
        keys.register(conn, keyring, now)
        if not first:
            town(conn)
        for number, text in enumerate(texts, start=first):
            report = file(conn, keyring, Filed(f"{number}"), now=now)
            example = examples.Example(report, text, category, Urgency.NORMAL, Language.AR)
            examples.remember(conn, keyring, example, gazetteer, now=now)

    try:
        await store.write(write)
    finally:
        store.close()


# ── What is refused ──────────────────────────────────────────────────────────────────────────────────────────
BEFORE = _scores()


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_model_is_refused_when_it_is_more_than_a_point_worse_or_misses_more_that_is_sensitive(
    macro_f1: float, recall: float
) -> None:
    after = replace(BEFORE, macro_f1=macro_f1, sensitive_recall=recall)
    faults = training.worse(BEFORE, after)
    assert bool(faults) == (BEFORE.macro_f1 - macro_f1 > 0.01 + 1e-9 or BEFORE.sensitive_recall - recall > 1e-9)


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"emergency_recall": 0.87}, "the recall of emergencies would fall by 3.0 points, from 0.900 to 0.870"),
        ({"emergency_false": 0.12}, "the share of false emergencies would rise by 2.0 points, from 0.100 to 0.120"),
        ({"sensitive_false": 0.5}, "the share of what is wrongly taken for sensitive would rise by 40.0 points"),
        ({"emergency_recall": 0.895, "emergency_false": 0.105, "sensitive_false": 0.0}, None),
    ],
)
def test_a_model_is_refused_when_it_misses_emergencies_or_cries_wolf(
    changed: dict[str, float], says: str | None
) -> None:
    before = replace(BEFORE, emergency_recall=0.9, emergency_false=0.1, sensitive_false=0.1)
    faults = training.worse(before, replace(before, **changed))  # type: ignore[arg-type]
    assert len(faults) == (says is not None)
    assert says is None or faults[0].startswith(says)


def test_a_refusal_says_by_how_much() -> None:
    after = replace(BEFORE, macro_f1=0.777, sensitive_recall=0.895)
    first, second = training.worse(BEFORE, after)
    assert first == "macro-F1 would fall by 2.3 points, from 0.800 to 0.777"
    assert second == "the recall of sensitive matters would fall by 0.5 points, from 0.900 to 0.895"


@pytest.mark.parametrize("package", _LACKING)
def test_without_the_libraries_it_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    for name in list(sys.modules):
        if name == "bot.nlp.train" or name.partition(".")[0] in _LACKING:
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    result = run("train")
    assert result.exit_code == 2
    assert "pip install scikit-learn" in result.output


async def test_what_was_learnt_is_read_as_the_trainer_reads_it(settings: Settings) -> None:
    await _teach(settings, ["انباك ماطوري بالشعلة ورقمي 0770 000 0012"], Category.THEFT)
    (example,) = await training.learnt(settings)
    assert (example.category, example.sensitive, len(example.case)) == (Category.THEFT, False, 32)
    assert "[PHONE]" in example.text
    assert "0770" not in example.text
    assert "الشعلة" not in example.text


async def test_the_cases_of_one_person_count_as_one(settings: Settings) -> None:
    await _teach(settings, ["باكوا ماطوري من الباب", "باكوا الغاز من السطح", "باكوا الكيبل مالتي"], Category.THEFT)
    store = Store.open(settings.database)

    def link(conn: Connection) -> None:
        first, second, _ = conn.execute(select(report_contacts).order_by(report_contacts.c.report))
        same = update(report_contacts).where(report_contacts.c.report == second.report)
        conn.execute(same.values(contact=first.contact))

    await store.write(link)
    store.close()
    assert len({one.case for one in await training.learnt(settings)}) == 2


def test_two_trainings_do_not_run_at_once_and_the_next_clears_what_one_that_was_killed_left(
    run: Run, settings: Settings
) -> None:
    folder = models.folder(settings.data_dir)
    with models.alone(settings.data_dir):
        result = run("train", "--back")
    assert (result.exit_code, result.output) == (2, "another process is training now: let it end, and try again\n")
    (folder / "draft-1.npz").write_bytes(b"half")
    (folder / ".half-1").write_bytes(b"half")
    assert run("train", "--back").exit_code == 0
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [("train", "--back"), pytest.param(("train",), marks=pytest.mark.slow)],  # what trains takes two seconds to import
)
def test_a_folder_that_cannot_be_written_is_told(run: Run, settings: Settings, arguments: tuple[str, ...]) -> None:
    settings.data_dir.mkdir()
    models.folder(settings.data_dir).write_text("a file where the folder should be")
    result = run(*arguments)
    assert result.exit_code == 2
    assert "cannot be written: File exists" in result.output


async def test_the_way_back_is_audited(settings: Settings) -> None:
    models.adopt(settings.data_dir, models.draft(settings.data_dir, lambda path: path.write_bytes(b"x")), {})
    await training.back(settings)
    await training.back(settings)  # nothing to come back from
    assert await _audited(settings) == [("machine:training", "model.back")]


async def _audited(settings: Settings) -> list[tuple[str, str]]:
    store = Store.open(settings.database)
    try:
        rows = await store.read(lambda conn: conn.execute(select(audit.c.actor, audit.c.action)).all())
    finally:
        store.close()
    return [(row.actor, row.action) for row in rows if row.action.startswith("model.")]


def test_the_way_back_is_told(run: Run, settings: Settings) -> None:
    assert "no model of its own" in run("train", "--back").output
    models.adopt(settings.data_dir, models.draft(settings.data_dir, lambda path: path.write_bytes(b"x")), {"live": 1})
    assert "its own" in run("status").output
    assert run("train", "--back").stdout.startswith("model in use: shipped")
    assert "shipped" in run("status", "--json").output


@pytest.mark.slow
@pytest.mark.timeout(1200)
async def test_a_model_learns_what_three_cases_share_and_one_that_would_be_worse_is_refused(
    settings: Settings,
) -> None:
    shared = [f"{words} خرفشوني" for words in ("شفت بالشارع", "اكو ناس عدهم", "ابن الجيران يبيع")]
    lone = [f"{words} طرطبيس" for words in ("شفت بالسوك", "اكو واحد عده")]
    await _teach(settings, [*shared, *lone], Category.DRUGS)
    assert "5 corrected reports" in await training.train(settings)
    assert await _audited(settings) == [("machine:training", "model.train")]
    own = models.own(settings.data_dir)
    assert own is not None
    with np.load(own.path, allow_pickle=False) as stored:
        learnt = stored["vocabulary"].tobytes().decode()
    assert key("خرفشوني")[:5] in learnt
    assert key("طرطبيس")[:5] not in learnt
    misled = [example.text for example in corpus.read(training.CORPUS / "train")[::3]]
    await _teach(settings, misled, Category.OTHER, first=len(shared + lone))
    with pytest.raises(Worse, match="macro-F1 would fall by"):
        await training.train(settings)
    assert models.own(settings.data_dir) == own
    assert len(list(models.folder(settings.data_dir).iterdir())) == 2


# ── Measuring ────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_labelled_file_of_ones_own_is_measured(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "own.tsv"
    file.write_text(
        COLUMNS
        + "1\tar\ttheft|property_dispute\tnormal\tIQ-BG\tالشعلة\tانباك ماطوري بالشعلة\n"
        + "2\txx\tother\tnormal\t\t\tمرحبا شلونكم\n",
        encoding="utf-8",
    )
    said = run("eval", str(file)).stdout
    assert said.startswith("model shipped")
    assert "messages 2" in said
    assert "governorate_accuracy 1.000" in said
    assert "keyword_free" not in said


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("1\tar\tnonsense\tnormal\t\t\tx\n", "row 2, column category"),
        ("1\tar\ttheft\tnow\t\t\tx\n", "row 2, column urgency"),
        ("1\tar\ttheft\n", "too few"),
        ("", "no rows"),
    ],
)
def test_a_file_that_cannot_be_measured_is_told_by_row_and_column(
    run: Run, tmp_path: Path, rows: str, says: str
) -> None:
    file = tmp_path / "own.tsv"
    assert "not there" in run("eval", str(file)).output
    file.write_text(COLUMNS + rows, encoding="utf-8")
    result = run("eval", str(file))
    assert result.exit_code == 2
    assert says in result.output


def test_a_file_with_other_columns_is_told_which_are_wanted(tmp_path: Path) -> None:
    file = tmp_path / "own.tsv"
    file.write_text("text\tlabel\nx\ty\n", encoding="utf-8")
    with pytest.raises(Mistake, match="lang, category, urgency"):
        measuring.labelled(file)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(Mistake, match="UTF-8"):
        measuring.labelled(file)
    file.write_text(COLUMNS + "x" * 200_000, encoding="utf-8")
    with pytest.raises(Mistake, match="more than 131072 characters"):
        measuring.labelled(file)
    with pytest.raises(Mistake, match="Is a directory"):
        measuring.labelled(tmp_path)
