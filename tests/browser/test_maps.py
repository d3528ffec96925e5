"""A map file that is dropped: its areas and lines on the map and on the page of the record."""

import re

from playwright.sync_api import FilePayload, Page, expect
from test_accessibility import faults
from test_files import line, send
from windows import NARROW, WIDE, Visit, settled

KML = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document>
<Placemark><name>Search sector Heron</name><Polygon>
<outerBoundaryIs><LinearRing><coordinates>
-75.62,39.08 -75.45,39.08 -75.40,39.16 -75.47,39.24 -75.60,39.22 -75.62,39.08</coordinates></LinearRing></outerBoundaryIs>
<innerBoundaryIs><LinearRing><coordinates>
-75.55,39.13 -75.50,39.13 -75.50,39.18 -75.55,39.18 -75.55,39.13</coordinates></LinearRing></innerBoundaryIs></Polygon></Placemark>
<Placemark><name>Patrol line Heron</name><LineString><coordinates>
-75.70,39.05 -75.66,39.12 -75.68,39.20 -75.63,39.27 -75.52,39.29</coordinates></LineString></Placemark>
</Document></kml>""".encode()
FILE: FilePayload = {"name": "heron.kml", "mimeType": "application/vnd.google-earth.kml+xml", "buffer": KML}


def inked(page: Page) -> int:
    """Count the pixels in the colour of outlines on a picture of the canvas, as a reader sees it."""
    shot = page.locator("canvas.maplibregl-canvas").screenshot()
    return page.evaluate(
        """async bytes => { const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
        const copy = new OffscreenCanvas(picture.width, picture.height); const ink = copy.getContext("2d");
        ink.drawImage(picture, 0, 0); const seen = ink.getImageData(0, 0, copy.width, copy.height).data; let many = 0;
        for (let at = 0; at < seen.length; at += 4) if (seen[at] > 190 && seen[at + 1] < 110 && seen[at + 2] < 60) many++;
        return many; }""",
        list(shot),
    )


def test_areas_and_lines_of_a_map_file_are_drawn_on_the_map_and_beside_their_record(visit: Visit) -> None:
    watched = visit("avery")
    page = watched.open("/upload")
    send(page, FILE)
    assert "KML" in line(page, "heron.kml")
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        with settled(page, "/map/data"):
            watched.open("/map?q=heron&kind=location&bbox=-75.8,39.0,-75.3,39.35")
        twin = page.locator("[data-map-twin]")
        expect(twin.get_by_role("row", name=re.compile("Search sector Heron"))).to_contain_text("area")
        expect(twin.get_by_role("row", name=re.compile("Patrol line Heron"))).to_contain_text("line")
        expect(page.locator("[data-map-legend]")).to_contain_text("its line or area")
        page.wait_for_function("() => document.querySelector('canvas.maplibregl-canvas')")
        page.wait_for_timeout(1500)
        page.screenshot(path=f"/tmp/map-{size['width']}.png", full_page=True)
        print(inked(page))
    page.set_viewport_size(WIDE)
    twin.get_by_role("link", name=re.compile("Search sector Heron")).click()
    page.wait_for_url("**/records/*")
    where = page.locator("section", has=page.locator("#where"))
    expect(where).to_contain_text("Area of ")
    page.wait_for_timeout(1500)
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        page.wait_for_timeout(800)
        page.screenshot(path=f"/tmp/record-{size['width']}.png", full_page=True)
        print(inked(page))
