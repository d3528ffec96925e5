import json
from pathlib import Path

import pytest
from reading_messages import check_words, drafts, read_text, refused, unmapped
from sample_messages import ATOM, ITEM, RSS

from tessera.extract.messages import feeds
from tessera.extract.messages.plain_text import plain_text
from tessera.model.found import Draft, Facts, Finding, Passage
from tessera.model.marking import Tlp


def read(folder: Path, text: str) -> list[Finding]:
    found = read_text(feeds, folder, text)
    check_words(found)
    return found


def only(folder: Path, text: str) -> Draft:
    (draft,) = drafts(read(folder, text))
    return draft


def test_an_item_of_rss_is_a_document(tmp_path: Path) -> None:
    body = "<link>https://marsh.example/1</link><author>Ann</author><category>roads</category><description>&lt;p&gt;At &lt;b&gt;Salt Pond&lt;/b&gt;.&lt;/p&gt;</description>"
    draft = only(tmp_path, RSS.format(f"<item>{ITEM}{body}</item>"))
    assert draft.key == "Marsh County n-1"
    assert draft.terms == {
        "number": "n-1", "title": "Road closed", "text": "At Salt Pond.", "url": "https://marsh.example/1", "author": "Ann",
        "written_at": "2011-02-04T20:20:00Z", "topic": "roads", "category": "feed entry", "channel": "Marsh County",
    }  # fmt: skip


def test_an_entry_of_atom_is_a_document(tmp_path: Path) -> None:
    entry = '<id>urn:x:1</id><title type="html">A &amp;amp; B</title><published>2026-01-01T05:00:00+05:00</published><author><name>Ann</name></author>'
    entry += '<link rel="self" href="https://a.example/self"/><link href="https://a.example/1"/><category term="t" label="T"/>'
    entry += '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>One</p><p>two.</p></div></content>'
    draft = only(tmp_path, ATOM.format(entry))
    assert draft.key == "urn:x:1"
    wanted = {
        "title": "A & B",
        "text": "One two.",
        "url": "https://a.example/1",
        "written_at": "2026-01-01T00:00:00Z",
        "topic": "T",
    }
    assert wanted.items() <= draft.terms.items()


