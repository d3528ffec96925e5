"""Nothing in the tree depends on where somebody worked on it, or on one registry's address."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REGISTRIES = re.compile(
    "|".join(
        re.escape(host)
        for host in ("pypi." + "org", "pythonhosted." + "org", "registry.npmjs." + "org", "file:" + "///opt")
    )
)
PLACES = re.compile(r"(?<![\w.-])/(?:work|root|home|Users)/\w")
SECRETS = re.compile(r"BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/=\n]{40}")
SLOGANS = re.compile(
    r"\b(blazing|cutting-edge|enterprise-grade|world-class|seamless(ly)?|best-in-class)\b", re.IGNORECASE
)
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-extras.lock", "requirements-build.lock")


def texts() -> Iterator[tuple[Path, str]]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in listed.split("\0"):
        path = ROOT / name
        if name and path.is_file():
            try:
                yield path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue


@pytest.fixture(scope="module")
def tree() -> list[tuple[Path, str]]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout, so the files of the project cannot be told from others")
    return list(texts())


@pytest.mark.parametrize(
    "pattern", [REGISTRIES, PLACES, SECRETS, SLOGANS], ids=["registry", "place", "secret", "slogan"]
)
def test_no_file_names_a_registry_or_a_place_or_a_secret_or_boasts(
    tree: list[tuple[Path, str]], pattern: re.Pattern[str]
) -> None:
    found = [f"{p.relative_to(ROOT)}: {m.group()!r}" for p, text in tree for m in pattern.finditer(text)]
    own = {f"tests/house/{Path(__file__).name}"}
    assert not [one for one in found if one.partition(":")[0] not in own]


def test_no_javascript_of_others_is_part_of_the_tree(tree: list[tuple[Path, str]]) -> None:
    assert not [p for p, _ in tree if "node_modules" in p.parts or p.suffix in {".js", ".mjs"} or ".min." in p.name]


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_every_package_with_hashes_and_names_no_place(name: str) -> None:
    lines = (ROOT / name).read_text().splitlines()
    pins = [number for number, line in enumerate(lines) if re.match(r"[A-Za-z0-9]", line)]
    assert pins
    for number in pins:
        assert "==" in lines[number]
        assert "--hash=sha256:" in lines[number + 1]
    assert not [line for line in lines if re.search(r"://|^-", line)]


def test_the_locks_agree_where_they_name_the_same_package() -> None:
    versions: dict[str, set[str]] = {}
    for name in LOCKS:
        for line in re.findall(r"^([\w.-]+==\S+(?: ; [^\\]+)?) \\$", (ROOT / name).read_text(), re.MULTILINE):
            package, _, version = line.partition("==")
            versions.setdefault(f"{package} {version.partition(';')[2].strip()}", set()).add(version)
    assert not {package: found for package, found in versions.items() if len(found) > 1}
