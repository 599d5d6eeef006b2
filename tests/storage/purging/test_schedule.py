"""Every table has a time, said in words, kept by a rule, and printed in docs/retention.md."""

from collections import Counter
from pathlib import Path

from storage.purging import retention
from storage.purging.schedule import SCHEDULE
from storage.tables import metadata

DOCS = Path(__file__).resolve().parents[3] / "docs" / "retention.md"


def test_each_table_has_one_time_and_one_reason() -> None:
    named = Counter(table for stays in SCHEDULE for table in stays.tables)
    assert set(named) == set(metadata.tables), "a new table needs a line in storage.purging.schedule"
    assert [table for table, times in named.items() if times > 1] == []
    assert all(stays.long and len(stays.why) > 20 for stays in SCHEDULE)


def test_what_ends_does_so_by_a_rule_and_each_rule_ends_something() -> None:
    named = {rule for stays in SCHEDULE for rule in stays.rules}
    keys = {"keys_shredded", "carried"}  # their files, and what is sealed by them
    assert named | keys == set(retention.RULES)
    for stays in SCHEDULE:
        endless = stays.long in {"always", "one row a name"} or stays.long.startswith("until ")
        assert stays.rules or endless, stays.tables


def test_the_documentation_says_what_the_code_does() -> None:
    written = DOCS.read_text(encoding="utf-8")
    for stays in SCHEDULE:
        tables = ", ".join(f"`{table}`" for table in stays.tables)
        assert f"| {tables} | {stays.long} | {stays.why} |\n" in written
    assert written.count("\n| `") == len(SCHEDULE) + 6
