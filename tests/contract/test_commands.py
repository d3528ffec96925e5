"""The command, as a person and as a program use it: every subcommand, its output, its errors, its exit code."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from regions import PASSWORD
from streetgrid import write_points

from tessera import cli
from tessera.bootstrap import build_app, create_center, open_center
from tessera.cli.session import Openers

REGISTER = """\
agencies:
  - {name: fusion-unit, label: Fusion Unit, kind: state}
agreements:
  - {name: all, agency: fusion-unit, purposes: [criminal-investigation, data-stewardship], redissemination: ask, signed: 2026-01-01}
holdings:
  - {name: incidents, label: Incidents, authority: Test Code 1, retention_days: 365, purposes: [criminal-investigation]}
sources:
  - {name: feed, label: Feed, agency: fusion-unit, agreement: all, holding: incidents, mapping: test, cadence_hours: 24, marking: {sensitivity: SENSITIVE, tlp: AMBER}}
"""
MAPPING = """\
name: test
version: 1
description: Two columns.
columns: [id, when, what]
records:
  incident:
    kind: incident
    key: [id]
    terms:
      incident_number: id
      occurred_at: {column: when, formats: ["%Y-%m-%d"]}
      text: what
"""
ROWS = "id,when,what\nA1,2026-03-01,=cmd|bicycle stolen\nA2,31/02/2026,bad date\nA3,2026-03-03,cash taken\n"


class Person:
    """Somebody at the center's machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.command = cli.build(Openers(create_center=create_center, open_center=open_center, build_app=build_app))

    def types(self, *words: object, code: int = 0, keys: str | None = None) -> Result:
        result = CliRunner().invoke(self.command, ["--center", str(self.folder), *map(str, words)], input=keys)
        assert result.exit_code == code, (result.output, result.exception)
        return result

    def asks(self, *words: object) -> Any:  # noqa: ANN401 - whatever the command prints as JSON
        return json.loads(self.types(*words, "--json").stdout)


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Person:
    folder = tmp_path_factory.mktemp("command")
    (folder / "partners.yaml").write_text(REGISTER)
    (folder / "test.yaml").write_text(MAPPING)
    (folder / "rows.csv").write_text(ROWS)
    someone = Person(folder / "center")
    said = someone.types("init", folder / "center", "--name", "Test")
    assert "gives this code" in said.stdout or "give this code" in said.stdout
    someone.types("register", folder / "partners.yaml")
    someone.types(
        "account", "add", "avery", "--label", "Avery", "--agency", "fusion-unit", "--role", "analyst",
        "--role", "data-steward", "--trained-until", "2099-12-31", "--password", PASSWORD,
    )  # fmt: skip
    someone.types("ingest", folder / "rows.csv", "--source", "feed", "--mapping", folder / "test.yaml")
    return someone


AS = ("--as", "avery", "--purpose", "criminal-investigation")


def test_deliveries_account_for_every_row(person: Person) -> None:
    (delivery,) = person.asks("deliveries", *AS)
    assert (delivery["rows_in"], delivery["rows_recorded"], delivery["rows_quarantined"]) == (3, 2, 1)
    assert delivery["state"] == "done"


def test_search_and_record_show_what_was_delivered_and_where(person: Person) -> None:
    page = person.asks("search", "bicycle", *AS)
    (hit,) = page["hits"]
    shown = person.asks("record", hit["uid"], *AS)
    assert shown["evidence"]["rows"][0]["here"] is True
    assert shown["record"]["locator"] == "#row=1"
    assert "=cmd|bicycle stolen" in person.types("record", hit["uid"], *AS).stdout


def test_without_an_account_no_content_is_shown(person: Person) -> None:
    assert "Nothing found" in person.types("search", "bicycle").stdout
    assert person.asks("search", "bicycle")["hits"] == []


def test_quarantine_is_listed_shown_mended_and_replayed(person: Person) -> None:
    steward = ("--as", "avery", "--purpose", "data-stewardship")
    (row,) = person.asks("quarantine", "list", *steward)
    assert "31/02/2026" in person.types("quarantine", "show", row["uid"], *steward).stdout
    person.types("quarantine", "replay", row["uid"], *steward, code=1)
    person.types("quarantine", "mend", row["uid"], "--set", "when=2026-02-28", "--replay", *steward)
    assert person.asks("quarantine", "list", *steward) == []
    assert person.types("search", "bad date", *AS).stdout.count("2026-02-28") >= 1


def test_the_same_file_again_is_told_so(person: Person) -> None:
    said = person.types("ingest", person.folder.parent / "rows.csv", "--source", "feed")
    assert "arrived before" in said.stdout


def test_export_neutralises_formulas_and_is_in_the_audit_log(person: Person) -> None:
    out = person.folder.parent / "out.csv"
    person.types("export", "--kind", "incident", "--format", "csv", "--out", out, *AS)
    assert "'=cmd|bicycle stolen" in out.read_text()
    said = person.types("audit", "verify").stdout
    assert "intact" in said


def test_the_audit_log_is_signed_and_read_by_who_may(person: Person) -> None:
    assert person.types("audit", "checkpoint").stdout.startswith("tessera/test\n")
    person.types("audit", "show", *AS, code=3)
    found = person.asks("audit", "verify")
    assert found["findings"] == []


