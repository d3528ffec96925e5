"""A map file that is dropped: its areas and lines on the map and on the page of a record."""

import re

from playwright.sync_api import FilePayload, Page, expect
from test_accessibility import faults
from test_files import line, send
from windows import NARROW, WIDE, Visit, settled

KML = b"""<kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Placemark><name>Search sector Heron</name><Polygon>
<outerBoundaryIs><LinearRing><coordinates>
-75.62,39.08 -75.45,39.08 -75.40,39.16 -75.47,39.24 -75.60,39.22 -75.62,39.08</coordinates></LinearRing></outerBoundaryIs>
<innerBoundaryIs><LinearRing><coordinates>
-75.55,39.13 -75.50,39.13 -75.50,39.18 -75.55,39.18 -75.55,39.13</coordinates></LinearRing></innerBoundaryIs></Polygon></Placemark>
<Placemark><name>Patrol line Heron</name><LineString><coordinates>
-75.70,39.05 -75.66,39.12 -75.68,39.20 -75.63,39.27 -75.52,39.29</coordinates></LineString></Placemark>
</Document></kml>"""
FILE: FilePayload = {"name": "heron.kml", "mimeType": "application/vnd.google-earth.kml+xml", "buffer": KML}
AN_OUTLINE = 500
"""Pixels: an outline has more of its colour, and the dots of two records have fewer."""
DRAWN_WITHIN = 20
"""Tries, half a second apart."""


def inked(page: Page) -> int:
    """Count the pixels in the colour of outlines on a picture of the map, as its reader sees it."""
    shot = page.locator("canvas.maplibregl-canvas").screenshot()
    counted: int = page.evaluate(
        """async bytes => { const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
        const copy = new OffscreenCanvas(picture.width, picture.height); const ink = copy.getContext("2d");
        ink.drawImage(picture, 0, 0); const seen = ink.getImageData(0, 0, copy.width, copy.height).data; let many = 0;
        for (let at = 0; at < seen.length; at += 4) if (seen[at] > 190 && seen[at + 1] < 110 && seen[at + 2] < 60) many++;
        return many; }""",
        list(shot),
    )
    return counted


def wait_until_drawn(page: Page) -> None:
    for _ in range(DRAWN_WITHIN):
        if inked(page) > AN_OUTLINE:
            return
        page.wait_for_timeout(500)
    assert inked(page) > AN_OUTLINE


def test_areas_and_lines_of_a_map_file_are_drawn_on_the_map_and_beside_their_record(visit: Visit) -> None:
    watched = visit("avery")
    page = watched.open("/upload")
    send(page, FILE)
    assert "KML" in line(page, "heron.kml")
    twin = page.locator("[data-map-twin]")
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        with settled(page, "/map/data"):
            watched.open("/map?q=heron&kind=location&bbox=-75.8,39.0,-75.3,39.35")
        expect(twin.get_by_role("row", name=re.compile("Search sector Heron"))).to_contain_text("area")
        expect(twin.get_by_role("row", name=re.compile("Patrol line Heron"))).to_contain_text("line")
        expect(page.locator("[data-map-legend]")).to_contain_text("its line or area is drawn with it")
        wait_until_drawn(page)
    middle = page.locator("canvas.maplibregl-canvas").bounding_box()
    assert middle is not None
    page.mouse.click(middle["x"] + middle["width"] * 0.47, middle["y"] + middle["height"] * 0.65)
    expect(page.locator(".maplibregl-popup")).to_contain_text("Search sector Heron")
    twin.get_by_role("link", name=re.compile("Search sector Heron")).click()
    page.wait_for_url("**/records/*")
    expect(page.locator("section", has=page.locator("#where"))).to_contain_text("Area of ")
    wait_until_drawn(page)
    assert faults(page, "the record of an area") == []
