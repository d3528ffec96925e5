"""Whoever asks too often waits: at the doors of signing in, and at the API. Counts are by address, account and token."""

from collections.abc import Iterator
from typing import Any

import pytest
import regions
from browsing import Browser
from identity import HOUR, MINUTE, House, open_house
from starlette.testclient import TestClient

from tessera.api import build_router
from tessera.model.access import Access, Permission
from tessera.store import tokens
from tessera.store.events import Event
from tessera.web.app import build_app

A_MINUTE = 6


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    limits: dict[str, Any] = {"sign_ins_per_minute": A_MINUTE, "api_per_minute": 4}
    with open_house(tmp_path_factory.mktemp("limits"), required=False, **limits) as opened:
        yield opened


@pytest.fixture
def house(strict: House) -> House:
    """The same center, an hour later: every bucket is full again."""
    strict.watch.forward(HOUR)
    return strict


def at(house: House, address: str) -> Browser:
    app = build_app(house.center, None, api=build_router(house.center, None))
    client = TestClient(app, base_url="http://center.example", client=(address, 5000), raise_server_exceptions=False)
    return Browser(client)


def token(house: House, access: Access) -> dict[str, str]:
    with house.center.store.writing(access) as tx:
        secret = tokens.create_token(tx, "x", (Permission.SOURCE_READ,), days=1, purpose=access.purpose)[1]
    return {"Authorization": f"Bearer {secret}"}


def test_attempts_to_sign_in_are_limited_by_address_and_another_address_goes_on(house: House) -> None:
    guesser = at(house, "192.0.2.7")
    for number in range(A_MINUTE):
        assert guesser.sign_in(f"nobody-{number}", "oversight").status_code == 403
    refused = guesser.sign_in("quinn", "oversight")
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "10"
    assert "Too many requests" in refused.text
    assert at(house, "192.0.2.8").sign_in("quinn", "oversight").status_code == 303
    house.watch.forward(10_000)
    assert guesser.sign_in("quinn", "oversight").status_code == 303


def test_attempts_at_one_account_are_limited_from_wherever_they_come(house: House) -> None:
    for number in range(A_MINUTE // 3):
        assert at(house, f"192.0.2.{number}").sign_in("quinn", "oversight", password="wrong").status_code == 403
    assert at(house, "198.51.100.1").sign_in("quinn", "oversight").status_code == 429
    assert at(house, "198.51.100.1").sign_in("morgan", "oversight").status_code == 303


def test_a_network_of_ipv6_is_one_visitor(house: House) -> None:
    for number in range(A_MINUTE):
        at(house, f"2001:db8::{number:x}").sign_in(f"nobody-{number}", "oversight")
    assert at(house, "2001:db8::ffff").sign_in("quinn", "oversight").status_code == 429
    assert at(house, "2001:db8:0:1::1").sign_in("quinn", "oversight").status_code == 303


@pytest.mark.parametrize("path", ["/setup", "/sign-in", "/sign-in/sso"])
def test_every_form_before_signing_in_is_limited(path: str, house: House) -> None:
    someone = at(house, "192.0.2.9")
    page = "/sign-in" if path != "/setup" else path
    statuses = [someone.post(path, {"account": f"a{n}"}, page=page).status_code for n in range(A_MINUTE + 1)]
    assert 429 not in statuses[:-1]
    assert statuses[-1] == 429


def test_proofs_of_who_has_come_in_half_way_are_limited_too(house: House) -> None:
    quinn = at(house, "192.0.2.10")
    quinn.sign_in("quinn", "oversight")
    quinn.post("/lock", {})
    answers = [quinn.post("/locked", {"password": ""}, page="/locked").status_code for _ in range(3)]
    assert answers[-1] == 429


def test_calls_of_the_api_are_limited_by_token(house: House) -> None:
    client: Any = at(house, "192.0.2.11").client
    first, second = token(house, regions.STEWARD), token(house, regions.STEWARD)
    statuses = [client.get("/api/v1/sources", headers=first).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 200, 429]
    refused = client.get("/api/v1/sources", headers=first)
    assert refused.headers["retry-after"] == "15"
    assert refused.json()["type"] == "urn:tessera:problem:too-many"
    assert client.get("/api/v1/sources", headers=second).status_code == 200
    house.watch.forward(MINUTE)
    assert client.get("/api/v1/sources", headers=first).status_code == 200


def test_made_up_tokens_are_limited_by_address_and_noted(house: House) -> None:
    client: Any = at(house, "192.0.2.12").client
    made_up = ({"Authorization": f"Bearer tes_{number}"} for number in range(6))
    assert [client.get("/api/v1/sources", headers=one).status_code for one in made_up] == [401] * 4 + [429] * 2
    assert len(house.events(Event.TOKEN_REFUSED)) == 4


def test_calls_without_a_token_are_limited_by_address(house: House) -> None:
    client: Any = at(house, "192.0.2.13").client
    assert [client.get("/api/v1/sources").status_code for _ in range(5)] == [401] * 4 + [429]
    assert client.get("/api/v1/openapi.json").status_code == 429


def test_no_limit_means_none(tmp_path_factory: pytest.TempPathFactory) -> None:
    limits: dict[str, Any] = {"sign_ins_per_minute": 0, "api_per_minute": 0}
    with open_house(tmp_path_factory.mktemp("free"), **limits) as house:
        someone = at(house, "192.0.2.14")
        assert {someone.sign_in(f"nobody-{n}", "oversight").status_code for n in range(12)} == {403}
        client: Any = someone.client
        assert {client.get("/api/v1/sources").status_code for _ in range(12)} == {401}
