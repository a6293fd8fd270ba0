"""Settings come from the environment, each with a sentence, and keep secrets to themselves."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from billfold.settings import BadSetting, Rate, Secret, Settings, described, page

ENOUGH = {"BILLFOLD_DATABASE_URL": "postgresql://shop:hunter2@db/billfold", "BILLFOLD_SECRET_KEY": "sixteen letters!"}


def test_two_variables_are_enough_to_start() -> None:
    settings = Settings.from_environment(ENOUGH)
    assert settings.database_url == ENOUGH["BILLFOLD_DATABASE_URL"]
    assert settings.issuer == "https://auth.billfold.localhost"
    assert settings.api_url("acme") == "https://acme.billfold.localhost/api"


def test_urls_show_the_port_that_clients_must_use() -> None:
    settings = Settings.from_environment(ENOUGH, public_port=8443, domain="shop.test")
    assert settings.issuer == "https://auth.shop.test:8443"
    assert Settings.from_environment(ENOUGH, public_port=443).issuer == "https://auth.billfold.localhost"


def test_options_of_the_command_line_win_over_the_environment() -> None:
    environment = ENOUGH | {"BILLFOLD_WORKERS": "2", "BILLFOLD_TOKEN_RATE": "5/10"}
    assert Settings.from_environment(environment).workers == 2
    assert Settings.from_environment(environment).token_rate == Rate(5, 10)
    assert Settings.from_environment(environment, workers=3).workers == 3
    assert Settings.from_environment(environment, workers=None).workers == 2


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("BILLFOLD_DATABASE_URL", "", "BILLFOLD_DATABASE_URL is not set"),
        ("BILLFOLD_SECRET_KEY", "short", "at least 16 characters"),
        ("BILLFOLD_BODY_LIMIT", "1 MiB", "BILLFOLD_BODY_LIMIT must be a whole number, not “1 MiB”"),
        ("BILLFOLD_BODY_LIMIT", "0", "BILLFOLD_BODY_LIMIT must be at least 1"),
        ("BILLFOLD_WORKERS", "-1", "BILLFOLD_WORKERS must be a whole number"),
        ("BILLFOLD_TOKEN_RATE", "30", "BILLFOLD_TOKEN_RATE must be written requests/seconds"),
        ("BILLFOLD_MODE", "prod", "BILLFOLD_MODE must be one of test, live"),
        ("BILLFOLD_DOMAIN", "shop.test:8443", "without a port"),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(name: str, value: str, said: str) -> None:
    with pytest.raises(BadSetting, match=said.replace("(", r"\(")):
        Settings.from_environment(ENOUGH | {name: value})


def test_an_unknown_override_is_refused() -> None:
    with pytest.raises(BadSetting, match="no setting colour"):
        Settings.from_environment(ENOUGH, colour="red")


def test_settings_can_be_printed_without_giving_a_secret_away() -> None:
    shown = repr(Settings.from_environment(ENOUGH))
    assert "hunter2" not in shown and "sixteen" not in shown
    assert repr(Secret("hunter2")) == "Secret(…)"


def test_every_setting_has_a_sentence() -> None:
    for field in dataclasses.fields(Settings):
        assert described(field.name)[1].doc.endswith("."), field.name


def test_the_page_about_settings_is_current() -> None:
    written = Path(__file__).parent.parent / "docs" / "settings.md"
    assert written.read_text(encoding="utf-8") == page(), "run: billfold openapi"
