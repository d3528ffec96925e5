"""Readers of every sort, and a browser that each can use; shared by the tests of the pages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import regions
from httpx2 import Response
from starlette.testclient import TestClient

from tessera.model.access import Access, Purpose, Role

INTAKE = Access(
    actor=regions.actor("ira", "fusion-unit", Role.INTAKE_ANALYST, groups=("cji-cleared",)),
    purpose=Purpose.DATA_STEWARDSHIP,
)
OWNER = Access(
    actor=regions.actor("dee", "sheriff", Role.PARTNER, groups=("law-enforcement", "cji-cleared")),
    purpose=Purpose.CRIMINAL_INVESTIGATION,
)
"""A deputy of the agency that owns the police feed, cleared for all that is in it."""
PRIVACY = Access(actor=regions.actor("pat", "fusion-unit", Role.PRIVACY_OFFICER), purpose=Purpose.OVERSIGHT)
ADMINISTRATOR = Access(actor=regions.actor("ada", "fusion-unit", Role.ADMINISTRATOR), purpose=Purpose.ADMINISTRATION)
FORGETFUL = Access(actor=regions.actor("flo", "sheriff", Role.PARTNER), purpose=Purpose.EMERGENCY_RESPONSE)
READERS = {
    "analyst": regions.ANALYST,
    "partner": regions.DEPUTY,
    "owner": OWNER,
    "hospital": regions.EPIDEMIOLOGIST,
    "steward": regions.STEWARD,
    "auditor": regions.AUDITOR,
    "intake": INTAKE,
    "privacy": PRIVACY,
    "administrator": ADMINISTRATOR,
    "forgetful": FORGETFUL,
}
OPEN_ROWS = regions.rows(
    "C-1,2026-03-01 14:05,Noise,Loud music by the river,39.15,-75.52,,,",
    "C-2,2026-03-02 09:30,Collision,Two cars at the bridge,39.16,-75.53,,,",
)
POLICE_ROWS = regions.rows(
    "P-1,2026-03-03 10:00,Burglary,Rear window forced at the boathouse,39.17,-75.54,Elena Munoz,302-555-0143,34",
    "P-2,2026-02-31 10:00,Theft,=cmd|' /C calc'!A0,39.18,-75.55,Dan Okafor,302-555-0117,40",
    "P-3,2026-03-04 11:00,Theft,Bicycle taken,39.19,-75.56,Tim Young,302-555-0118,15",
    "P-4,2026-03-05 99:00,Theft,-75.5,39.18,-75.55,Dan Okafor,302-555-0117,40",
    "P-5,2026-03-05",
)
HEALTH_ROWS = regions.rows("H-1,2026-03-06 12:00,Overdose,Revived at the scene,39.2,-75.57,,,")


def csrf_of(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, "the page has no form"
    return found[1]


@dataclass
class Browser:
    """A person at a browser: follows nothing by itself, and sends each form with the token of its page."""

    client: TestClient
    signs: bool = True
    """Whether the person, where the signing page asks, types the password of the tests."""

    def get(self, path: str, **options: object) -> Response:
        return self.client.get(path, follow_redirects=False, **options)  # type: ignore[arg-type]

    def post(self, path: str, fields: Mapping[str, object], *, page: str = "/", **options: object) -> Response:
        answer = self._send(path, fields, page, **options)
        if self.signs and answer.status_code == 403 and 'name="signing"' in answer.text:
            proof = {"signing": "yes", "signing.password": regions.PASSWORD}
            return self._send(path, {**fields, **proof}, page, **options)
        return answer

    def _send(self, path: str, fields: Mapping[str, object], page: str, **options: object) -> Response:
        token = csrf_of(self.client.get(page, follow_redirects=True).text)
        return self.client.post(path, data={"csrf": token, **fields}, follow_redirects=False, **options)  # type: ignore[arg-type]

    def sign_in(self, account: str, purpose: str, **fields: str) -> Response:
        given = {
            "account": account,
            "password": regions.PASSWORD,
            "purpose": purpose,
            "acknowledge": "yes",
            "next": "/",
        }
        return self.post("/sign-in", given | fields, page="/sign-in")


def timeless(answer: Response) -> str:
    """Give a page without the line that says when it was printed, which changes with every second."""
    return re.sub(r'<p class="t-printed">.*?</p>', "", answer.text, flags=re.DOTALL)
