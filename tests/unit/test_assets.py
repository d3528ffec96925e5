import json
from pathlib import Path

import pytest

from tessera.errors import Invalid
from tessera.web.assets import Assets

MANIFEST = {
    "_shared.js": {"file": "assets/shared-1.js", "name": "shared", "css": ["assets/shared-1.css"]},
    "src/main.ts": {"file": "assets/main-2.js", "name": "main", "isEntry": True, "imports": ["_shared.js"]},
    "src/map.ts": {
        "file": "assets/map-3.js",
        "name": "map",
        "isEntry": True,
        "imports": ["_shared.js", "src/main.ts"],
        "css": ["assets/map-3.css"],
    },
}


@pytest.fixture
def built(tmp_path: Path) -> Assets:
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFEST))
    return Assets.read(tmp_path)


def test_styles_of_imported_chunks_come_first_and_once(built: Assets) -> None:
    assert built.styles("map") == ("/static/assets/shared-1.css", "/static/assets/map-3.css")


def test_a_page_loads_the_modules_that_its_entry_imports(built: Assets) -> None:
    assert built.scripts("main") == ("/static/assets/shared-1.js", "/static/assets/main-2.js")


def test_a_front_end_that_was_never_built_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"not built\. Build the front end once"):
        Assets.read(tmp_path)


def test_a_torn_manifest_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"src/main.ts": ')
    with pytest.raises(Invalid, match="cannot be read"):
        Assets.read(tmp_path)


def test_an_unknown_entry_is_named(built: Assets) -> None:
    with pytest.raises(Invalid, match="no entry 'chart'"):
        built.styles("chart")
