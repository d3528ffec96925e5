"""What a picture says about itself: when, where and with what it was taken, who made it (EXIF 3.0, PNG texts)."""

import contextlib
import math
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, Final

from PIL import ExifTags, Image

from tessera.engines.picture_files import DAMAGED
from tessera.model.found import Facts

_LONGEST: Final = 500
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_MOMENT: Final = re.compile(r"(\d{4})[:-](\d{2})[:-](\d{2})[ T](\d{2}):(\d{2}):(\d{2})")
_OFFSET: Final = re.compile(r"([+-])(\d{2}):(\d{2})|Z")
_NOT_STATED: Final = "not stated; a telephone is usually within 5 to 30 m"
_WGS84: Final = re.compile(r"WGS-?_?\s?84", re.IGNORECASE)
_ZONE_STEP: Final = timedelta(minutes=15)
_CLOCKS_AGREE: Final = timedelta(seconds=90)
_FARTHEST_ZONES: Final = (timedelta(hours=-12), timedelta(hours=14))
_METHODS: Final = {"CELLID": "radio cells", "WLAN": "wireless networks", "NETWORK": "networks", "MANUAL": "hand"}
_CODE_NAME: Final = 8
_XP_TITLE, _XP_AUTHOR = 0x9C9B, 0x9C9D
Tags = Mapping[int, Any]


@dataclass(kw_only=True)
class Told:
    """What was found so far."""

    terms: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    place: tuple[float, float] | None = None
    at: int | None = None

    def facts(self) -> Facts:
        """Give it as facts; what is empty is left out."""
        terms = self.terms | {"note": " ".join(self.notes)}
        return Facts(terms={name: text for name, text in terms.items() if text}, place=self.place, at=self.at)


def told_by(picture: Image.Image) -> Told:
    """Read the facts of an opened picture; what is damaged or makes no sense is left out, or noted."""
    told = Told()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tags, exif, gps = _tags(picture)
    base = ExifTags.Base
    maker, model = text_of(tags.get(base.Make)), text_of(tags.get(base.Model))
    told.terms["camera"] = model if model.startswith(maker) else f"{maker} {model}".strip()
    texts = {str(name).lower(): text for name, text in picture.info.items() if isinstance(text, str)}
    told.terms["title"] = _first(_wide(tags.get(_XP_TITLE)), tags.get(base.ImageDescription), texts.get("title"))
    told.terms["author"] = _first(tags.get(base.Artist), _wide(tags.get(_XP_AUTHOR)), texts.get("author"))
    _tell_moment(told, exif, gps)
    _tell_place(told, gps)
    return told


def _tags(picture: Image.Image) -> tuple[Tags, Tags, Tags]:
    """Give the tags of the picture, of its taking, and of its place; none of those that cannot be read."""
    try:
        tags = picture.getexif()
    except DAMAGED:
        return {}, {}, {}
    return _readable(tags), _inner(tags, ExifTags.IFD.Exif), _inner(tags, ExifTags.IFD.GPSInfo)


def _inner(tags: Image.Exif, which: int) -> Tags:
    try:
        return _readable(tags.get_ifd(which))
    except DAMAGED:
        return {}


def _readable(tags: Any) -> Tags:  # noqa: ANN401 - Pillow's tags, read one by one when asked for
    found = {}
    for tag in list(tags):
        try:
            found[int(tag)] = tags[tag]
        except DAMAGED:
            continue
    return found


def text_of(value: object) -> str:
    r"""Give a tag as a short text of one line; empty where it is none.

    >>> text_of("NIKON\0\0 "), text_of("CafÃ©"), text_of(7)
    ('NIKON', 'Café', '')
    """
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if not isinstance(value, str):
        return ""
    text = value[: 4 * _LONGEST].split("\0", 1)[0]
    with contextlib.suppress(UnicodeError):
        text = text.encode("latin-1").decode("utf-8")
    return " ".join(_CONTROLS.sub(" ", text).split())[:_LONGEST]


def _wide(value: object) -> str:
    """Read what Windows writes: UTF-16 in bytes."""
    return text_of(value.decode("utf-16-le", "replace")) if isinstance(value, bytes) else ""


def _coded(value: object) -> str:
    """Read a text that eight bytes with the name of its code stand before."""
    return text_of(value[_CODE_NAME:] if isinstance(value, bytes) and value.startswith(b"ASCII") else value)


def _first(*values: object) -> str:
    return next((text for value in values if (text := text_of(value))), "")


# When


def _tell_moment(told: Told, exif: Tags, gps: Tags) -> None:
    base = ExifTags.Base
    local = moment_of(exif.get(base.DateTimeOriginal)) or moment_of(exif.get(base.DateTimeDigitized))
    fixed = _satellite_moment(gps)
    if local is None:
        return
    zone = _offset_of(exif.get(base.OffsetTimeOriginal)) or _offset_of(exif.get(base.OffsetTime))
    if zone is None and fixed is not None:
        zone = zone_between(local, fixed)
        if zone is not None:
            told.notes.append("The time zone of its time is worked out from the satellites' clock.")
    if zone is None:
        told.notes.append(f"The camera's clock said {local:%Y-%m-%d %H:%M:%S}, in a time zone that it does not state.")
        if fixed is not None:
            told.notes.append(f"The satellites' clock said {fixed:%Y-%m-%d %H:%M:%S} UTC: the two do not agree.")
        return
    moment = local.replace(tzinfo=zone)
    told.terms["made_at"] = moment.isoformat(timespec="seconds").replace("+00:00", "Z")
    told.at = round(moment.timestamp() * 1000)


