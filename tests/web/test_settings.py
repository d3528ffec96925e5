"""The page of settings: everything is named, secrets are not shown."""

from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

from browsing import Browser

from tessera.settings import Settings, describe


def test_every_setting_is_shown_to_who_runs_or_oversees_the_center(browser: Callable[[str], Browser]) -> None:
    page = browser("administrator").get("/settings")
    assert page.status_code == 200
    assert all(f"<code>{field.name}</code>" in page.text for field in fields(Settings))
    assert browser("analyst").get("/settings").status_code == 403


def test_secrets_are_named_and_not_shown() -> None:
    kept = replace(
        Settings(center=Path()), oidc_client_secret="s3cr3t", database="postgresql://tessera:hunter2@db/center"
    )
    shown = {name: value for name, value, _ in describe(kept)}
    assert shown["oidc_client_secret"] == "***"
    assert shown["database"] == "postgresql://tessera:***@db/center"
    assert shown["blobs"] == ""