def test_a_purge_takes_two_and_who_approves_it_signs_with_their_password(person: Person) -> None:
    for name in ("pat", "noa"):
        person.types(
            "account", "add", name, "--label", name, "--agency", "fusion-unit", "--role", "privacy-officer",
            "--trained-until", "2099-12-31", "--password", PASSWORD,
        )  # fmt: skip
    hit = person.asks("search", "cash", "--as", "avery", "--purpose", "criminal-investigation")["hits"][0]["uid"]
    first, second = (("--as", name, "--purpose", "oversight") for name in ("pat", "noa"))
    person.types("purge", "propose", hit, "--reason", "It is wrong.", "--reference", "order 7", *first)
    (purge,) = person.asks("purge", "list", *first)
    person.types("purge", "approve", purge["uid"], code=3)  # the machine's operator signs nothing
    own = person.types("purge", "approve", purge["uid"], *first, keys=f"{PASSWORD}\n", code=3)
    assert "takes two" in own.output
    wrong = person.types("purge", "approve", purge["uid"], *second, keys="a wrong guess entirely\n", code=3)
    assert "That is not the password" in wrong.output or "that is not the password" in wrong.output
    assert person.asks("purge", "list", *first)[0]["state"] == "proposed"
    assert "done" in person.types("purge", "approve", purge["uid"], *second, keys=f"{PASSWORD}\n").stdout
    assert PASSWORD not in person.types("audit", "show", "--as", "pat", "--purpose", "oversight").stdout


def test_a_mapping_is_tried_before_it_is_used(person: Person) -> None:
    folder = person.folder.parent
    said = person.types("mapping", "check", folder / "test.yaml", folder / "rows.csv", code=1)
    assert "31/02/2026" in said.stdout
    (folder / "bad.yaml").write_text(MAPPING.replace("text: what", "txet: what"))
    said = person.types("mapping", "check", folder / "bad.yaml", folder / "rows.csv", code=1)
    assert "bad.yaml:12: unknown term 'txet' of kind incident. Did you mean 'text'?" in said.stderr


def test_sources_accounts_and_settings_are_listed(person: Person) -> None:
    assert "feed" in person.types("sources", *AS).stdout
    assert "avery" in person.types("account", "list").stdout
    assert "batch_rows" in person.types("settings").stdout


BAD = {
    "empty.csv": (b"", "empty"),
    "picture.csv": (b"\x89PNG\r\n\x1a\n" + bytes(200), "not a table"),
    "cut.csv.gz": (b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab", "cut short"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_read_says_so_and_ends_with_an_error(person: Person, name: str) -> None:
    content, _ = BAD[name]
    file = person.folder.parent / name
    file.write_bytes(content)
    said = person.types("ingest", file, "--source", "feed", "--mapping", person.folder.parent / "test.yaml", code=1)
    assert str(file) in said.stderr
    assert "Traceback" not in said.stderr


def test_wrong_words_are_explained(person: Person, tmp_path: Path) -> None:
    rows = person.folder.parent / "rows.csv"
    assert "The sources are: feed" in person.types("ingest", rows, "--source", "fede", code=1).stderr
    assert "no files in this folder" in person.types("ingest", tmp_path, "--source", "feed", code=1).stderr
    assert "no such file" in person.types("ingest", tmp_path / "x.csv", "--source", "feed", code=1).stderr
    assert "The purposes are" in person.types("search", "x", "--as", "avery", "--purpose", "fun", code=1).stderr
    assert "no account" in person.types("search", "x", "--as", "nobody", code=4).stderr
    assert "is not a date" in person.types("search", "x", "--since", "soon", *AS, code=1).stderr
    assert "no such record" in person.types("record", "123", *AS, code=4).stderr
    assert "there is no center" in Person(tmp_path / "none").types("deliveries", code=1).stderr


def test_a_settings_file_with_a_typo_names_the_file_and_the_setting(tmp_path: Path) -> None:
    someone = Person(tmp_path / "center")
    someone.types("init", tmp_path / "center")
    (tmp_path / "center" / "settings.toml").write_text('name = "x"\nprot = 80\n')
    said = someone.types("settings", code=1).stderr
    assert "settings.toml: unknown setting 'prot'. Did you mean 'port'?" in said


def test_a_port_in_use_is_said_before_anything_starts(person: Person) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = person.types("serve", "--port", taken.getsockname()[1], code=5).stderr
    assert "cannot listen" in said


def test_streets_are_loaded_and_an_address_is_found_as_exactly_as_they_allow(person: Person, tmp_path: Path) -> None:
    address = "230 Main St, Dover, DE 19901"
    assert "centre of the ZIP code" in person.types("places", "find", address).stdout
    houses = write_points(tmp_path / "houses.csv")
    houses.write_text(houses.read_text() + "0,0,1,Main St,,Dover,,DE,19901,,\n")
    loaded = person.types("places", "load", houses).stdout
    assert "290 houses" in loaded
    assert "The coordinates are no place on Earth." in loaded
    assert person.asks("places", "find", address)["located"]["how"] == "house number in the street file"
    assert "within 25 m" in person.types("places", "find", address).stdout


def test_a_place_that_is_not_one_place_and_a_file_without_streets_are_said(person: Person, tmp_path: Path) -> None:
    assert "no single place is known" in person.types("places", "find", "Dover", code=4).stderr
    (tmp_path / "people.csv").write_text("name\nAvery\n")
    assert "no column" in person.types("places", "load", tmp_path / "people.csv", code=1).stderr
