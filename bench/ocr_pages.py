"""Pages with invented police text, drawn and then spoilt as scanners, telephones and fax machines spoil them."""

import random
import subprocess
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Pixels = npt.NDArray[np.uint8]
A4 = (1654, 2339)
"""Width and height in pixels at 200 dots an inch."""
WHITE = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A font, its size in pixels at 200 dpi, how it is set, and how many lines a page has."""

    name: str
    font: Path
    size: int
    columns: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page as it was drawn, and what it says, in reading order."""

    pixels: Pixels
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Words that one set of pages is made of; the development and the held-out set share none of the sentences."""

    names: Sequence[str]
    streets: Sequence[str]
    towns: Sequence[str]
    sentences: Sequence[str]
    fields: Sequence[str]


DEVELOPMENT = Wording(
    names=("Ortega, Luis M.", "Marsh, Delia", "Okafor, Samuel T.", "Whitlock, Dane R.", "Nguyen, Thi Lan", "Kowalski, Piotr"),
    streets=("Heron Ln", "N Market St", "Saltworks Rd", "Quarry Ave", "W 14th St", "Old Mill Pike"),
    towns=("Dover, DE 19901", "Brandt, MD 21013", "Lewes, DE 19958", "Camden, NJ 08102"),
    sentences=(
        "On {date} at about {time} hours I was sent to {number} {street} for a report of a burglary in progress.",
        "The caller, {name}, stated that a gray 2014 Ford F-150 with plate {plate} had been parked behind the store since noon.",
        "Witness heard glass break, looked out of the kitchen window and saw two men, one about 6'1\", 190 lbs, in a dark hoodie.",
        'I photographed the rear door (items 3-7), dusted the frame and collected a pry bar, 18" long, marked "JX-{number}".',
        "{name} can be reached at {phone} or by e-mail at {mail}; she works nights and asked to be called after 1400 hours.",
        "Property taken: one laptop (serial {serial}), $1,240.50 in cash, a Glock 19 pistol, and a ring valued at $3,600.",
        "The suspect fled west on {street} toward {town} in the direction of the rail line; K-9 lost the track at the river.",
        "Dispatch advised that VIN {vin} came back stolen out of {town} on {date}, case no. {case}.",
        "No injuries were reported. Fire Department (Engine 21, Ladder 4) cleared the building at {time}.",
    ),
    fields=("CASE NO.: {case}    DATE: {date}", "REPORTING OFFICER: {name}", "LOCATION: {number} {street}, {town}", "PHONE: {phone}    UNIT: E21"),
)  # fmt: skip
HELD_OUT = Wording(
    names=("Abernathy, Joan", "De la Cruz, Rafael", "Petrov, Ivan S.", "O'Malley, Keegan", "Zhang, Wei", "St. Clair, Monique"),
    streets=("Juniper Ct", "S Division Blvd", "Ferry Landing Way", "E 9th Ave", "Lower Bridge Rd", "Tannery Sq"),
    towns=("Easton, PA 18042", "Salisbury, MD 21801", "Vineland, NJ 08360", "Milford, DE 19963"),
    sentences=(
        "Unit 14-B stopped a white Chevrolet Malibu, tag {plate}, on {street} near mile marker 31 for following too closely.",
        "Driver identified by passport as {name}; passenger gave no name, only a cell number ({phone}) written on a receipt.",
        "A strong chemical odor came from the trunk; consent to search was refused at {time}, so a warrant was applied for.",
        "Search of the vehicle found 2.4 kg of a white powder, field test positive for fentanyl, wrapped in brown tape & plastic.",
        "Also seized: three prepaid phones, a ledger with 47 entries, and $18,975 bundled in twenties (see Attachment C).",
        "{name} said: \"I was paid to bring it from {town}, that's all I know. Ask the guy at {number} {street}.\"",
        "Lab no. {serial} was assigned on {date}; chain of custody was signed over to Evidence Clerk #{number} at {time}.",
        "Vehicle identification number {vin} is registered to a rental agency; contact {mail} for the agreement, ref. {case}.",
        "Both subjects were lodged at the county jail. Bail: 10% of $75,000. Next hearing {date}, courtroom 6, 9:30 a.m.",
    ),
    fields=("Incident: {case}    Reported: {date} {time}", "Subject: {name}", "Address: {number} {street}; {town}", "Tel. {phone}    Zone 7 / Beat 3"),
)  # fmt: skip


def _filled(wording: Wording, template: str, draw: random.Random) -> str:
    letters, digits = "ABCDEFGHJKLMNPRSTUVWXYZ", "0123456789"
    name = draw.choice(wording.names)
    return template.format(
        case=f"{draw.randint(20, 26)}-{draw.randint(0, 999999):06}",
        date=f"{draw.randint(1, 12):02}/{draw.randint(1, 28):02}/20{draw.randint(19, 26)}",
        mail=f"{name.split(',')[0].lower().replace(' ', '').replace(chr(39), '')}{draw.randint(1, 99)}@example.org",
        name=name,
        number=draw.randint(2, 9899),
        phone=f"({draw.randint(201, 989)}) 555-{draw.randint(100, 199):04}",
        plate="".join(draw.choices(letters, k=3)) + "-" + "".join(draw.choices(digits, k=4)),
        serial="".join(draw.choices(letters + digits, k=10)),
        street=draw.choice(wording.streets),
        time=f"{draw.randint(0, 23):02}{draw.randint(0, 59):02}",
        town=draw.choice(wording.towns),
        vin="".join(draw.choices(letters.replace("Q", "") + digits, k=17)),
    )


def drawn(wording: Wording, style: Style, seed: int, *, page: tuple[int, int] = A4) -> Sheet:
    """Draw a page filled to its foot: a heading, fields, then paragraphs, in one column or two."""
    draw = random.Random(seed)
    font = ImageFont.truetype(str(style.font), style.size)
    picture = Image.new("L", page, WHITE)
    pen = ImageDraw.Draw(picture)
    margin, step = page[0] // 11, round(style.size * 1.45)
    top, lines = margin, []
    for line in ["INCIDENT REPORT", *(" ".join(_filled(wording, one, draw).split()) for one in wording.fields)]:
        pen.text((margin, top), line, font=font, fill=0)
        lines.append(line)
        top += step
    width = (page[0] - 2 * margin - (style.columns - 1) * margin // 2) // style.columns
    for column in range(style.columns):
        at, left = top + step, margin + column * (width + margin // 2)
        while at < page[1] - margin:
            paragraph = " ".join(_filled(wording, draw.choice(wording.sentences), draw) for _ in range(3))
            for line in _wrapped(paragraph, font, width):
                if at < page[1] - margin:
                    pen.text((left, at), line, font=font, fill=0)
                    lines.append(line)
                    at += step
            at += step // 2
    return Sheet(pixels=np.asarray(picture), lines=tuple(lines))


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    letters = max(8, int(width / (font.getlength("etaoin shrdlu") / 13)))
    while any(font.getlength(line) > width for line in textwrap.wrap(text, letters)):
        letters -= 1
    return textwrap.wrap(text, letters)


# How pages are spoilt


def turned(pixels: Pixels, degrees: float) -> Pixels:
    """Turn a page by some degrees counter-clockwise; the sheet grows, and what is new is white."""
    picture = Image.fromarray(pixels).rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=WHITE)
    return np.asarray(picture)


def noisy(pixels: Pixels, seed: int = 5) -> Pixels:
    """Blur it a little, dim it from one corner, and add grain (standard deviation 18 of 255)."""
    chance = np.random.default_rng(seed)
    soft = cv2.GaussianBlur(pixels, (0, 0), 0.8).astype(np.float32)
    shade = np.linspace(0, 35, pixels.shape[0])[:, None] * np.linspace(0, 1, pixels.shape[1])[None, :]
    grainy = soft * 0.9 + 15 - shade + chance.normal(0, 18, pixels.shape)
    return np.clip(grainy, 0, 255).astype(np.uint8)


def coarse(pixels: Pixels) -> Pixels:
    """Scan it at 100 dots an inch."""
    half = (pixels.shape[1] // 2, pixels.shape[0] // 2)
    return np.asarray(cv2.resize(pixels, half, interpolation=cv2.INTER_AREA), np.uint8)


def faxed(pixels: Pixels, seed: int = 6) -> Pixels:
    """Send it by fax: 204 by 98 dots an inch, black or white only, two dots in a hundred wrong (ITU-T T.4, standard)."""
    chance = np.random.default_rng(seed)
    size = (pixels.shape[1], round(pixels.shape[0] * 98 / 200))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    black = small < 160
    wrong = chance.random(black.shape) < 0.02
    line = np.where(black ^ wrong, 0, WHITE).astype(np.uint8)
    return np.asarray(cv2.resize(line, pixels.shape[::-1], interpolation=cv2.INTER_NEAREST), np.uint8)


VARIANTS: Mapping[str, Callable[[Pixels], Pixels]] = {
    "clean": lambda pixels: pixels,
    "noisy": noisy,
    "100 dpi": coarse,
    "2 degrees": lambda pixels: turned(pixels, 2),
    "7 degrees": lambda pixels: turned(pixels, -7),
    "90 degrees": lambda pixels: np.ascontiguousarray(np.rot90(pixels)),
    "180 degrees": lambda pixels: np.ascontiguousarray(np.rot90(pixels, 2)),
    "270 degrees": lambda pixels: np.ascontiguousarray(np.rot90(pixels, 3)),
    "fax": faxed,
}


def fonts() -> dict[str, Path]:
    """Find the fonts of this system by fontconfig: family and style to file."""
    listed = subprocess.run(["fc-list", ":", "file", "family", "style"], capture_output=True, text=True, check=True)
    found = {}
    for line in listed.stdout.splitlines():
        path, _, names = line.partition(": ")
        family, _, style = names.partition(":style=")
        found[f"{family.split(',')[0]} {style.split(',')[0]}"] = Path(path)
    return found
