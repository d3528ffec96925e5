"""What pictures say about themselves; damaged, hostile and false things in them."""

import struct
import zlib
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from integrating import SHARED
from pictures import LINES, NOTHING, piece, tools, written
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import TiffImageFile
from reading import each

from tessera.engines.picture_views import media_type, view
from tessera.errors import Hostile, Unreadable
from tessera.extract.picture_facts import degrees_of, zone_between
from tessera.extract.pictures import read
from tessera.model.found import Facts, Passage, Refused

PHOTOGRAPHS = SHARED / "data" / "images" / "exif-gps"
CLOUD = Image.fromarray(np.add.outer(np.arange(0, 120), np.arange(0, 80)).astype(np.uint8)).convert("RGB")
GRAIN = Image.fromarray(np.random.default_rng(1).integers(0, 255, (120, 80, 3), np.uint8))


def photograph(
    folder: Path,
    *,
    exif: dict[int, object] | None = None,
    gps: dict[int, object] | None = None,
    orientation: int = 1,
    picture: Image.Image = CLOUD,
) -> Path:
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = orientation
    tags[ExifTags.Base.Make], tags[ExifTags.Base.Model] = "NIKON", "NIKON D1\0\0junk"
    tags.get_ifd(ExifTags.IFD.Exif).update(exif or {})
    tags.get_ifd(ExifTags.IFD.GPSInfo).update(gps or {})
    path = folder / "photograph.jpg"
    picture.save(path, exif=tags)
    return path


def gps(
    latitude: object = (38.0, 46.0, 30.0), longitude: object = (75.0, 8.0, 24.0), **more: object
) -> dict[int, object]:
    tag = ExifTags.GPS
    place = {tag.GPSLatitudeRef: "N", tag.GPSLatitude: latitude, tag.GPSLongitudeRef: "W", tag.GPSLongitude: longitude}
    return place | {getattr(tag, name): value for name, value in more.items()}


def facts(path: Path) -> Facts:
    found = next(iter(read(piece(path), NOTHING)))
    assert isinstance(found, Facts)
    return found


TAKEN: dict[int, object] = {ExifTags.Base.DateTimeOriginal: "2024:03:09 17:14:30"}


def test_a_time_with_its_zone_is_when_it_was_made(tmp_path: Path) -> None:
    found = facts(photograph(tmp_path, exif=TAKEN | {ExifTags.Base.OffsetTimeOriginal: "-05:00"}))
    assert (found.terms["made_at"], found.at) == ("2024-03-09T17:14:30-05:00", 1_710_022_470_000)
    assert found.terms["camera"] == "NIKON D1"


def test_a_time_without_a_zone_is_noted_and_not_called_utc(tmp_path: Path) -> None:
    found = facts(photograph(tmp_path, exif=TAKEN))
    assert found.at is None
    assert "made_at" not in found.terms
    assert "2024-03-09 17:14:30, in a time zone that it does not state" in found.terms["note"]


def test_the_satellites_clock_tells_the_zone_where_both_agree(tmp_path: Path) -> None:
    clock = gps(GPSDateStamp="2024:03:09", GPSTimeStamp=(22.0, 14.0, 5.0))
    found = facts(photograph(tmp_path, exif=TAKEN, gps=clock))
    assert found.terms["made_at"] == "2024-03-09T17:14:30-05:00"
    assert "satellites" in found.terms["note"]
    other = facts(photograph(tmp_path, exif=TAKEN, gps=gps(GPSDateStamp="2024:03:10", GPSTimeStamp=(22.0, 14.0, 5.0))))
    assert other.at is None
    assert "do not agree" in other.terms["note"]


def test_a_place_says_how_far_off_it_can_be(tmp_path: Path) -> None:
    found = facts(photograph(tmp_path, gps=gps()))
    assert found.place == pytest.approx((38.775, -75.14))
    assert "not stated; a telephone is usually within 5 to 30 m" in found.terms["place_note"]
    stated = facts(photograph(tmp_path, gps=gps(GPSHPositioningError=8.0, GPSDOP=2.5, GPSMapDatum="TOKYO")))
    assert "8 m" in stated.terms["place_note"]
    assert "dilution of precision 2.5" in stated.terms["place_note"]
    assert "TOKYO" in stated.terms["place_note"]


@pytest.mark.parametrize(
    "tags",
    [
        gps((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)), gps((91.0, 0.0, 0.0)),
        gps((38.0, 0.0, 0.0, 0.0)), gps(GPSLatitudeRef="Q"), gps(GPSStatus="V"), {ExifTags.GPS.GPSLatitude: (1.0, 2.0, 3.0)},
    ],
)  # fmt: skip
def test_a_place_that_cannot_be_is_not_taken_and_noted(tags: dict[int, object], tmp_path: Path) -> None:
    found = facts(photograph(tmp_path, gps=tags))
    assert found.place is None
    assert "not taken" in found.terms["note"]


@pytest.mark.parametrize(
    "value", [None, "here", b"\x00", (38.0, float("nan")), (), (38.0, -1.0), ("38", [], 1), (1.0, 2.0, 3.0, 4.0)]
)
def test_degrees_that_are_no_numbers_are_none(value: object) -> None:
    assert degrees_of(value, "N", "NS", 90) is None


def test_width_and_height_are_those_of_the_picture_as_it_is_shown(tmp_path: Path) -> None:
    upright, turned = facts(photograph(tmp_path)), facts(photograph(tmp_path, orientation=6))
    assert (upright.terms["width"], upright.terms["height"]) == ("80", "120")
    assert (turned.terms["width"], turned.terms["height"]) == ("120", "80")


