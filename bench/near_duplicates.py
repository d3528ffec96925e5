"""The same picture or text found again: copies recognised, and different ones joined by mistake, as the model of files does it.

    python bench/near_duplicates.py [--tune] [--photographs FOLDER] [--texts FOLDER] [--scenes N]

Scenes are drawn: clouds of light and dark as photographs have them, with shapes. Pages are one form, filled in differently and
drawn; their words are taken as read without mistakes. --photographs adds the JPEG pictures of a folder, --texts the documents
of a folder with `documents.json` (one document a line, `text`), halved by a hash of the text: figures were chosen on one half
(--tune), the other is reported. Drawn things have other seeds there. Every original and every copy is one record; those are
joined that the model of files joins with its start parameters. Beside it stand the plain ways: brightness over its mean in 8
by 8 fields with 5 of 64 bits, and an edit ratio of 70.
"""

import argparse
import hashlib
import io
import itertools
import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ground import print_table
from kinds import Resolved
from ocr_pages import DEVELOPMENT, HELD_OUT, Style, drawn, fonts
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter
from rapidfuzz import fuzz

from tessera import bootstrap
from tessera.dictionary import load
from tessera.extract.fingerprints import picture_hash, text_hash
from tessera.settings import Settings

SIZE = (640, 480)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One file: what it was made of, how it was changed, and its terms. `plain` is what the plain way compares."""

    origin: str
    how: str
    terms: Mapping[str, object]
    plain: str


# Pictures


def scene(seed: int) -> Image.Image:
    """Draw clouds of light and dark whose waves weaken with their number, and a few shapes."""
    chance = np.random.default_rng(seed)
    width, height = SIZE
    waves = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)[None, :])
    strength = 1 / np.maximum(waves, 1 / width) ** (1 + 0.6 * chance.random())
    cloud = np.fft.ifft2(strength * np.exp(2j * np.pi * chance.random(waves.shape))).real
    light = (cloud - cloud.min()) / np.ptp(cloud) * 190 + 30
    picture = Image.fromarray(light.astype(np.uint8)).convert("RGB")
    pen = ImageDraw.Draw(picture)
    for _ in range(int(chance.integers(0, 6))):
        left, top = int(chance.integers(0, width)), int(chance.integers(0, height))
        color = tuple(int(part) for part in chance.integers(0, 255, 3))
        pen.ellipse((left, top, left + int(chance.integers(20, 200)), top + int(chance.integers(20, 200))), fill=color)
    return picture


def trimmed(picture: Image.Image, share: float) -> Image.Image:
    """Cut a share off every side."""
    across, down = round(picture.width * share), round(picture.height * share)
    return picture.crop((across, down, picture.width - across, picture.height - down))


def packed(picture: Image.Image, quality: int) -> Image.Image:
    """Save it as JPEG."""
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=quality)
    return Image.open(held)


COPIES: Mapping[str, Callable[[Image.Image], Image.Image]] = {
    "half the size": lambda picture: picture.resize((picture.width // 2, picture.height // 2)),
    "160 pixels wide": lambda picture: picture.resize((160, 160 * picture.height // picture.width)),
    "JPEG quality 20": lambda picture: packed(picture, 20),
    "30 % brighter": lambda picture: ImageEnhance.Brightness(picture).enhance(1.3),
    "40 % darker": lambda picture: ImageEnhance.Brightness(picture).enhance(0.6),
    "blurred": lambda picture: picture.filter(ImageFilter.GaussianBlur(3)),
    "gray": lambda picture: picture.convert("L"),
    "2 % trimmed off each side": lambda picture: trimmed(picture, 0.02),
    "5 % trimmed off each side": lambda picture: trimmed(picture, 0.05),
    "smaller, brighter, trimmed, JPEG 40": lambda picture: packed(
        ImageEnhance.Brightness(trimmed(picture, 0.02).resize((320, 240))).enhance(1.2), 40
    ),
}


def mean_bits(picture: Image.Image) -> str:
    """The plain way: 8 by 8 fields, each over or under the mean."""
    light = np.asarray(picture.convert("L").resize((8, 8), Image.Resampling.BOX), float)
    return "".join("01"[bool(one)] for one in (light > light.mean()).ravel())


def of_picture(origin: str, how: str, picture: Image.Image, words: str = "") -> Item:
    """Take the fingerprints of a picture."""
    terms = {"picture_hash": picture_hash(picture), "digest": digest(picture.tobytes()), "text_hash": text_hash(words)}
    return Item(origin=origin, how=how, terms=terms, plain=mean_bits(picture))


def digest(given: bytes) -> str:
    """SHA-256."""
    return hashlib.sha256(given).hexdigest()


def pictures(*, tune: bool, scenes: int, folder: Path | None) -> list[Item]:
    """Make originals and copies."""
    first = 1 if tune else 1_000_001
    originals = [(f"scene {seed}", scene(seed)) for seed in range(first, first + scenes)]
    for path in sorted(folder.glob("*.jpg")) if folder else []:
        originals += [(path.name, Image.open(path).convert("RGB"))] if path.stat().st_size % 2 == int(tune) else []
    return [
        of_picture(origin, how, change(picture))
        for origin, picture in originals
        for how, change in {"original": lambda picture: picture, **COPIES}.items()
    ]


def forms(*, tune: bool, count: int) -> list[Item]:
    """Fill in one form again and again, and draw it: pictures that look alike and say different things."""
    font = next(iter(path for name, path in sorted(fonts().items()) if "Sans Book" in name))
    made = []
    for seed in range(count):
        sheet = drawn(DEVELOPMENT if tune else HELD_OUT, Style(name="form", font=font, size=28), seed)
        page, words = Image.fromarray(sheet.pixels), " ".join(sheet.lines)
        made.append(of_picture(f"form {seed}", "original", page, words))
        made.append(of_picture(f"form {seed}", "filled form, half the size", page.resize((827, 1170)), words))
    return made


# Texts


def edited(text: str, share: float, draw: random.Random) -> str:
    """Put other words for a share of the words."""
    words = text.split()
    return " ".join(draw.choice(words) if draw.random() < share else word for word in words)


def misread(text: str, share: float, draw: random.Random) -> str:
    """Put other letters for a share of the letters, as readers of bad scans do."""
    return "".join(
        draw.choice("abcdeilnorst") if letter.isalpha() and draw.random() < share else letter for letter in text
    )


CHANGES: Mapping[str, Callable[[str, random.Random], str]] = {
    "other case and spaces": lambda text, _: text.upper().replace(" ", "  "),
    "3 % of the words changed": lambda text, draw: edited(text, 0.03, draw),
    "8 % of the words changed": lambda text, draw: edited(text, 0.08, draw),
    "1 % of the letters misread": lambda text, draw: misread(text, 0.01, draw),
    "last fifth cut off": lambda text, _: text[: len(text) * 4 // 5],
    "forwarded with a note": lambda text, _: (
        f"Forwarded for your information, please see below and call me back today. {text}"
    ),
    "quoted by half in a new text": lambda text, draw: f"{text[: len(text) // 2]} {edited(text[::-1], 0.5, draw)}",
}


def texts(*, tune: bool, folder: Path | None) -> list[Item]:
    """Take documents and drawn reports, and change them."""
    originals = [(f"report {seed}", report(seed, tune=tune)) for seed in range(60)]
    for file in sorted(folder.rglob("documents.json")) if folder else []:
        for line in file.read_text("utf-8").splitlines():
            text = str(json.loads(line).get("text", "")) if line.strip() else ""
            if len(text.split()) >= 60 and int(digest(text.encode())[0], 16) % 2 == int(tune):
                originals.append((digest(text.encode()), text))
    draw = random.Random(7)
    return [
        Item(
            origin=origin,
            how=how,
            terms={"text_hash": text_hash(changed), "digest": digest(changed.encode())},
            plain=changed,
        )
        for origin, text in originals
        for how, changed in {"original": text, **{how: change(text, draw) for how, change in CHANGES.items()}}.items()
    ]


def report(seed: int, *, tune: bool) -> str:
    """Write an invented report: those of one set share their sentences, and differ in names, numbers and places."""
    style = Style(name="report", font=next(iter(fonts().values())), size=60)
    return " ".join(drawn(DEVELOPMENT if tune else HELD_OUT, style, 50_000 + seed).lines)


# Figures


def by_model(items: Sequence[Item]) -> Resolved:
    """Join by the model of files."""
    model = load(bootstrap.pack_folders(Settings(center=Path()))).resolution["file"]
    return Resolved(model, [item.terms for item in items])


def plainly(items: Sequence[Item], alike: Callable[[str, str], bool]) -> set[tuple[int, int]]:
    """Compare every two files the plain way."""
    return {(a, b) for a, b in itertools.combinations(range(len(items)), 2) if alike(items[a].plain, items[b].plain)}


def figures(items: Sequence[Item], joined: Callable[[int, int], bool]) -> tuple[dict[str, float], int, int]:
    """Give the share of copies joined to their original by how they were changed, the pairs joined wrongly, and all such."""
    original = {item.origin: place for place, item in enumerate(items) if item.how == "original"}
    found: dict[str, list[bool]] = defaultdict(list)
    for place, item in enumerate(items):
        if item.how != "original":
            found[item.how].append(joined(original[item.origin], place))
    firsts = list(original.values())
    wrong = sum(joined(a, b) for a, b in itertools.combinations(firsts, 2))
    return {how: sum(hits) / len(hits) for how, hits in found.items()}, wrong, len(firsts) * (len(firsts) - 1) // 2


def told(name: str, items: Sequence[Item], alike: Callable[[str, str], bool], plain_name: str) -> None:
    """Print the figures of one set."""
    begun = time.process_time()
    resolved = by_model(items)
    spent = time.process_time() - begun
    pairs = plainly(items, alike)
    labels, shown = resolved.labels, resolved.trained.thresholds.possible
    ours, wrong, possible = figures(items, lambda a, b: labels[a] == labels[b])
    weights = resolved.weights
    seen, review, _ = figures(
        items, lambda a, b: labels[a] == labels[b] or weights.get((min(a, b), max(a, b)), shown) > shown
    )
    theirs, plain_wrong, _ = figures(items, lambda a, b: (min(a, b), max(a, b)) in pairs)
    rows: list[list[object]] = [
        [how, f"{share:.1%}", f"{seen[how]:.1%}", f"{theirs[how]:.1%}"] for how, share in ours.items()
    ]
    rows.append([f"different ones joined, of {possible:,} pairs", str(wrong), str(review), str(plain_wrong)])
    print_table(
        f"{name}: {len(items):,} files, {spent:.1f} CPU-s",
        ["copies found", "joined", "joined or for review", plain_name],
        rows,
    )


def main() -> None:
    """Make, join, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tune", action="store_true", help="the half on which figures were chosen")
    parser.add_argument("--photographs", type=Path)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--scenes", type=int, default=150)
    given = parser.parse_args()
    shots = pictures(tune=given.tune, scenes=given.scenes, folder=given.photographs)
    told("Pictures", shots, few_bits, "mean brightness")
    told("Filled forms", forms(tune=given.tune, count=40), few_bits, "mean brightness")
    said = texts(tune=given.tune, folder=given.texts)
    told("Texts", said, lambda a, b: fuzz.ratio(a, b, score_cutoff=70) >= 70, "edit ratio")


def few_bits(one: str, other: str) -> bool:
    """Whether at most five of 64 bits differ."""
    return sum(x != y for x, y in zip(one, other, strict=True)) <= 5


if __name__ == "__main__":
    main()
