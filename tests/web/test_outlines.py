"""The map, the page of a record and the API with outlines, for who may see places and for who may not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import regions
from browsing import Browser
from starlette.testclient import TestClient

from tessera.api import build_router
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Access, Permission, Purpose, Role
from tessera.model.marking import Marking, Regime, Sensitivity
from tessera.model.record import SearchQuery
from tessera.model.source import FILES
from tessera.store import accounts, parties, records
from tessera.store.tokens import create_token
from tessera.web.app import build_app

KML = b"""<kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Placemark><name>Sector Heron</name><Polygon><outerBoundaryIs><LinearRing><coordinates>
-75.62,39.08 -75.45,39.08 -75.40,39.16 -75.62,39.08</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>
<Placemark><name>Post Heron</name><Point><coordinates>-75.5,39.1</coordinates></Point></Placemark>
</Document></kml>"""
RING = [[-75.62, 39.08], [-75.45, 39.08], [-75.4, 39.16], [-75.62, 39.08]]
LOOKOUT = Access(actor=regions.actor("lou", "fusion-unit", Role.ANALYST), purpose=Purpose.SITUATIONAL_AWARENESS)
"""Sees records about persons, and none of their places."""
PERSONAL = Marking(sensitivity=Sensitivity.SENSITIVE, regimes=frozenset({Regime.PII}))
READERS = {"analyst": regions.ANALYST, "lookout": LOOKOUT}


@dataclass
class Drawn:
    """Browsers and tokens of two readers, and the record of the area."""

    browsers: dict[str, Browser]
    tokens: dict[str, str]
    area: str

    def ask(self, who: str, path: str) -> dict[str, object]:
        bearer = {"Authorization": f"Bearer {self.tokens[who]}"}
        found: dict[str, object] = self.browsers[who].client.get(f"/api/v1{path}", headers=bearer).json()
        return found


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Drawn]:
    center = regions.new_center(tmp_path_factory.mktemp("drawn") / "center")
    with center.store.writing(OPERATOR) as tx:
        parties.register(tx, regions.source("personal-files", of="sheriff", marking=PERSONAL, mapping=FILES))
        for access in READERS.values():
            accounts.create(tx, regions.account_of(access), regions.PASSWORD)
    regions.deliver(center, KML, source="personal-files", filename="heron.kml", mapping="")
    yield Drawn(*signed_in(center), area_of(center))
    center.store.dialect.engine.dispose()


def signed_in(center: Center) -> tuple[dict[str, Browser], dict[str, str]]:
    app = build_app(center, None, api=build_router(center, None))
    browsers, tokens = {}, {}
    for name, access in READERS.items():
        browsers[name] = Browser(TestClient(app, base_url="http://center.example", raise_server_exceptions=False))
        assert browsers[name].sign_in(access.actor.account, access.purpose.value).status_code == 303
        with center.store.writing(access) as tx:
            tokens[name] = create_token(tx, "look", tuple(Permission), days=30, purpose=access.purpose)[1]
    return browsers, tokens


def area_of(center: Center) -> str:
    with center.store.reading(regions.ANALYST) as tx:
        hits = records.search(tx, SearchQuery(text="sector", kinds=("location",))).hits
    return str(hits[0].uid)


def test_the_map_draws_the_outline_for_who_may_see_it_to_the_pixel(drawn: Drawn) -> None:
    answer = drawn.browsers["analyst"].get("/map/data?kind=location&zoom=12").json()
    points = {point["headline"].partition(" ·")[0]: point for point in answer["points"]}
    assert points["Sector Heron"]["shape"] == "area"
    assert points["Post Heron"]["outline"] is None
    assert points["Post Heron"]["shape"] == "point"
    ring = points["Sector Heron"]["outline"]["coordinates"][0]
    assert len(ring) == len(RING)
    assert all(at == pytest.approx(wanted, abs=360 / (512 * 2**12)) for at, wanted in zip(ring, RING, strict=True))
    far = drawn.browsers["analyst"].get("/map/data?kind=location&zoom=0").json()
    assert not any(point["outline"] for point in far["points"])
    page = drawn.browsers["analyst"].get("/map?kind=location&zoom=12").text
    assert "<td>area</td>" in page


def test_the_map_draws_nothing_for_who_may_not_see_places(drawn: Drawn) -> None:
    answer = drawn.browsers["lookout"].get("/map/data?kind=location&zoom=12").json()
    assert (answer["points"], answer["cells"], answer["total"]) == ([], [], 0)


def test_the_page_of_a_record_draws_its_outline_or_says_why_not(drawn: Drawn) -> None:
    page = drawn.browsers["analyst"].get(f"/records/{drawn.area}").text
    assert re.search(r'data-outline="[^"]*Polygon', page)
    assert re.search(r"Area of 65\.\d km², 3 corners", page)
    assert 'href="/map?bbox=-75.6530,39.0680,-75.3670,39.1720"' in page
    masked = drawn.browsers["lookout"].get(f"/records/{drawn.area}").text
    assert "Where it lies" in masked
    assert "data-outline" not in masked
    assert "-75.62" not in masked


def test_pages_that_list_terms_hold_no_coordinates(drawn: Drawn) -> None:
    for path in ("/search?q=heron", f"/entities/{drawn.area}"):
        page = drawn.browsers["analyst"].get(path)
        assert page.status_code == 200
        assert "coordinates" not in page.text


def test_the_api_gives_the_outline_as_it_is_kept_or_null(drawn: Drawn) -> None:
    found = drawn.ask("analyst", f"/records/{drawn.area}")
    assert found["outline"] == {"type": "Polygon", "coordinates": [RING]}
    assert "39.08" not in str(found["terms"])
    masked = drawn.ask("lookout", f"/records/{drawn.area}")
    assert masked["outline"] is None
    assert "39.08" not in str(masked)
    points = drawn.ask("analyst", "/map?kind=location&zoom=12")["points"]
    assert isinstance(points, list)
    assert [bool(point["outline"]) for point in points].count(True) == 1
    assert drawn.ask("lookout", "/map?kind=location&zoom=12")["points"] == []
