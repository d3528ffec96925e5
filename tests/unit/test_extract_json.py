import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tables import read_one

from tessera import errors, extract
from tessera.extract import json_text
from tessera.model.rows import TableFormat


def _write(folder: Path, content: object, name: str = "given.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_an_array_of_objects_is_a_table(tmp_path: Path) -> None:
    path = _write(
        tmp_path, [{"id": 1, "at": {"lat": 1.50, "lon": -2.0}}, {"id": 2, "tags": ["a", 1], "ok": True, "at": None}]
    )
    found = read_one(path)
    assert found.part.format is TableFormat.JSON
    assert found.part.columns == ("id", "at.lat", "at.lon", "tags", "ok", "at")
    assert found.cells == [("1", "1.5", "-2", None, None, None), ("2", None, None, '["a", 1]', "true", None)]
    assert found.part.locator(2) == "#/1"
    assert extract.read_rows(path, found.part, 2, 2, filename="x.json")[0][1] == found.cells[1]


def test_the_array_is_found_wherever_it_stands(tmp_path: Path) -> None:
    content = {
        "meta": {"pages": 1, "links": [{"rel": "self"}]},
        "a/b": {"calls": [{"id": 1}, {"id": 2}]},
        "n": [1, 2, 3],
    }
    path = _write(tmp_path, content)
    found = read_one(path)
    assert found.part.options["pointer"] == "/a~1b/calls"
    assert found.part.options["other_arrays"] == "/meta/links"
    assert found.part.locator(1) == "#/a~1b/calls/0"
    assert found.cells == [("1",), ("2",)]


def test_ndjson_is_read_line_by_line(tmp_path: Path) -> None:
    path = _write(tmp_path, '{"id": 1}\n\n{"id": 2, "x": "é"}\nnot json\n[1]\n{"id": 3}\n', "x")
    found = read_one(path, "x.ndjson")
    assert found.part.format is TableFormat.NDJSON
    assert {number: row["id"] for number, row in found.rows.items()} == {1: "1", 2: "2", 5: "3"}
    assert "not valid JSON" in found.rejected[3].reason
    assert found.rejected[3].text == "not json"
    assert "no object" in found.rejected[4].reason


def test_ndjson_is_known_by_its_content(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, '{"id": 1}\n{"id": 2}\n', "x"))
    assert found.part.format is TableFormat.NDJSON
    assert len(found.rows) == 2


def test_one_object_is_a_table_of_one_row(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, json.dumps({"id": 1, "who": {"name": "x"}}, indent=2)))
    assert found.cells == [("1", "x")]


def test_what_is_no_object_in_an_array_is_rejected(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, [{"id": 1}, 7, None, {"id": 2}]))
    assert sorted(found.rows) == [1, 4]
    assert [row.text for row in found.rejected.values()] == ["7", "null"]


def test_a_file_cut_off_keeps_what_came_before(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, '[{"id": 1}, {"id": 2}, {"id": 3, "na'))
    assert sorted(found.rows) == [1, 2]
    assert "cut off" in found.rejected[3].reason
    assert found.rejected[3].text == '{"id": 3, "na'


def test_half_characters_and_nul_reject_their_row_only(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, '[{"a": "x"}, {"a": "\\ud800"}, {"a": "\\u0000"}, {"a": "y"}]'))
    assert sorted(found.rows) == [1, 4]
    assert sorted(found.rejected) == [2, 3]


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    deep = "[" * 100_000 + "]" * 100_000
    found = read_one(_write(tmp_path, f'[{{"a": 1}}, {{"a": {deep}}}]'))
    assert sorted(found.rows) == [1]
    assert "nested too deeply" in found.rejected[2].reason
    with pytest.raises(errors.Unreadable, match="nested too deeply"):
        read_one(_write(tmp_path, '{"a":' * 100_000 + "1" + "}" * 100_000))
    levels = '{"a":' * 100 + "1" + "}" * 100
    found = read_one(_write(tmp_path, f'[{{"b": 1}}, {levels}]'))
    assert "nested too deeply" in found.rejected[2].reason


def test_two_names_that_flatten_alike_are_both_kept(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, [{"a.b": 1, "a": {"b": 2}}]))
    assert found.rows[1] == {"a.b": "1", "a.b_2": "2"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[]", "no array of objects"),
        ("[1, 2]", "no array of objects"),
        ('{"a": ', "not valid JSON"),
        ("[", "not valid JSON"),
    ],
)
def test_json_without_a_table_is_refused(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(errors.Unreadable, match=said):
        read_one(_write(tmp_path, content))


def test_names_without_end_are_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.Unreadable, match="columns"):
        read_one(_write(tmp_path, [{f"n{n}": 1} for n in range(3000)]))


def test_a_bracket_can_begin_a_delimited_file(tmp_path: Path) -> None:
    found = read_one(_write(tmp_path, "[id],[name]\n1,x\n2,y\n"), "x.csv")
    assert found.part.format is TableFormat.DELIMITED
    assert found.part.columns == ("[id]", "[name]")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(st.characters(codec="utf-8"), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(values=st.lists(_JSON, max_size=6), step=st.integers(1, 7), ascii_only=st.booleans())
def test_values_come_back_whole_wherever_the_buffer_ends(
    tmp_path: Path, values: list[object], step: int, ascii_only: bool
) -> None:
    path = _write(tmp_path, json.dumps(values, ensure_ascii=ascii_only, indent=1))
    before, json_text.STEP = json_text.STEP, step  # type: ignore[misc]  # a buffer small enough to end everywhere
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            text = json_text.JsonText(stream)
            found = [value for value, _ in text.entries()]
    finally:
        json_text.STEP = before  # type: ignore[misc]  # as it was
    assert found == values