def test_rss_1_0_is_read_by_its_local_names(tmp_path: Path) -> None:
    rdf = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
    <channel><title>Old</title></channel><item rdf:about="https://a.example/2"><title>T</title><dc:creator>Bo</dc:creator><dc:date>2026-01-01</dc:date></item></rdf:RDF>"""
    draft = only(tmp_path, rdf)
    assert (draft.key, draft.terms["author"], draft.terms["url"]) == (
        "https://a.example/2",
        "Bo",
        "https://a.example/2",
    )


@pytest.mark.parametrize(
    "place",
    ["<geo:point>38.5 -75.1</geo:point>", "<geo:where><Point><pos>38.5 -75.1</pos></Point></geo:where>", "<lat>38.5</lat><long>-75.1</long>",
     "<geo:polygon>38 -75.6 38 -74.6 39 -74.6 39 -75.6 38 -75.6</geo:polygon>", "<Point><lat>38.5</lat><long>-75.1</long></Point>"],
)  # fmt: skip
def test_points_are_read_in_every_way_of_writing_them(tmp_path: Path, place: str) -> None:
    assert only(tmp_path, RSS.format(f"<item>{ITEM}{place}</item>")).place == pytest.approx((38.5, -75.1), abs=0.01)


RING = "38 -75.6 38 -74.6 39 -74.6 39 -75.6 38 -75.6"
GML = "<geo:where><Polygon><exterior><LinearRing><posList>{}</posList></LinearRing></exterior></Polygon></geo:where>"


@pytest.mark.parametrize(
    ("place", "sort", "corners"),
    [
        (f"<geo:polygon>{RING}</geo:polygon>", "Polygon", 5),
        ("<geo:polygon>38 -75.6 38 -74.6 39 -74.6</geo:polygon>", "Polygon", 4),
        (GML.format(RING), "Polygon", 5),
        ("<geo:box>38 -75.6 39 -74.6</geo:box>", "Polygon", 5),
        (
            "<geo:where><Envelope><lowerCorner>38 -75.6</lowerCorner><upperCorner>39 -74.6</upperCorner></Envelope></geo:where>",
            "Polygon",
            5,
        ),
        ("<geo:circle>38.5 -75.1 5000</geo:circle>", "Polygon", 73),
        ("<geo:line>38 -75.6 38.5 -75.1 39 -74.6</geo:line>", "LineString", 3),
        (
            "<geo:where><LineString><posList>38 -75.6 38.5 -75.1 39 -74.6</posList></LineString></geo:where>",
            "LineString",
            3,
        ),
    ],
)
def test_areas_and_lines_are_kept_as_outlines(tmp_path: Path, place: str, sort: str, corners: int) -> None:
    found = read(tmp_path, RSS.format(f"<item>{ITEM}{place}</item>"))
    draft = drafts(found)[0]
    shape = json.loads(draft.terms["outline"])
    path = shape["coordinates"][0] if sort == "Polygon" else shape["coordinates"]
    assert (shape["type"], len(path)) == (sort, corners)
    assert [-75.6, 38] in path or corners == 73
    assert draft.place == pytest.approx((38.5, -75.1), abs=0.2)
    assert not unmapped(found)


@pytest.mark.parametrize(
    "place",
    [
        "<geo:polygon>38 -75.6 38</geo:polygon>",
        "<geo:polygon>98 -75.6 38 -74.6 39 -74.6 98 -75.6</geo:polygon>",
        "<geo:box>38 -75.6</geo:box>",
        "<geo:circle>38.5 -75.1</geo:circle>",
        "<geo:circle>38.5 -75.1 -2</geo:circle>",
        "<geo:line>38 -75.6</geo:line>",
    ],
)
def test_what_is_no_area_is_counted_and_leaves_the_entry_without_one(tmp_path: Path, place: str) -> None:
    found = read(tmp_path, RSS.format(f"<item>{ITEM}{place}</item>"))
    assert "outline" not in drafts(found)[0].terms
    assert drafts(found)[0].place is None
    assert unmapped(found) == {"outlines of lines and areas: no line or area on the Earth": 1}


def test_an_area_that_cannot_be_kept_is_counted(tmp_path: Path) -> None:
    found = read(tmp_path, RSS.format(f"<item>{ITEM}<geo:circle>38.5 -75.1 11000000</geo:circle></item>"))
    assert unmapped(found) == {"outlines of lines and areas: a circle around a quarter of the Earth": 1}


def test_a_point_off_the_earth_is_none(tmp_path: Path) -> None:
    found = read(tmp_path, RSS.format(f"<item>{ITEM}<geo:point>138.5 -75.1</geo:point></item>"))
    assert drafts(found)[0].place is None


def test_the_feed_says_what_it_is(tmp_path: Path) -> None:
    found = read(tmp_path, RSS.format(f"<item>{ITEM}</item>"))
    assert found[0] == Facts(terms={"title": "Marsh County", "subject": "News"})


def test_an_entry_without_title_and_text_is_refused_and_unknown_parts_are_counted(tmp_path: Path) -> None:
    found = read(tmp_path, RSS.format(f"<ttl>60</ttl><item><guid>1</guid></item><item>{ITEM}<mood>grim</mood></item>"))
    assert "neither a title nor a text" in refused(found)[0]
    assert unmapped(found) == {"feed.ttl": 1, "item.mood": 1}


def test_an_alert_inside_an_entry_is_an_alert_and_marks_the_entry(tmp_path: Path) -> None:
    alert = """<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>A1</identifier><sender>w</sender><sent>2026-03-01T14:05:00-05:00</sent>
    <status>Actual</status><msgType>Alert</msgType><scope>Restricted</scope><restriction>police</restriction></alert>"""
    found = read(tmp_path, ATOM.format(f"<id>urn:x:1</id><title>T</title><content type='text/xml'>{alert}</content>"))
    assert [(draft.kind, draft.tlp) for draft in drafts(found)] == [("document", Tlp.AMBER), ("alert", Tlp.AMBER)]


def test_what_an_alert_and_the_entry_around_it_both_tell_is_told_once(tmp_path: Path) -> None:
    told = "<headline>A child was taken in Dover</headline><description>{}</description>"
    alert = """<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>A1</identifier><sender>w</sender><sent>2026-03-01T14:05:00-05:00</sent>
    <status>Actual</status><msgType>Alert</msgType><scope>Public</scope><info><category>Safety</category><event>e</event><urgency>Past</urgency>
    <severity>Minor</severity><certainty>Likely</certainty>TOLD</info></alert>"""
    entry = "<id>urn:x:1</id><title>A child was taken in Dover</title><content type='text/xml'>{}</content><summary>The man drives a white Ford.</summary>"
    for text, passages in (("", 2), ("He drives a blue Jeep now.", 4)):
        inner = alert.replace("TOLD", told.format(text) if text else told.split("<description>", maxsplit=1)[0])
        found = read(tmp_path, ATOM.format(entry.format(inner)))
        assert [draft.kind for draft in drafts(found)] == ["document", "alert"]
        assert len([one for one in found if isinstance(one, Passage)]) == passages


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a < b and c > d", "a < b and c > d"),
        ("x<script>alert(1)</script>y", "xy"),
        ("one<br>two", "one\ntwo"),
        ("R&amp;D", "R&D"),
        ("<b", "<b"),
        ("<p>", ""),
    ],
)
def test_marks_of_html_go_and_words_stay(text: str, plain: str) -> None:
    assert plain_text(text) == plain
