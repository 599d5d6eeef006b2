"""Where the form at /r is served, and where it points to its own address over Tor."""

from pathlib import Path

import pytest
from fastapi import Request

from api.settings import Settings
from api.web.forms import Told
from api.web.pages import Pages
from bot.vocabulary import Locale

ONION = "http://muntadaexampleonionaddress.onion"


def _settings(tmp_path: Path, url: str, web_form: str = "auto") -> Settings:
    folders = {"data_dir": tmp_path / "data", "keys_dir": tmp_path / "keys"}
    return Settings.model_validate({**folders, "public_url": url, "web_form": web_form})


@pytest.mark.parametrize(
    ("url", "web_form", "on"),
    [
        ("http://127.0.0.1:8000", "auto", True),
        ("https://forum.example.org", "auto", True),
        ("http://forum.example.org", "auto", False),
        ("http://forum.example.org", "on", True),
        ("https://forum.example.org", "off", False),
    ],
)
def test_by_itself_it_is_served_where_words_do_not_travel_in_the_clear(
    tmp_path: Path, url: str, web_form: str, *, on: bool
) -> None:
    assert _settings(tmp_path, url, web_form).web_form_on is on


def _asked(host: str, path: str = "/r") -> Request:
    headers = [(b"host", host.encode())]
    return Request({"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers})


def _onion_told(pages: Pages, host: str) -> str | None:
    return pages.page(_asked(host), "says.html", Locale.EN, problem="").headers.get("onion-location")


def test_over_the_web_it_names_its_onion_address_and_over_tor_it_does_not() -> None:
    pages = Pages.load(onion=f"{ONION}/")
    assert _onion_told(pages, "forum.example.org") == f"{ONION}/r"
    assert _onion_told(pages, ONION.removeprefix("http://")) is None
    assert _onion_told(Pages.load(), "forum.example.org") is None


def test_it_says_that_nobody_learns_the_address_only_where_that_is_true() -> None:
    pages = Pages.load(onion=ONION)

    def words(host: str) -> str:
        shown = pages.page(
            _asked(host), "form.html", Locale.EN, problem="", told=Told(), token="", governorates=[], danger=""
        )
        return bytes(shown.body).decode()

    nobody, provider = "nobody learns where you write from", "your internet provider sees that you visited"
    onion, plain = words("abc.onion"), words("forum.example.org")
    assert nobody in onion
    assert provider not in onion
    assert provider in plain
    assert nobody not in plain
