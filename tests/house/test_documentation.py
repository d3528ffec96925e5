"""What the program can do is written down, and what is written down is so."""

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from tessera import __version__
from tessera.extract.detect import Sort
from tessera.store.events import Event

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\((?!http|mailto|#)([^)#\s]+)(#[^)]*)?\)")
DECISION = ("**Context.**", "**Choice.**", "**Cost.**", "**How we would know it is wrong.**")


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_pages_say_what_the_program_says(generator: ModuleType) -> None:
    assert not generator.outdated(), "run: make docs"


def test_every_event_of_the_audit_log_is_described_once() -> None:
    described = re.findall(
        r"^\| `([a-z:-]+)` \| .{10,} \|$", (DOCS / "reference" / "events.md").read_text(), re.MULTILINE
    )
    assert described == sorted(Event)


def test_events_are_in_the_order_of_the_alphabet() -> None:
    names = [event.name for event in Event]
    assert names == sorted(names)


def test_every_sort_of_file_is_described() -> None:
    told = (DOCS / "reference" / "formats.md").read_text()
    assert not [sort for sort in Sort if f"`{sort}`" not in told]


def test_every_key_of_a_mapping_is_described() -> None:
    told = (DOCS / "reference" / "mapping.md").read_text()
    source = "".join((ROOT / "src/tessera/integrate" / name).read_text() for name in ("parse.py", "parse_value.py"))
    keys = {key for block in re.findall(r"_KEYS = frozenset\((.*?)\n?\)\n", source, re.DOTALL)
            for key in re.findall(r'"([a-z_]+)"', block)}  # fmt: skip
    assert len(keys) > 20
    assert not [key for key in sorted(keys) if f"`{key}`" not in told]


def test_no_link_of_the_documentation_leads_nowhere() -> None:
    broken = [
        f"{page.relative_to(ROOT)} -> {target}"
        for page in PAGES
        for target, _ in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken


def test_every_page_can_be_reached_from_the_first() -> None:
    index = (DOCS / "README.md").read_text()
    listed = {(DOCS / target).resolve() for target, _ in LINK.findall(index)}
    decisions = DOCS / "explanation" / "decisions"
    missing = [p for p in DOCS.rglob("*.md") if p.resolve() not in listed and p.parent != decisions]
    assert missing == [DOCS / "README.md"]


def test_a_decision_says_context_choice_cost_and_how_we_would_know_it_is_wrong() -> None:
    listed = (DOCS / "explanation" / "decisions" / "README.md").read_text()
    found = sorted((DOCS / "explanation" / "decisions").glob("0*.md"))
    assert [int(file.name[:4]) for file in found] == list(range(1, len(found) + 1))
    for file in found:
        told = file.read_text()
        assert [part for part in DECISION if part in told] == list(DECISION), file.name
        assert file.name in listed


def test_the_program_the_package_and_the_changelog_name_one_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert version == __version__
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()


def test_the_page_on_backups_names_every_file_of_keys() -> None:
    page = (ROOT / "docs" / "how-to" / "backup-and-restore.md").read_text(encoding="utf-8")
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "tessera").rglob("*.py"))
    names = {*re.findall(r'"keys" / "([\w.]+)"', code), *re.findall(r'key_file\.with_name\("([\w.]+)"\)', code)}
    assert {"audit.pem", "audit.origin", "factors.key"} <= names
    assert sorted(name for name in names if f"`{name}`" not in page) == []