def moment_of(value: object) -> datetime | None:
    """Read a time as EXIF writes it; None where it is no time, or all zeros.

    >>> moment_of("2024:03:09 22:14:05")
    datetime.datetime(2024, 3, 9, 22, 14, 5)
    """
    found = _MOMENT.match(text_of(value))
    try:
        return datetime(*(int(part) for part in found.groups())) if found else None  # type: ignore[arg-type]  # noqa: DTZ001 - a camera's clock has no zone
    except ValueError:
        return None


def _offset_of(value: object) -> timezone | None:
    found = _OFFSET.fullmatch(text_of(value))
    if not found:
        return None
    if found[0] == "Z":
        return UTC
    size = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(-size if found[1] == "-" else size) if size < timedelta(hours=24) else None


def _satellite_moment(gps: Tags) -> datetime | None:
    day = re.match(r"(\d{4})[:-](\d{2})[:-](\d{2})", text_of(gps.get(ExifTags.GPS.GPSDateStamp)))
    clock = _numbers(gps.get(ExifTags.GPS.GPSTimeStamp))
    if not day or len(clock) != 3:  # noqa: PLR2004 - hours, minutes, seconds
        return None
    try:
        start = datetime(int(day[1]), int(day[2]), int(day[3]))  # noqa: DTZ001 - compared with a clock without a zone
        return start + timedelta(hours=clock[0], minutes=clock[1], seconds=clock[2])
    except (ValueError, OverflowError):
        return None


def zone_between(local: datetime, utc: datetime) -> timezone | None:
    """Find the time zone in which both clocks agree; None where there is no such zone.

    >>> zone_between(datetime(2024, 3, 9, 17, 14, 30), datetime(2024, 3, 9, 22, 14, 5))
    datetime.timezone(datetime.timedelta(days=-1, seconds=68400))
    """
    steps = round((local - utc) / _ZONE_STEP)
    apart = steps * _ZONE_STEP
    agrees = abs(local - utc - apart) <= _CLOCKS_AGREE and _FARTHEST_ZONES[0] <= apart <= _FARTHEST_ZONES[1]
    return timezone(apart) if agrees else None


# Where


def _tell_place(told: Told, gps: Tags) -> None:
    tag = ExifTags.GPS
    latitude = degrees_of(gps.get(tag.GPSLatitude), text_of(gps.get(tag.GPSLatitudeRef)), "NS", 90)
    longitude = degrees_of(gps.get(tag.GPSLongitude), text_of(gps.get(tag.GPSLongitudeRef)), "EW", 180)
    if tag.GPSLatitude not in gps and tag.GPSLongitude not in gps:
        return
    if latitude is None or longitude is None or latitude == longitude == 0:
        told.notes.append("The position that it gives is no place on Earth, and was not taken.")
        return
    if text_of(gps.get(tag.GPSStatus)).upper() == "V":
        told.notes.append("Its device says that the position was not valid; it was not taken.")
        return
    told.place = (latitude, longitude)
    told.terms["place_note"] = _place_note(gps)


def degrees_of(value: object, side: str, sides: str, most: float) -> float | None:
    """Read degrees, minutes and seconds; `sides` are the letters for north and south, or east and west.

    >>> degrees_of((43, 30, 0), "S", "NS", 90)
    -43.5
    """
    numbers = _numbers(value)
    if not numbers or len(numbers) > 3 or side.upper() not in tuple(sides):  # noqa: PLR2004 - degrees, minutes, seconds
        return None
    degrees = math.fsum(number / 60.0**at for at, number in enumerate(numbers))
    if not 0 <= degrees <= most or any(number < 0 for number in numbers):
        return None
    return round(-degrees if side.upper() == sides[1] else degrees, 7)


def _place_note(gps: Tags) -> str:
    tag = ExifTags.GPS
    error = _numbers(gps.get(tag.GPSHPositioningError))
    dilution = _numbers(gps.get(tag.GPSDOP))
    datum = text_of(gps.get(tag.GPSMapDatum))
    method = _METHODS.get(_coded(gps.get(tag.GPSProcessingMethod)).upper(), "")
    parts = [
        "Position written by the device that took it; precision "
        + (f"stated as {error[0]:g} m" if error and error[0] > 0 else _NOT_STATED),
        f"dilution of precision {dilution[0]:g}" if dilution and dilution[0] > 0 else "",
        f"found by {method}, which can be far off" if method else "",
        f"datum {datum}, taken as WGS 84" if datum and not _WGS84.search(datum) else "",
    ]
    return "; ".join(part for part in parts if part) + "."


def _numbers(value: object) -> tuple[float, ...]:
    """Give a tag's numbers; none where one of them is no finite number."""
    values = value if isinstance(value, tuple | list) else () if value is None else (value,)
    try:
        numbers = tuple(float(one) for one in values)
    except (TypeError, ValueError, ArithmeticError):
        return ()
    return numbers if all(math.isfinite(number) for number in numbers) else ()
