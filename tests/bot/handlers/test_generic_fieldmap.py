"""A field map is read, or its mistakes are named, all of them, without a value."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handlers.generic import FieldMapWrong, load, ready

LEAST = """
[proof]
header = "X-Secret"
[message]
from = "msisdn"
text = "body"
id = "ref"
[send.fields]
to = "{to}"
text = "{text}"
"""


def test_the_least_map_is_enough() -> None:
    found = load(LEAST)
    assert (found.door.method, found.door.kind) == ("POST", "form")
    assert (found.message.from_, found.message.text, found.message.id) == ("msisdn", "body", "ref")
    assert found.send.fields == {"to": "{to}", "text": "{text}"}
    assert found.report is None


def test_json_says_the_same() -> None:
    given = {
        "proof": {"header": "X-Secret"},
        "message": {"from": "msisdn", "text": "body", "id": "ref"},
        "send": {"fields": {"to": "{to}", "text": "{text}"}},
    }
    assert load(json.dumps(given)) == load(LEAST)


@pytest.mark.parametrize("name", ["simple", "jasmin"])
def test_every_ready_map_is_right(name: str) -> None:
    assert load(ready(name)).report is not None


@pytest.mark.parametrize("name", ["", "nobody", "../hotlines", "simple.toml", "a/b"])
def test_there_is_no_other_ready_map(name: str) -> None:
    assert ready(name) == ""


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        (("[proof]\n", "[prof]\n"), "prof is no part of a field map"),
        (('header = "X-Secret"', ""), "proof.header is missing"),
        (('header = "X-Secret"', 'header = ""'), "proof.header needs a name"),
        (('header = "X-Secret"', "header = 7"), "proof.header must be a text"),
        (('header = "X-Secret"', 'header = "X"\nhow = "md5"'), "proof.how must be one of equal, basic, hmac-sha256"),
        (('from = "msisdn"', ""), "message.from is missing"),
        (('from = "msisdn"', 'frmo = "msisdn"'), "message.frmo is not known"),
        (('from = "msisdn"', 'from = ""'), "message.from and message.text need a name"),
        (('id = "ref"', ""), "message.id or message.time is needed to tell a repeated delivery"),
        (('id = "ref"', 'id = "ref"\npart_ref = "r"'), "message.part_ref, part_index and part_total belong together"),
        (('id = "ref"', 'id = "ref"\ncharset = "klingon"'), "message.charset is not known"),
        (('id = "ref"', 'id = "ref"\n[door]\nmethod = "GET"'), "door.kind form and json come by POST"),
        (('id = "ref"', 'id = "ref"\n[ack]\nstatus = "200"'), "ack.status must be a number"),
        (('id = "ref"', 'id = "ref"\n[ack]\nstatus = true'), "ack.status must be a number"),
        (('id = "ref"', 'id = "ref"\n[ack]\nstatus = 500'), "ack.status must be between 200 and 299"),
        (
            ('id = "ref"', 'id = "ref"\n[report]\nid = "i"\nstatus = "s"\nsent = "x"'),
            "report.sent must be a list of texts",
        ),
        (('id = "ref"', 'id = "ref"\n[report]\nid = "i"'), "report.status is missing"),
        (("[send.fields]", '[send]\nmethod = "GET"\n[send.fields]'), "send.kind form and json go by POST"),
        (
            ("[send.fields]", '[send]\nok_path = "status"\n[send.fields]'),
            "send.ok_path and send.ok_values belong together",
        ),
        (
            ("[send.fields]", '[send]\nid_pattern = "id"\n[send.fields]'),
            "send.id_pattern is no regular expression with a group",
        ),
        (
            ("[send.fields]", '[send]\nid_pattern = "("\n[send.fields]'),
            "send.id_pattern is no regular expression with a group",
        ),
        (("[send.fields]", "[send]\nmax_chars = 5\n[send.fields]"), "send.max_chars must be between 70 and 10000"),
        (('"{to}"', '"to"'), "send needs a field with {to} or {to_digits}"),
        (('"{text}"', '"text"'), "send needs a field with {text} or {text_hex}"),
        (('"{text}"', '"{text} {password}"'), "send has a placeholder that is not known"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_its_key(changed: tuple[str, str], line: str) -> None:
    with pytest.raises(FieldMapWrong) as caught:
        load(LEAST.replace(*changed))
    assert line in caught.value.lines


def test_all_mistakes_are_named_at_once_and_no_value() -> None:
    text = LEAST.replace('header = "X-Secret"', 'how = "made-up-secret"\nprefix = 5').replace('id = "ref"', "id = 4")
    with pytest.raises(FieldMapWrong) as caught:
        load(text)
    assert len(caught.value.lines) == 4
    assert "made-up-secret" not in str(caught.value)


@given(
    st.text(max_size=200) | st.sampled_from(["[", "{", "[]", "null", "{}", "send = 3", "[" * 100_000, '{"send": []}'])
)
def test_what_is_no_field_map_is_refused_without_another_error(text: str) -> None:
    with pytest.raises(FieldMapWrong) as caught:
        load(text)
    assert all(caught.value.lines)
