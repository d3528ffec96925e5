"""Models as folders: a manifest that says what a model is and what its files must be, checked before anything is loaded.

The manifest is `manifest.yaml` beside the files:

    name: Whisper small
    licence: MIT
    languages: [en, es]
    files:
      model.bin: 4a2f...   # SHA-256, in hexadecimal
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from tessera.errors import Invalid

MANIFEST: Final = "manifest.yaml"
_DIGEST: Final = 64
_KEYS: Final = {"name", "licence", "languages", "files"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFolder:
    """A model whose files are what its manifest says."""

    folder: Path
    name: str
    licence: str
    languages: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


def read_manifest(folder: Path) -> ModelFolder:
    """Read the manifest of a folder and check every file that it names.

    Raises Invalid where the manifest is missing or wrong, where it names a file outside of the folder, or where a file is not
    what the manifest says.
    """
    file = folder / MANIFEST
    try:
        given = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Invalid(
            "the folder has no manifest", where=str(folder), advice=f"Put a {MANIFEST} beside the model."
        ) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise Invalid(f"the manifest cannot be read ({error})", where=str(file)) from None
    if not isinstance(given, dict) or not set(given) <= _KEYS or not isinstance(given.get("files"), dict):
        raise Invalid("the manifest is not one", where=str(file), advice=f"It has {', '.join(sorted(_KEYS))}.")
    for name, digest in given["files"].items():
        _check(folder, str(name), str(digest))
    languages = given.get("languages") or []
    return ModelFolder(
        folder=folder,
        name=_text(given, "name", file),
        licence=_text(given, "licence", file),
        languages=tuple(map(str, languages)) if isinstance(languages, list) else (),
        files=tuple(map(str, given["files"])),
    )


def _text(given: dict[str, object], key: str, file: Path) -> str:
    value = given.get(key)
    if not isinstance(value, str) or not value.strip():
        raise Invalid(f"the manifest does not say the model's {key}", where=str(file), advice=f"Add a line {key}: …")
    return value.strip()


def _check(folder: Path, name: str, digest: str) -> None:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise Invalid("the manifest names a file outside of its folder", where=name)
    if len(digest) != _DIGEST:
        raise Invalid("a SHA-256 has 64 hexadecimal digits", where=name, advice="Correct the manifest.")
    if not path.is_file():
        raise Invalid("the manifest names a file that is not there", where=str(path), advice="Copy the model again.")
    if sha256_of(path) != digest.lower():
        raise Invalid(
            "the file is not what the manifest says", where=str(path), advice="Get the model again from where it came."
        )


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
