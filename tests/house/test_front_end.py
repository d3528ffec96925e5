import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "src" / "tessera" / "web" / "templates").glob("*.html"))
LOCK = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))
INLINE = re.compile(r"""\sstyle=|<style|\son[a-z]+=["']|javascript:|<script(?![^>]*\ssrc=)""", re.IGNORECASE)
POST = re.compile(r"""<form[^>]*method="post".*?</form>""", re.DOTALL)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_no_inline_script_or_style(path: Path) -> None:
    assert INLINE.findall(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_form_that_changes_something_carries_the_csrf_token(path: Path) -> None:
    assert [form for form in POST.findall(path.read_text(encoding="utf-8")) if "csrf" not in form] == []


def test_the_lock_file_names_no_registry() -> None:
    assert [name for name, package in LOCK["packages"].items() if "resolved" in package] == []


def test_every_locked_package_has_its_digest() -> None:
    assert [name for name, package in LOCK["packages"].items() if name and "integrity" not in package] == []
