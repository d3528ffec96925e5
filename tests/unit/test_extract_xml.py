from pathlib import Path

import pytest
from tables import read_one, read_table

from tessera import errors, extract
from tessera.model.rows import TableFormat

LAUGHS = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<list><row><x>&b;</x></row><row><x>1</x></row></list>"""
OUTSIDE = """<?xml version="1.0"?><!DOCTYPE list [<!ENTITY secret SYSTEM "file:///etc/hostname">]>
<list><row><x>&secret;</x></row><row><x>1</x></row></list>"""
PARAMETER = """<?xml version="1.0"?><!DOCTYPE list [<!ENTITY % more SYSTEM "http://localhost:1/x.dtd"> %more;]>
<list><row><x>1</x></row><row><x>1</x></row></list>"""
CALLS = """<c:calls xmlns:c="urn:c" xmlns:p="urn:p"><c:made>2026</c:made>
<c:call id="1"><p:who><p:name>Ann</p:name></p:who><c:tag>a</c:tag><c:tag>b</c:tag></c:call>
<c:call id="2"><p:who kind="x"><p:name>Bob</p:name></p:who><c:note> two
 words </c:note></c:call></c:calls>"""


def _write(folder: Path, content: str, encoding: str = "utf-8") -> Path:
    path = folder / "given.xml"
    path.write_bytes(content.encode(encoding))
    return path


def test_the_repeated_element_is_the_record(tmp_path: Path) -> None:
    path = _write(tmp_path, CALLS)
    found = read_one(path)
    assert found.part.format is TableFormat.XML
    assert found.part.columns == ("@id", "who.name", "tag", "who.@kind", "note")
    assert found.cells[0] == ("1", "Ann", '["a", "b"]', None, None)
    assert found.cells[1] == ("2", "Bob", None, "x", "two\n words")
    assert found.part.locator(2) == "#/c:calls/c:call[2]"
    assert extract.read_rows(path, found.part, 2, 2, filename="x")[0][1] == found.cells[1]


@pytest.mark.parametrize("asked", ["//who", "/calls/call/who", "/c:calls/c:call/p:who", "call/who"])
def test_the_record_path_can_be_given(tmp_path: Path, asked: str) -> None:
    (table,) = extract.open_tables(_write(tmp_path, CALLS), filename="x.xml", record_path=asked)
    assert read_table(table).cells == [("Ann", None), ("Bob", "x")]
    assert table.part.locator(2) == "#(/c:calls/c:call/p:who)[2]"


def test_a_record_path_that_leads_nowhere_says_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(errors.Invalid, match="/c:calls/c:call"):
        list(extract.open_tables(_write(tmp_path, CALLS), filename="x.xml", record_path="//person"))


def test_a_document_without_repetition_is_one_record(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, "<alert><id>1</id><info><event>storm</event></info></alert>"))
    assert found.rows == {1: {"id": "1", "info.event": "storm"}}


@pytest.mark.parametrize("content", [LAUGHS, OUTSIDE, PARAMETER])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_hostile(tmp_path: Path, content: str, encoding: str) -> None:
    text = content.replace('version="1.0"', f'version="1.0" encoding="{encoding}"')
    with pytest.raises(errors.Hostile, match="entities"):
        read_one(_write(tmp_path, text, encoding))


def test_an_outside_document_type_is_not_fetched(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, '<!DOCTYPE l SYSTEM "http://localhost:1/l.dtd"><l><r a="1"/><r a="2"/></l>'))
    assert found.cells == [("1",), ("2",)]


def test_a_document_cut_off_keeps_what_came_before(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, CALLS[: CALLS.index("<c:note>") + 4]))
    assert sorted(found.rows) == [1]
    assert "cut off" in found.rejected[2].reason


@pytest.mark.parametrize("content", ["<a", "<a><b></a>", "<?xml version='1.0'?>"])
def test_what_is_no_xml_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(errors.Unreadable):
        read_one(_write(tmp_path, content), "x.xml")


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    deep = "<a>" * 120 + "</a>" * 120
    found = read_one(_write(tmp_path, f"<l><r><x>1</x></r><r>{deep}</r></l>"))
    assert sorted(found.rows) == [1]
    assert "nested too deeply" in found.rejected[2].reason
    with pytest.raises(errors.Unreadable):
        read_one(_write(tmp_path, "<a>" * 100_000))


def test_a_large_document_is_read_in_batches(tmp_path: Path) -> None:
    path = _write(tmp_path, "<l><head>x</head>" + "".join(f"<r><n>{n}</n></r>" for n in range(5000)) + "</l>")
    found = read_one(path, size=500)
    assert found.batches == 10
    assert found.rows[5000] == {"n": "4999"}
    assert extract.read_rows(path, found.part, 4000, 4000, filename="x") == [(4000, ("3999",))]
