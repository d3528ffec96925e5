"""The signing page: a form that is a signature waits for a proof, loses nothing, and then does what it said."""

import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
import regions
from httpx2 import Response
from identity import DAY, MINUTE, OPTIONS, House, Person, open_house

from tessera.clock import to_datetime
from tessera.model.access import Role
from tessera.store import auditing
from tessera.store.events import Event

ACT = "/samples/weeks/sign"
REMARK = 'Quiet, but for "two" <late> reads.\nBoth were explained.'
LATER = 20 * MINUTE
"""Longer than a proof is good for, and shorter than a session stays unlocked."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("signing"), required=False) as opened:
        yield opened


@pytest.fixture
def pat(house: House) -> Person:
    """A privacy officer who has come in some time ago, and a week of the log that is over and not reviewed."""
    person = house.person(f"pat-{len(house.names())}", Role.PRIVACY_OFFICER)
    house.watch.forward(8 * DAY)
    assert person.sign_in().status_code == 303
    return person


def week(house: House) -> str:
    year, number, _ = to_datetime(house.watch.now - 7 * DAY).isocalendar()
    return f"{year}-W{number:02}"


def hand_in(person: Person) -> Response:
    return person.post(ACT, {"week": week(person.house), "remark": REMARK})


def fields_of(page: str) -> dict[str, str]:
    """Read the password form of the signing page, as a browser would send it."""
    form = re.findall(r'<form class="t-form" method="post" action="[^"]+">(.*?)</form>', page, re.DOTALL)[-1]
    found = re.findall(r'<input [^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', form)
    return {name: html.unescape(value) for name, value in found}


def signed(house: House) -> list[dict[str, Any]]:
    with house.center.store.reading(regions.AUDITOR) as tx:
        return [dict(entry.details or {}) for entry in auditing.entries(tx, event=Event.AUDIT_REVIEWED, limit=50)]


def test_whoever_has_just_come_in_signs_at_once(house: House, pat: Person) -> None:
    before = len(signed(house))
    assert hand_in(pat).headers["location"] == "/samples?said=sample-signed"
    assert len(signed(house)) == before + 1
    assert signed(house)[0]["proved_by"] == "password"


def test_later_the_form_waits_for_a_password_and_loses_nothing(house: House, pat: Person) -> None:
    before, secret = len(signed(house)), pat.secret
    house.watch.forward(LATER)
    page = hand_in(pat)
    assert page.status_code == 403
    assert len(signed(house)) == before
    assert "You sign that this week of the audit log was reviewed." in page.text
    assert html.escape("Both were explained.") in page.text
    fields = fields_of(page.text)
    assert fields["remark"].replace("\r", "") == REMARK
    answer = pat.browser.client.post(ACT, data=fields | {"signing.password": regions.PASSWORD}, follow_redirects=False)
    assert answer.headers["location"] == "/samples?said=sample-signed"
    assert pat.secret != secret
    assert len(signed(house)) == before + 1
    assert signed(house)[0]["proved_at"].startswith(to_datetime(house.watch.now).isoformat()[:16])
    assert pat.get("/samples").status_code == 200
    assert "Both were explained." in pat.get("/samples").text


def test_a_wrong_password_signs_nothing_counts_and_keeps_the_form(house: House, pat: Person) -> None:
    before, failed = len(signed(house)), len(house.events(Event.SIGN_IN_FAILED))
    house.watch.forward(LATER)
    fields = fields_of(hand_in(pat).text)
    page = pat.browser.client.post(ACT, data=fields | {"signing.password": "a wrong guess entirely"})
    assert page.status_code == 403
    assert "That was not accepted" in page.text
    assert "a wrong guess entirely" not in page.text
    assert fields_of(page.text)["remark"].replace("\r", "") == REMARK
    assert len(signed(house)) == before
    assert len(house.events(Event.SIGN_IN_FAILED)) == failed + 1


def test_a_passkey_signs(house: House, pat: Person) -> None:
    pat.add_passkey()
    house.watch.forward(LATER)
    page = hand_in(pat)
    assert "Sign with a passkey" in page.text
    answer = pat.key.sign(pat.options(OPTIONS))
    done = pat.post(ACT, {"week": week(house), "remark": REMARK, "signing": "yes", "credential": answer})
    assert done.headers["location"] == "/samples?said=sample-signed"
    assert signed(house)[0]["proved_by"] == "passkey"


def test_an_error_behind_a_right_password_leaves_one_signed_in(house: House, pat: Person) -> None:
    again = {"week": week(house), "remark": "Again."}
    pat.post(ACT, again)
    house.watch.forward(LATER)
    proof = {"signing": "yes", "signing.password": regions.PASSWORD}
    assert "signed off already" in pat.post(ACT, again | proof).text
    assert pat.get("/samples").status_code == 200
    house.watch.forward(LATER)
    gone = f"/samples/{'0' * 8}-0000-7000-8000-{'0' * 12}/sign"
    assert pat.post(gone, {"remark": "x"} | proof).status_code == 404
    assert pat.get("/samples").status_code == 200


def test_a_proof_does_not_lift_what_the_rules_say(house: House) -> None:
    house.watch.forward(8 * DAY)
    kim = house.person("kim", Role.ANALYST)
    kim.sign_in()
    proof = {"signing": "yes", "signing.password": regions.PASSWORD}
    before = len(signed(house))
    assert kim.post(ACT, {"week": week(house), "remark": "x"} | proof).status_code == 403
    assert len(signed(house)) == before
