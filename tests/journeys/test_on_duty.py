"""An emergency at night: somebody is told without content, and claims it from a phone with no page open."""

from bot.vocabulary import Channel, Desk, Role
from tests.carriers import updates
from tests.carriers.webhook import FakeReceiver
from tests.journeys.conftest import Town

RESIDENT = 7_700_021
OFFICER = 7_700_022
EMERGENCY = "هسه رمي قوي وجرحى بحي العامل"


async def _urgent_office(town: Town) -> str:
    """Where such a report goes, found by sending one and throwing it away."""
    await town.tell(RESIDENT + 50, EMERGENCY)
    _, office, desk = await town.newest()
    assert desk == "urgent"
    return office


async def test_an_emergency_at_two_in_the_night_is_claimed_by_an_officer_who_had_no_page_open(town: Town) -> None:
    town.clock.move_to_hour_in_baghdad(2)
    office = await _urgent_office(town)
    await town.on_duty(office, Desk.URGENT, Role.DUTY_OFFICER, OFFICER)
    await town.tell(RESIDENT, EMERGENCY)
    number, _, _ = await town.newest()
    await town.until(lambda: any(number in text for text in town.telegram.texts(OFFICER)))
    alert = next(params for params in town.telegram.sent(OFFICER) if number in params["text"])
    assert "العامل" not in alert["text"]
    assert "رمي" not in alert["text"]
    token = await town.member(Role.DUTY_OFFICER, office)
    assert (await town.http.get(f"/v1/reports/{number}", headers=token)).json()["report"]["claimed_by"] is None
    choice = alert["reply_markup"].split('"callback_data"')[1].split('"')[1]
    before = len(town.telegram.texts(OFFICER))
    await town.update(updates.tapped(OFFICER, choice, "tap-1"))
    await town.told(OFFICER, before + 1)
    assert (await town.http.get(f"/v1/reports/{number}", headers=token)).json()["report"]["claimed_by"]


async def test_an_emergency_gets_the_hotline_in_the_first_reply(town: Town) -> None:
    await town.tell(RESIDENT, EMERGENCY)
    assert "911" in (await town.told(RESIDENT))[0]


async def test_nobody_but_the_alerted_officer_can_claim_by_a_tap(town: Town) -> None:
    office = await _urgent_office(town)
    await town.on_duty(office, Desk.URGENT, Role.DUTY_OFFICER, OFFICER)
    await town.tell(RESIDENT, EMERGENCY)
    number, _, _ = await town.newest()
    await town.until(lambda: any(number in text for text in town.telegram.texts(OFFICER)))
    alert = next(params for params in town.telegram.sent(OFFICER) if number in params["text"])
    choice = alert["reply_markup"].split('"callback_data"')[1].split('"')[1]
    await town.update(updates.tapped(RESIDENT, choice, "tap-2"))
    await town.settled()
    token = await town.member(Role.DUTY_OFFICER, office)
    assert (await town.http.get(f"/v1/reports/{number}", headers=token)).json()["report"]["claimed_by"] is None


async def test_an_officer_without_internet_claims_by_sms_with_one_digit(town: Town) -> None:
    office = await _urgent_office(town)
    number_of_officer = "+9647700000022"
    await town.on_duty(office, Desk.URGENT, Role.DUTY_OFFICER, number_of_officer, channel=Channel.SMS)
    await town.tell(RESIDENT, EMERGENCY)
    number, _, _ = await town.newest()
    await town.until(lambda: any(number in text for text in town.twilio.texts(number_of_officer)))
    await town.sms(number_of_officer, "١")
    found = await town.settled()
    token = await town.member(Role.DUTY_OFFICER, office)
    assert (await town.http.get(f"/v1/reports/{number}", headers=token)).json()["report"]["claimed_by"]
    assert found["reports"] == 2


async def test_an_officers_own_program_is_told_by_a_signed_webhook_without_content(town: Town) -> None:
    office = await _urgent_office(town)
    with FakeReceiver() as receiver:
        await town.on_duty(office, Desk.URGENT, Role.DUTY_OFFICER, receiver.url, channel=Channel.WEBHOOK)
        await town.tell(RESIDENT, EMERGENCY)
        number, _, _ = await town.newest()
        await town.until(lambda: any(number in str(alert.payload) for alert in receiver.alerts))
        alert = next(alert for alert in receiver.alerts if number in str(alert.payload))
    assert alert.genuine
    assert "رمي" not in str(alert.payload)
