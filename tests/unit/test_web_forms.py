"""What a person typed, read strictly; and files that arrive in pieces."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessera.errors import Invalid
from tessera.model.record import Order, SearchQuery
from tessera.web.forms import read_question
from tessera.web.multipart import Parts

DAY = 86_400_000


def test_a_question_is_read_from_its_address() -> None:
    query = read_question(
        [
            ("q", " main st "),
            ("kind", "incident"),
            ("kind", "person"),
            ("source", ""),
            ("since", "1970-01-02"),
            ("until", "1970-01-02"),
            ("near", "38.91,-75.43,5"),
            ("bbox", "-200,-95,-75,39"),
            ("as_of", "1970-01-01"),
            ("order", "event-time"),
            ("cursor", "abc"),
        ]
    )
    assert query == SearchQuery(
        text="main st",
        kinds=("incident", "person"),
        since=DAY,
        until=2 * DAY,
        near=(38.91, -75.43, 5.0),
        box=(-180.0, -90.0, -75.0, 39.0),
        as_of=DAY - 1,
        order=Order.EVENT_TIME,
        cursor="abc",
    )


def test_instants_mean_themselves_and_days_mean_all_of_them() -> None:
    query = read_question([("since", "1970-01-01T06:00:00Z"), ("until", "1970-01-01T07:00:00+01:00")])
    assert (query.since, query.until) == (6 * 3_600_000, 6 * 3_600_000)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("since", "2026-02-30"),
        ("since", "2026-02-01T00:00:00"),
        ("until", "9999-12-31"),
        ("as_of", "yesterday"),
        ("near", "1,2"),
        ("near", "nan,1,1"),
        ("near", "1,2,inf"),
        ("bbox", "1,2,3"),
        ("order", "best"),
        ("colour", "red"),
        ("q", "x" * 2001),
        ("q", "a\x00b"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(Invalid) as wrong:
        read_question([(name, value)])
    assert repr(name) in str(wrong.value)


def test_a_parameter_that_stands_once_cannot_stand_twice() -> None:
    with pytest.raises(Invalid, match="given 2 times"):
        read_question([("q", "a"), ("q", "b")])


@given(st.lists(st.tuples(st.sampled_from(["q", "since", "near", "bbox", "as_of", "order", "kind"]), st.text())))
def test_a_question_is_read_or_refused_and_nothing_else(params: list[tuple[str, str]]) -> None:
    with suppress(Invalid):
        assert isinstance(read_question(params), SearchQuery)


@given(content=st.binary(max_size=300), size=st.integers(1, 40), wanted=st.integers(1, 50))
def test_a_file_arrives_whole_however_the_request_is_cut(content: bytes, size: int, wanted: int) -> None:
    boundary = "a-boundary-that-no-content-holds-0123456789abcdef"
    body = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="source"\r\n\r\nfeed\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="n\u00e4me.csv"\r\n\r\n'
    ).encode() + content + f"\r\n--{boundary}--\r\n".encode()  # fmt: skip
    chunks = iter([body[i : i + size] for i in range(0, len(body), size)])
    parts = iter(Parts(f"multipart/form-data; boundary={boundary}", lambda: next(chunks, b"")))
    assert next(parts).text() == "feed"
    part = next(parts)
    assert (part.field, part.filename) == ("file", "näme.csv")
    assert b"".join(iter(lambda: part.read(wanted), b"")) == content
    assert next(parts, None) is None
