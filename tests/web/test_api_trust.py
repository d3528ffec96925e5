"""Who may come in through the API, and with what; tokens, audit, reasons, sources, dictionary."""

from collections.abc import Iterator
from typing import Any

import pytest
import regions
from api_center import PEOPLE, Door, Value, open_door

from tessera.api import audit, deliveries, map, notices, quarantine, reasons, records, sources, tokens, words  # noqa: A004 - the subject
from tessera.api.needs import Anyone, Declared
from tessera.flow.center import OPERATOR
from tessera.model.access import Permission
from tessera.model.source import Agreement
from tessera.store import parties

SUBJECTS = (records, reasons, map, deliveries, quarantine, sources, words, audit, tokens, notices)
ROUTES = [route for subject in SUBJECTS for route in subject.door]
UID = "0192f0c1-2345-7000-8000-000000000000"


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with open_door(tmp_path_factory.mktemp("api") / "center", filled=False) as door:
        yield door


def ask(door: Door, route: Declared, headers: dict[str, str]) -> Value:
    path = route.path.replace("{uid}", UID).replace("{name}", "nothing")
    return door.client.request(route.method, f"/api/v1{path}", headers=headers)


def named(route: Declared) -> str:
    return f"{route.method} {route.path}"


def test_every_route_declares_what_it_needs() -> None:
    assert len(ROUTES) >= 35
    assert all(isinstance(route.need, Permission) or route.need is Anyone.SIGNED_IN for route in ROUTES)


@pytest.mark.parametrize("route", ROUTES, ids=named)
@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer tes_nobody"}, {"Authorization": "Basic YTpi"}])
def test_without_a_good_token_nothing_opens(door: Door, route: Declared, header: dict[str, str]) -> None:
    answer = ask(door, route, header)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:tessera:problem:not-signed-in"


@pytest.mark.parametrize("route", [r for r in ROUTES if isinstance(r.need, Permission)], ids=named)
def test_a_token_without_the_scope_does_not_open(door: Door, route: Declared) -> None:
    other = next(p for p in Permission if p is not route.need)
    answer = ask(door, route, door.token(PEOPLE["steward"], other))
    assert answer.status_code == 403
    assert answer.json()["where"] == route.need.value
    assert answer.json()["detail"]


def test_a_refusal_is_noted(door: Door) -> None:
    door.client.get("/api/v1/records", headers=door.token(PEOPLE["analyst"], Permission.SOURCE_READ))
    event, details = door.events()[-1]
    assert event == "trust:access:refused"
    assert "scope" in details["reason"]


def test_a_scope_gives_nothing_that_the_account_has_not(door: Door) -> None:
    answer = door.get("/audit/entries", "analyst")
    assert answer.status_code == 403
    assert "audit:read" in answer.json()["detail"]


def test_whoami_says_who_what_for_and_what_is_allowed(door: Door) -> None:
    me = door.client.get("/api/v1/whoami", headers=door.header("analyst") | {"X-Need-To-Know": "case 17"}).json()
    assert (me["account"], me["agency"], me["purpose"]) == ("avery", "fusion-unit", "criminal-investigation")
    assert me["need_to_know"] == "case 17"
    rights = {right["permission"]: right["allowed"] for right in me["rights"]}
    assert set(rights) == set(Permission)
    assert rights["record:read"]
    assert not rights["audit:read"]


def test_a_need_to_know_must_be_plain_and_short(door: Door) -> None:
    headers = door.header("analyst") | {"X-Need-To-Know": "x" * 201}
    assert door.client.get("/api/v1/whoami", headers=headers).status_code == 422


def test_why_explains_permissions_and_markings(door: Door) -> None:
    no = door.get("/why", permission="audit:read").json()
    assert not no["allowed"]
    assert "analyst" in no["reason"]
    marking = {"sensitivity": "RESTRICTED", "owners": ["hospital"], "releasable_to": []}
    closed = door.post("/why", json=marking).json()
    assert not closed["record"]["allowed"]
    assert closed["record"]["reason"]
    assert door.post("/why", json={}).json()["record"]["allowed"]
    assert door.post("/why", json={"tlp": "PINK"}).status_code == 422
    assert len(door.get("/policy").json()["items"]) > 10


def test_why_weighs_how_things_stand_with_partners_today(door: Door) -> None:
    ended = Agreement(
        name="agreement-gone", agency="sheriff", purposes=regions.ALL_PURPOSES, redissemination="ask",
        signed="2025-01-01", expires="2026-01-02",
    )  # fmt: skip
    with door.center.store.writing(OPERATOR) as tx:
        parties.register(tx, ended)
    given = {"sensitivity": "INTERNAL", "owners": ["sheriff"], "agreements": ["agreement-gone"]}
    closed = door.post("/why", json=given).json()
    assert closed["record"]["policies"] == ["lapsed-agreement-closes"]
    assert not any(field["allowed"] for field in closed["fields"])
    assert door.post("/why", json=given | {"agreements": ["agreement-sheriff"]}).json()["record"]["allowed"]


def test_a_token_is_made_used_and_revoked(door: Door) -> None:
    made = door.post("/tokens", json={"label": "nightly", "scopes": ["source:read"], "days": 7})
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    token = made.json()
    own = {"Authorization": f"Bearer {token['secret']}"}
    assert door.client.get("/api/v1/sources", headers=own).status_code == 200
    assert door.client.get("/api/v1/records", headers=own).status_code == 403
    listed = door.get("/tokens").json()["items"]
    assert token["uid"] in [t["uid"] for t in listed]
    assert "secret" not in listed[0]
    assert door.delete(f"/tokens/{token['uid']}", "deputy").status_code == 404
    assert door.delete(f"/tokens/{token['uid']}").status_code == 204
    assert door.client.get("/api/v1/sources", headers=own).status_code == 401


