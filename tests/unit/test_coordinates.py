"""Coordinates as people, receivers, pilots and rescuers write them; and what only looks like them."""

from collections.abc import Callable

import mgrs  # type: ignore[import-untyped,unused-ignore]
import pytest
import utm  # type: ignore[import-untyped,unused-ignore]
from hypothesis import given, settings
from hypothesis import strategies as some

from tessera.dictionary.gazetteers import Gazetteers
from tessera.extract.mentions import find_mentions
from tessera.model.found import MentionType
from tessera.model.located import metres_between

HERE = (39.7391, -75.5398)
WORDS = Gazetteers()


def found(text: str) -> list[tuple[float, float]]:
    mentions = [one for one in find_mentions(text, WORDS) if one.type is MentionType.COORDINATES]
    pairs = [one.value.split(",") for one in mentions]
    return [(float(latitude), float(longitude)) for latitude, longitude in pairs]


@pytest.mark.parametrize(
    "written",
    [
        "39.7391, -75.5398",
        "39.7391° N, 75.5398° W",
        "N39.7391 W75.5398",
        "Lat: 39.7391 Long: -75.5398",
        "latitude 39.7391, longitude -75.5398",
        "LAT 39.7391 / LON -75.5398",
        "Lat. 39.7391 N Lon. 75.5398 W",
        "lat=39.7391&lon=-75.5398",
        "Lat 39.7391\nLong \u221275.5398",
        "lat 39 44.346 lon -75 32.384",
        "39° 44.346' N, 75° 32.384' W",
        "N 39° 44.346' W 75° 32.384'",
        "N39 44.346 W075 32.384",
        "N39 44.346, W075 32.384",
        "39 44.346N 075 32.384W",
        "3944.346N 07532.384W",
        "39°44'20.8\"N 75°32'23\"W",
        "Latitude: 39° 44' 21\" N Longitude: 75° 32' 23\" W",
        "39 44 21 N 75 32 23 W",
        "39-44-21N 075-32-23W",
        "39:44:21N 75:32:23W",
        "394421N 0753223W",
        "18S VJ 53740 98940",
        "18S VJ 5374 9894",
        "18SVJ5374098940",
        "USNG: 18S VJ 5374 9894",
        "18S 453740mE 4398940mN",
        "UTM Zone 18 N, Easting 453740, Northing 4398940",
        "zone 18S easting 453740 m, northing 4398940 m",
    ],
)
def test_each_way_of_writing_leads_to_the_same_point(written: str) -> None:
    for text in (written, f"Found at {written}. Sent on."):
        points = found(text)
        assert len(points) == 1, text
        assert metres_between(points[0], HERE) < 40, points


def test_a_grid_square_of_a_kilometre_is_told_only_where_it_is_named() -> None:
    assert metres_between(found("USNG 18S VJ 53 98")[0], HERE) < 1_500
    assert found("unit 18S VJ 53 98") == []


def test_one_decimal_will_do_behind_the_word() -> None:
    assert found("Lat 39.7 lon -75.5") == [(39.7, -75.5)]
    assert found("39.7 -75.5") == []


def test_degrees_and_minutes_without_seconds_are_taken_where_the_text_says_that_it_is_a_position() -> None:
    assert found("Position: 39 44 N 75 32 W") == [(39.73333, -75.53333)]
    assert found("Route 39 44 N 75 32 W") == []


@pytest.mark.parametrize(
    "look_alike",
    [
        "corner of 300 N 200 W",
        "thence N 45 30 15 E 120.5 feet",
        "thence N 45 30 W 120.55 ft to a stake",
        "at 45 N 75 W of the line",
        "serial 394499N 0753223W",
        "Lat 95.1234 Long -75.5",
        "Lat: 39.7391 Long: pending",
        "lat pulldown 39.5, long jump 5.5",
        "shift 12 30 S 14 30 E gate",
        "model 3944N 07532",
        "zone 18 e 453726",
        "UTM Zone 99 N, Easting 453726, Northing 4398808",
        "paid 39.73 and 75.53",
        "version 39.7391.2 75.5398",
    ],
)
def test_what_only_looks_like_coordinates_is_left_alone(look_alike: str) -> None:
    assert found(look_alike) == []


def _letters(latitude: float, longitude: float) -> tuple[str, str]:
    return ("N" if latitude >= 0 else "S"), ("E" if longitude >= 0 else "W")


def _minutes(latitude: float, longitude: float) -> str:
    north, east = _letters(latitude, longitude)
    (a, b), (c, d) = divmod(round(abs(latitude) * 60, 3), 60), divmod(round(abs(longitude) * 60, 3), 60)
    return f"{north}{a:02.0f} {b:06.3f} {east}{c:03.0f} {d:06.3f}"


def _packed(latitude: float, longitude: float) -> str:
    north, east = _letters(latitude, longitude)
    first, second = round(abs(latitude) * 3600), round(abs(longitude) * 3600)
    return (
        f"{first // 3600:02}{first // 60 % 60:02}{first % 60:02}{north}"
        f" {second // 3600:03}{second // 60 % 60:02}{second % 60:02}{east}"
    )


def _labelled(latitude: float, longitude: float) -> str:
    return f"Lat: {latitude:.5f} Long: {longitude:.5f}"


def _grid(latitude: float, longitude: float) -> str:
    said = mgrs.MGRS().toMGRS(latitude, longitude)
    return f"USNG {said[:-12]} {said[-12:-10]} {said[-10:-5]} {said[-5:]}"


def _utm(latitude: float, longitude: float) -> str:
    easting, northing, zone, letter = utm.from_latlon(latitude, longitude)
    return f"UTM zone {zone} {letter}, easting {easting:06.0f}, northing {northing:07.0f}"


@settings(max_examples=60, deadline=None)
@given(
    latitude=some.floats(24.5, 49.3),
    longitude=some.floats(-124.7, -67.0),
    write=some.sampled_from([_minutes, _packed, _labelled, _grid, _utm]),
)
def test_what_is_written_is_read_back(latitude: float, longitude: float, write: Callable[[float, float], str]) -> None:
    points = found(f"seen at {write(latitude, longitude)} by the patrol")
    assert len(points) == 1
    assert metres_between(points[0], (latitude, longitude)) < 25
