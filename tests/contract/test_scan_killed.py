"""A long scan that is killed in the middle: the next start goes on with the page where it stopped, and ends the same."""

import json
import signal
import time
from pathlib import Path

import other_process
import pytest
import regions
from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import func, select

from tessera.bootstrap import open_center
from tessera.extract.contents import BLOCK
from tessera.extract.pictures import open_pictures
from tessera.flow.center import Center
from tessera.model.delivery import Via
from tessera.model.found import Off
from tessera.model.source import FILES
from tessera.receive import take_in
from tessera.store import auditing, parties, tables

PAGES = 4


def scan(path: Path) -> Path:
    canvas = Canvas(str(path), pagesize=(400, 200))
    for page in range(1, PAGES + 1):
        picture = Image.new("RGB", (800, 400), "white")
        pen, font = ImageDraw.Draw(picture), ImageFont.load_default(40)
        pen.text((40, 100), f"Page {page} of the report", font=font, fill="black")
        pen.text((40, 200), f"Call 302-555-010{page} at noon", font=font, fill="black")
        canvas.drawInlineImage(picture, 0, 0, 400, 200)
        canvas.showPage()
    canvas.save()
    return path


def prepared(folder: Path) -> Center:
    center = regions.new_center(folder, resolving=False)
    with center.store.writing(regions.STEWARD) as tx:
        parties.register(tx, regions.source("files-feed", of="sheriff", marking=regions.PUBLIC, mapping=FILES))
    return center


def start(center: Path, file: Path) -> other_process.Process:
    return other_process.start(center, file, source="files-feed")


def finish(center: Center, file: Path) -> None:
    """Take the scan in, or go on with it, in this process."""
    with center.jobs() as jobs, file.open("rb") as stream:
        delivery = take_in(
            center.store,
            center.blobs,
            regions.STEWARD,
            stream,
            source="files-feed",
            filename="scan.pdf",
            via=Via.COMMAND,
        )
        jobs.start(delivery)
        jobs.wait(delivery.uid)


def batches(center: Center) -> int:
    with center.store.dialect.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(tables.batch)).scalar_one())


def content_of(center: Center) -> list[tuple[int, dict[str, str]]]:
    """Give what was read, by its row."""
    r = tables.record.c
    with center.store.dialect.engine.connect() as connection:
        found = connection.execute(select(r.row, r.payload).order_by(r.row, r.payload)).all()
    return [(row.row, json.loads(row.payload)) for row in found]


@pytest.mark.timeout(600)
def test_a_scan_killed_in_the_middle_ends_with_exactly_the_same_records(tmp_path: Path) -> None:
    if isinstance(found := open_pictures(), Off):
        pytest.skip(found.why)
    file = scan(tmp_path / "scan.pdf")
    undisturbed = prepared(tmp_path / "undisturbed")
    finish(undisturbed, file)

    killed = prepared(tmp_path / "killed")
    process = start(tmp_path / "killed", file)
    while batches(killed) < PAGES // 2:
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stderr.close()  # type: ignore[union-attr]
    stored = batches(killed)
    assert stored < PAGES
    reopened = open_center(tmp_path / "killed")
    finish(reopened, file)

    assert content_of(killed) == content_of(undisturbed)
    assert batches(killed) == batches(undisturbed) == PAGES + 1
    rows = {row // BLOCK for row, _ in content_of(killed)}
    assert rows == set(range(1, PAGES + 2))
    assert auditing.verify(reopened.store, reopened.check_checkpoint).findings == ()