def test_a_token_makes_no_wider_token(door: Door) -> None:
    narrow = door.token(PEOPLE["analyst"], Permission.TOKEN_CREATE)
    wish = {"label": "wide", "scopes": ["record:read"], "days": 7}
    answer = door.client.post("/api/v1/tokens", headers=narrow, json=wish)
    assert answer.status_code == 403
    assert answer.json()["where"] == "body.scopes"
    wish = {"label": "other", "scopes": ["record:read"], "days": 7, "purpose": "public-health"}
    assert door.post("/tokens", json=wish).json()["where"] == "body.purpose"


@pytest.mark.parametrize(
    "change", [{"days": 0}, {"days": 366}, {"scopes": []}, {"scopes": ["all"]}, {"label": ""}, {"label": "a\x00"}]
)
def test_a_token_that_cannot_be_is_refused(door: Door, change: dict[str, Any]) -> None:
    assert door.post("/tokens", json={"label": "x", "scopes": ["source:read"], "days": 7} | change).status_code == 422


def test_the_audit_log_is_read_signed_and_verified(door: Door) -> None:
    assert door.get("/audit/checkpoint", "officer").status_code == 404
    signed = door.post("/audit/checkpoint", "officer")
    assert signed.status_code == 201, signed.text
    latest = door.get("/audit/checkpoint", "officer").json()
    assert latest == signed.json()
    assert latest["note"].startswith("tessera/")
    found = door.get("/audit/verification", "officer").json()
    assert found["intact"], found
    assert found["checkpoints"] == 1
    first = door.get("/audit/entries", "officer", limit=2).json()
    second = door.get("/audit/entries", "officer", limit=2, cursor=first["next_cursor"]).json()
    indexes = [e["index"] for e in first["items"] + second["items"]]
    assert indexes[:2] == sorted(indexes[:2], reverse=True)
    assert max(indexes[2:]) < indexes[1]
    created = door.get("/audit/entries", "officer", event="trust:token:created").json()["items"]
    assert {e["event"] for e in created} == {"trust:token:created"}
    assert door.get("/audit/entries", "officer", event="nothing").status_code == 422


def test_sources_agencies_holdings_and_overview(door: Door) -> None:
    assert [s["name"] for s in door.get("/sources").json()["items"]] == ["open-feed", "police-feed"]
    one = door.get("/sources/open-feed").json()
    assert one["agreement_in_full"]["agency"] == "sheriff"
    assert one["quality"] is None
    assert door.get("/sources/health-feed").status_code == 404
    assert {a["name"] for a in door.get("/agencies").json()["items"]} == {"fusion-unit", "hospital", "sheriff"}
    assert {h["name"] for h in door.get("/holdings").json()["items"]} == {"health", "incidents"}
    overview = door.get("/overview").json()
    assert (overview["center"], overview["records"]) == ("Test Center", 0)


def test_an_overview_shows_only_what_the_token_opens(door: Door) -> None:
    headers = door.token(regions.ANALYST, Permission.OVERVIEW_READ)
    overview = door.client.get("/api/v1/overview", headers=headers).json()
    assert (overview["records"], overview["sources"]) == (None, None)


def test_the_dictionary_is_read_whole_and_in_parts(door: Door) -> None:
    whole = door.get("/dictionary").json()
    assert whole["digest"] == door.center.dictionary.digest
    assert {k["name"] for k in whole["kinds"]} == set(door.center.dictionary.kinds)
    kind = door.get("/kinds/incident").json()
    assert [t["name"] for t in kind["terms"]] == list(door.center.dictionary.kinds["incident"].terms)
    assert door.get("/kinds/unicorn").status_code == 404
    assert door.get("/link-types").json()["items"][0]["from_kinds"]
    name = door.get("/code-lists").json()["items"][0]["name"]
    assert door.get(f"/code-lists/{name}").json()["codes"]
    assert door.get("/code-lists/unicorn").status_code == 404


def test_an_unknown_address_and_a_wrong_method_are_problems(door: Door) -> None:
    nothing = door.get("/nothing/here")
    assert nothing.status_code == 404
    wrong = door.client.put("/api/v1/tokens", headers=door.header("analyst"))
    assert wrong.status_code == 405
    assert wrong.headers["allow"] == "GET, POST"
    assert wrong.headers["content-type"] == "application/problem+json"
    assert door.get("/records/not-a-uid").status_code == 422


def test_a_body_that_is_far_too_large_is_refused_unread(door: Door) -> None:
    kind = {"Content-Type": "application/json"}
    assert door.post("/why", content=b" " * (1 << 21), headers=kind).status_code == 413
    chunks = iter([b" " * 600_000] * 3)
    assert door.post("/why", content=chunks, headers=kind).status_code == 413


@pytest.mark.parametrize("note", ["", "\n\n", "test\n1\nAAAA\n\n— nobody AAAA\n"])
def test_a_note_that_is_no_checkpoint_is_the_callers_mistake(door: Door, note: str) -> None:
    assert door.post("/audit/cosignatures", "officer", json={"note": note}).status_code in {400, 422}
