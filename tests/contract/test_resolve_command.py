"""`tessera resolve`, as a person types it: look, judge, take back, train, compare, switch."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from people import ANA, ANA_AGAIN, ANA_MAYBE, World, people_center, uid_of
from regions import add_accounts

from tessera import cli
from tessera.bootstrap import build_app, create_center, open_center
from tessera.cli.session import Openers
from tessera.flow.center import Center

AS = ("--as", "avery", "--purpose", "criminal-investigation")


class Person:
    """Somebody at the center's machine."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.command = cli.build(Openers(create_center=create_center, open_center=open_center, build_app=build_app))

    def types(self, *words: object, code: int = 0) -> Result:
        folder = str(self.center.settings.center)
        result = CliRunner().invoke(self.command, ["--center", folder, "resolve", *map(str, words)])
        assert result.exit_code == code, (result.output, result.exception)
        return result

    def asks(self, *words: object) -> Any:  # noqa: ANN401 - whatever the command prints as JSON
        return json.loads(self.types(*words, "--json").stdout)


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Person:
    center = people_center(tmp_path_factory.mktemp("command") / "center")
    add_accounts(center)
    world = World(center)
    world.bring("open-persons", ANA.format(id="a1"), ANA_MAYBE.format(id="a3"))
    world.bring("police-persons", ANA_AGAIN.format(id="a2"))
    many = (
        f"m{number},Family{number % 40},Given{number % 25},19{50 + number % 40}-0{number % 9 + 1}-1{number % 8},F,"
        f"L{number % 110},,{number % 60} Pine Road,Dover"
        for number in range(400)
    )
    world.bring("open-persons", *many)
    return Person(center)


def test_an_entity_is_shown_and_its_history_told(person: Person) -> None:
    uid = uid_of(person.center, "a1")
    assert "Nunez, Ana" in person.types("entity", uid, *AS).stdout
    assert len(person.asks("entity", uid, *AS)["members"]) == 2
    assert any(one["by"] == "model" for one in person.asks("history", uid, *AS))


def test_a_judgement_is_made_and_taken_back(person: Person) -> None:
    left, right = uid_of(person.center, "a1"), uid_of(person.center, "a3")
    assert person.asks("review", "person", *AS)
    said = person.types("judge", left, right, "same", "--reason", "told so", *AS).stdout
    judgement = said.split()[1].rstrip(":")
    assert len(person.asks("entity", left, *AS)["members"]) == 3
    person.types("undo", judgement, "--reason", "a slip", *AS)
    assert len(person.asks("entity", left, *AS)["members"]) == 2
    assert "reason" in person.types("judge", left, right, "same", "--reason", " ", *AS, code=1).output


def test_a_model_is_trained_compared_switched_to_exported_and_a_run_finds_nothing_left(person: Person) -> None:
    assert "is resolved by model" in person.types("run", "person").stdout
    done = person.types("train", "person", "--reason", "a year")
    uid = done.stdout.split()[1].rstrip(":")
    assert "precision" in person.types("compare", uid).output
    person.types("switch", uid, "--reason", "it is better")
    listed = {one["uid"]: one for one in person.asks("models", "person")}
    assert listed[uid]["running"]
    assert listed[uid]["waiting"] == 0
    assert json.loads(person.types("export", uid).stdout)["kind"] == "person"
    assert "runs already" in person.types("switch", uid, "--reason", "again", code=1).output


def test_a_kind_without_a_declaration_is_refused(person: Person) -> None:
    assert "is not resolved" in person.types("run", "document", code=1).output
