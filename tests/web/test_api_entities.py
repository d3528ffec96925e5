"""Entities, judgements and the review queue through the API."""

from collections.abc import Iterator

import pytest
from api_center import Door, open_door
from people import ANA, ANA_AGAIN, ANA_MAYBE, BOB, World, add_sources, uid_of


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with open_door(tmp_path_factory.mktemp("api") / "center") as door:
        add_sources(door.center)
        world = World(door.center)
        world.bring("open-persons", ANA.format(id="a1"), BOB.format(id="b1"), ANA_MAYBE.format(id="a3"))
        world.bring("police-persons", ANA_AGAIN.format(id="a2"))
        yield door


def test_an_entity_is_read_with_its_members_and_its_weights(door: Door) -> None:
    uid = uid_of(door.center, "a1")
    found = door.get(f"/entities/{uid}").json()
    assert found["uid"] == str(uid)
    assert len(found["members"]) == 2
    (pair,) = found["pairs"]
    assert pair["waterfall"]["weight"] > 10
    assert {step["comparison"] for step in pair["waterfall"]["steps"]} >= {"given_name", "surname", "birth_date"}
    assert door.get(f"/entities/{uid}/near-misses").json()["items"][0]["because"]


def test_a_reader_who_may_not_see_one_of_two_sees_the_other_alone(door: Door) -> None:
    found = door.get(f"/entities/{uid_of(door.center, 'a1')}", "epidemiologist").json()
    assert len(found["members"]) == 1
    assert found["pairs"] == []
    assert door.get(f"/entities/{uid_of(door.center, 'a2')}", "epidemiologist").status_code == 404


def test_a_pair_of_the_queue_is_judged_and_the_judgement_taken_back(door: Door) -> None:
    waiting = door.get("/review", kind="person").json()["items"]
    assert waiting
    pair = waiting[0]["pair"]
    said = {"left": pair["left"], "right": pair["right"], "verdict": "same", "reason": "as she says", "seen": None}
    made = door.post("/judgements", json=said)
    assert made.status_code == 201, made.text
    assert made.json()["in_force"]
    late = door.post("/judgements", "steward", json=said | {"verdict": "different"})
    assert late.status_code == 409
    assert "avery judged this pair" in late.text
    assert [one["uid"] for one in door.get("/judgements", account="avery").json()["items"]] == [made.json()["uid"]]
    undone = door.post(f"/judgements/{made.json()['uid']}/undo", json={"reason": "a slip"})
    assert undone.status_code == 201
    told = door.get(f"/entities/{pair['left']}/history").json()["items"]
    assert [one["verdict"] for one in told if one["by"] == "person"] == ["undone", "same"]


def test_who_may_not_judge_is_refused(door: Door) -> None:
    left, right = (str(uid_of(door.center, key)) for key in ("a1", "b1"))
    said = {"left": left, "right": right, "verdict": "same", "reason": "so"}
    assert door.post("/judgements", "epidemiologist", json=said).status_code == 403
    assert door.get("/review", "epidemiologist").status_code == 403
