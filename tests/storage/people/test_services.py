"""The service directory: read from a file, kept where consents name it, and which of it serves a desk."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.vocabulary import Desk, Locale
from storage.database.engine import Store
from storage.keys import Keyring
from storage.people import services
from storage.people.importing import ImportWrong
from storage.people.services import Kind
from storage.tables import services as table
from tests.staffing import KARRADA, WOMEN, town

HEADING = "kind,name_ar,governorate,phone,languages,women_only,verified_on\n"
FILE = (
    HEADING
    + "shelter,دار الأمان,IQ-BG,+964 770 000 0031,ar ckb,yes,2026-11-01\n"
    + "child,بيت الطفولة,,,,no,2026-10-01\n"
    + "legal,عيادة قانونية في البصرة,IQ-BA,,ar,,2026-11-01\n"
)


async def _loaded(store: Store, keyring: Keyring, now: datetime, text: str = FILE) -> int:
    rows = services.parse(text)
    return await store.write(lambda c: services.replace(c, keyring, rows, now=now))


def test_a_file_may_be_written_in_arabic() -> None:
    text = "النوع;الاسم;المحافظة;للنساء فقط;تاريخ التحقق;اللغات\nمأوى;دار الأمان;IQ-BG;نعم;2026-11-01;عربية كردية\n"
    (row,) = services.parse(text)
    assert (row.kind, row.governorate, row.women_only) == (Kind.SHELTER, "IQ-BG", True)
    assert row.languages == ("ar", "ckb")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("inn,خان,IQ-BG,,ar,no,2026-11-01", "row 2, column kind"),
        ("shelter,,IQ-BG,,ar,no,2026-11-01", "row 2, column name_ar"),
        ("shelter,دار,IQ-XX,,ar,no,2026-11-01", "row 2, column governorate"),
        ("shelter,دار,IQ-BG,اتصل بنا,ar,no,2026-11-01", "row 2, column phone"),
        ("shelter,دار,IQ-BG,,de,no,2026-11-01", "row 2, column languages"),
        ("shelter,دار,IQ-BG,,ar,maybe,2026-11-01", "row 2, column women_only"),
        ("shelter,دار,IQ-BG,,ar,no,yesterday", "row 2, column verified_on"),
        ("shelter,دار,IQ-BG,,ar,no,2026-11-01\nshelter,دار,IQ-BG,,ar,no,2026-11-01", "the same body as in row 2"),
    ],
)
def test_a_wrong_row_is_named_with_its_column(row: str, says: str) -> None:
    with pytest.raises(ImportWrong, match=says):
        services.parse(HEADING + row + "\n")


async def test_what_a_new_file_leaves_out_is_no_longer_offered_and_keeps_its_id(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await store.write(town)
    assert await _loaded(store, keyring, now) == 3
    before = {one.names[Locale.AR]: one.id for one in await store.read(services.listed)}
    await _loaded(store, keyring, now, HEADING + "shelter,دار الأمان,IQ-BG,,ar,yes,2026-11-20\n")
    (left,) = await store.read(services.listed)
    assert (left.id, left.phone, left.verified_on.day) == (before["دار الأمان"], "", 20)
    kept = await store.read(lambda c: set(c.execute(select(table.c.id)).scalars()))
    assert kept == set(before.values())


async def test_a_day_that_is_yet_to_come_is_refused(store: Store, keyring: Keyring, now: datetime) -> None:
    with pytest.raises(ImportWrong, match="yet to come"):
        await _loaded(store, keyring, now, HEADING + "shelter,دار,IQ-BG,,ar,no,2027-01-01\n")


async def test_a_desk_is_served_by_bodies_of_its_kind_where_it_works_that_somebody_asked_within_a_year(
    store: Store, keyring: Keyring, now: datetime
) -> None:
    await store.write(town)
    await _loaded(store, keyring, now)

    async def kinds(office: str, desk: Desk, at: datetime = now) -> list[Kind]:
        found = await store.read(lambda c: services.serving(c, office=office, desk=desk, now=at))
        return [one.kind for one in found]

    assert await kinds(KARRADA, Desk.WOMEN) == [Kind.SHELTER]
    assert await kinds(KARRADA, Desk.CHILD) == [Kind.CHILD]
    assert await kinds(WOMEN, Desk.WOMEN) == [Kind.SHELTER]
    assert await kinds(KARRADA, Desk.GENERAL) == []
    assert await kinds(KARRADA, Desk.WOMEN, now + timedelta(days=400)) == []