def test_letters_are_read_the_way_up_that_the_camera_noted(tmp_path: Path) -> None:
    path = tmp_path / "turned.jpg"
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = 6
    written().rotate(90, expand=True).save(path, exif=tags, quality=95)
    found = [one for one in each(read(piece(path), tools())) if isinstance(one, Passage)]
    assert [one.text for one in found] == list(LINES)
    assert found[0].locator.box is not None
    assert found[0].locator.box.width > found[0].locator.box.height


def test_every_page_of_a_tiff_is_read_and_a_damaged_one_refused(tmp_path: Path) -> None:
    path = tmp_path / "fax.tif"
    pages = [written((f"Page {number} of the fax",), size=(400, 80)).convert("1") for number in (1, 2, 3)]
    pages[0].save(path, save_all=True, append_images=pages[1:], compression="tiff_lzw")
    with Image.open(path) as picture:
        picture.seek(1)
        assert isinstance(picture, TiffImageFile)
        strip = picture.tag_v2[ExifTags.Base.StripOffsets][0]
    damaged = bytearray(path.read_bytes())
    damaged[strip : strip + 40] = b"\xff" * 40
    path.write_bytes(damaged)
    first, *rest = each(read(piece(path), tools()))
    assert isinstance(first, Facts)
    assert first.terms["pages"] == "3"
    assert [(type(one), one.locator.page) for one in rest if isinstance(one, Passage | Refused)] == [
        (Passage, 1),
        (Refused, 2),
        (Passage, 3),
    ]


@pytest.mark.parametrize("form", ["BMP", "GIF", "PNG", "TIFF", "WEBP"])
def test_every_format_gives_size_and_fingerprint(form: str, tmp_path: Path) -> None:
    path = tmp_path / "picture"
    CLOUD.save(path, form)
    found = facts(path)
    assert (found.terms["width"], found.terms["height"]) == ("80", "120")
    assert len(found.terms["picture_hash"]) == 16


def test_without_a_reader_of_letters_the_file_says_so(tmp_path: Path) -> None:
    _, refused = read(piece(photograph(tmp_path)), NOTHING)
    assert isinstance(refused, Refused)
    assert refused.reason == "Letters were not looked for. Not here. Put it here."


def test_a_picture_with_too_many_points_is_hostile_before_it_is_decoded(tmp_path: Path) -> None:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    path = tmp_path / "bomb.png"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )
    with pytest.raises(Hostile, match="points"):
        list(read(piece(path), NOTHING))


def test_a_picture_cut_off_keeps_its_facts_and_its_letters_are_refused(tmp_path: Path) -> None:
    path = photograph(tmp_path, gps=gps(), picture=GRAIN)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    first, refused = each(read(piece(path), tools()))
    assert isinstance(first, Facts)
    assert first.place is not None
    assert "damaged" in first.terms["note"]
    assert isinstance(refused, Refused)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("sample")
    return photograph(folder, exif=TAKEN, gps=gps(GPSHPositioningError=8.0)).read_bytes()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.lists(st.tuples(st.integers(0, 600), st.integers(0, 255)), min_size=1, max_size=12))
def test_whatever_bytes_the_head_has_nothing_but_unreadable_comes_of_it(
    sample: bytes, changes: list[tuple[int, int]], tmp_path: Path
) -> None:
    spoilt = bytearray(sample)
    for place, value in changes:
        spoilt[place] = value
    path = tmp_path / "spoilt.jpg"
    path.write_bytes(spoilt)
    try:
        first = next(iter(read(piece(path), NOTHING)))
    except Unreadable:
        return
    assert isinstance(first, Facts)
    assert all(text.isprintable() and len(text) < 3_000 for text in first.terms.values())


def test_a_view_is_upright_small_and_says_nothing_else(tmp_path: Path) -> None:
    path = photograph(tmp_path, gps=gps(), orientation=6, picture=GRAIN)
    shown = view(path, page=1, widest=60)
    (tmp_path / "shown").write_bytes(shown)
    with Image.open(tmp_path / "shown") as picture:
        assert picture.size == (60, 40)
        assert not picture.getexif()
    assert b"NIKON" not in shown
    assert media_type(shown) == "image/jpeg"
    drawn = tmp_path / "drawn.png"
    written().convert("1").save(drawn)
    assert media_type(view(drawn)) == "image/png"


@pytest.mark.skipif(not PHOTOGRAPHS.is_dir(), reason=f"the photographs are not at {PHOTOGRAPHS}")
def test_photographs_of_a_camera_with_a_receiver_stand_where_they_were_taken() -> None:
    found = [facts(path) for path in sorted(PHOTOGRAPHS.glob("*.jpg"))]
    assert len(found) == 9
    assert all(one.place and abs(one.place[0] - 43.467) < 0.01 and abs(one.place[1] - 11.881) < 0.01 for one in found)
    assert {one.terms["camera"] for one in found} == {"NIKON COOLPIX P6000"}


def test_zones_are_whole_quarters_of_an_hour() -> None:
    utc = datetime(2024, 3, 9, 12, 0, 0)  # noqa: DTZ001 - as cameras write it
    zone = zone_between(utc + timedelta(hours=5, minutes=45, seconds=-20), utc)
    assert zone is not None
    assert zone.utcoffset(None) == timedelta(hours=5, minutes=45)
    assert zone_between(utc + timedelta(minutes=7), utc) is None
    assert zone_between(utc + timedelta(hours=15), utc) is None
