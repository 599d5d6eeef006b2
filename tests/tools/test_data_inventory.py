"""The inventory of data says what the schema says."""

import sqlalchemy as sa

from storage.tables import metadata
from tools import data_inventory


def test_the_page_is_what_the_schema_says() -> None:
    assert data_inventory.PAGE.read_text(encoding="utf-8") == data_inventory.page()


def test_every_sealed_or_hashed_column_has_a_line_that_says_whose_it_is() -> None:
    known = data_inventory.lines()
    secret = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, sa.LargeBinary) and column.name in {"sealed", "pseudonym", "sender_hash", "found_by"}
    }
    assert secret
    assert all(known[place].whose for place in secret)
