import json
from itertools import pairwise
from pathlib import Path

import pytest
from reading_messages import bonds, check_words, drafts, read_text, refused, unmapped
from sample_messages import AREA, INFO, alert

from tessera.errors import Hostile, Unreadable
from tessera.extract.messages import cap
from tessera.extract.messages.ground import CORNERS, Circle, distance, middle
from tessera.model.found import Finding, Refused
from tessera.model.marking import Tlp


def read(folder: Path, text: str) -> list[Finding]:
    found = read_text(cap, folder, text)
    check_words(found)
    return found


def test_an_alert_is_a_record_with_its_identity_and_its_times_in_utc(tmp_path: Path) -> None:
    (draft,) = drafts(
        read(
            tmp_path,
            alert(
                INFO.format(
                    "<headline>Water &lt;b&gt;rises&lt;/b&gt;</headline><expires>2026-03-02T00:00:00-05:00</expires>"
                )
            ),
        )
    )
    assert draft.key == "watch@marsh.example,A1,2026-03-01T14:05:00-05:00"
    assert draft.locator.pointer == "/alert[1]/info[1]"
    wanted = {
        "title": "Water rises",
        "sent_at": "2026-03-01T19:05:00Z",
        "expires_at": "2026-03-02T05:00:00Z",
        "severity": "Severe",
    }
    assert wanted.items() <= draft.terms.items()


def test_two_languages_are_two_records_that_say_the_same(tmp_path: Path) -> None:
    found = read(tmp_path, alert(INFO.format("<language>en</language>") + INFO.format("<language>es</language>")))
    assert [draft.terms["language"] for draft in drafts(found)] == ["en", "es"]
    (bond,) = bonds(found)
    assert (bond.role, bond.start[1]) == ("translates", f"{bond.end[1]}#2")


@pytest.mark.parametrize(
    ("message", "role"), [("Update", "updates"), ("Cancel", "cancels"), ("Ack", "acknowledges"), ("Error", "rejects")]
)
def test_a_message_follows_the_earlier_ones_that_it_names(tmp_path: Path, message: str, role: str) -> None:
    earlier = "watch@marsh.example,A0,2026-03-01T13:05:00-05:00"
    (bond,) = bonds(read(tmp_path, alert(msgType=message, references=earlier)))
    assert (bond.type, bond.role, bond.end) == ("follows", role, ("alert", earlier))


@pytest.mark.parametrize(
    ("given", "level"),
    [({"scope": "Restricted", "restriction": "police"}, Tlp.AMBER), ({"scope": "Private", "addresses": "a@b.example"}, Tlp.AMBER_STRICT),
     ({"status": "Draft"}, Tlp.AMBER), ({}, Tlp.CLEAR)],
)  # fmt: skip
def test_a_scope_that_is_not_public_raises_the_marking(tmp_path: Path, given: dict[str, str], level: Tlp) -> None:
    assert drafts(read(tmp_path, alert(**given)))[0].tlp is level


def test_the_confidentiality_of_an_envelope_raises_the_marking(tmp_path: Path) -> None:
    text = (
        f"<EDXLDistribution><combinedConfidentiality>FOUO</combinedConfidentiality><x>{alert()}</x></EDXLDistribution>"
    )
    assert drafts(read(tmp_path, text))[0].tlp is Tlp.AMBER


def test_areas_become_a_point_that_says_how_far_off_it_can_be(tmp_path: Path) -> None:
    shape = AREA.format(
        "<polygon>38.0,-75.0 38.0,-74.0 39.0,-74.0 39.0,-75.0 38.0,-75.0</polygon><geocode><valueName>SAME</valueName><value>010005</value></geocode>"
    )
    (draft,) = drafts(read(tmp_path, alert(INFO.format(shape))))
    assert draft.place == pytest.approx((38.5, -74.5), abs=0.01)
    assert draft.terms["area_codes"] == "SAME 010005"
    assert float(draft.terms["area_precision"]) == pytest.approx(distance((38.5, -74.5), (38.0, -75.0)), rel=0.01)
    assert json.loads(draft.terms["outline"]) == {
        "type": "Polygon", "coordinates": [[[-75, 38], [-74, 38], [-74, 39], [-75, 39], [-75, 38]]],
    }  # fmt: skip
    assert "outline_precision" not in draft.terms


def test_a_circle_becomes_a_polygon_that_says_how_far_it_lies_within(tmp_path: Path) -> None:
    (draft,) = drafts(read(tmp_path, alert(INFO.format(AREA.format("<circle>38.0,-75.0 10</circle>")))))
    ring = json.loads(draft.terms["outline"])["coordinates"][0]
    assert len(ring) == CORNERS + 1
    assert [distance((38.0, -75.0), (y, x)) for x, y in ring] == pytest.approx([10_000] * len(ring), abs=1)
    middles = [((a[1] + b[1]) / 2, (a[0] + b[0]) / 2) for a, b in pairwise(ring)]
    off = float(draft.terms["outline_precision"])
    assert 10_000 - min(distance((38.0, -75.0), at) for at in middles) <= off + 0.1
    assert "polygons of 72 corners" in draft.terms["outline_note"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("<polygon>1,1 1,1 1,1 1,1</polygon>", "an area without an inside"),
        ("<circle>89.9,0 100</circle>", "an area around a pole"),
        ("<circle>0,0 15000</circle>", "a circle around a quarter of the Earth"),
    ],
)
def test_an_area_that_has_no_outline_is_counted_with_the_reason(tmp_path: Path, said: str, why: str) -> None:
    found = read(tmp_path, alert(INFO.format(AREA.format(said))))
    assert "outline" not in drafts(found)[0].terms
    assert drafts(found)[0].terms["area_shape"]
    assert unmapped(found) == {f"outlines of lines and areas: {why}": 1}


def test_a_circle_without_a_radius_is_a_point(tmp_path: Path) -> None:
    found = read(tmp_path, alert(INFO.format(AREA.format("<circle>38.0,-75.0 0</circle>"))))
    assert "outline" not in drafts(found)[0].terms
    assert not unmapped(found)


def test_areas_on_both_sides_of_the_date_line_are_cut_there(tmp_path: Path) -> None:
    shape = "<polygon>50,179 50,-179 52,-179 52,179 50,179</polygon><circle>51,180 100</circle>"
    (draft,) = drafts(read(tmp_path, alert(INFO.format(AREA.format(shape)))))
    assert json.loads(draft.terms["outline"])["type"] == "MultiPolygon"
    assert "180th meridian" in draft.terms["outline_note"]


def test_an_area_known_by_its_code_alone_has_no_point(tmp_path: Path) -> None:
    (draft,) = drafts(
        read(
            tmp_path,
            alert(INFO.format(AREA.format("<geocode><valueName>UGC</valueName><value>DEZ001</value></geocode>"))),
        )
    )
    assert draft.place is None


def test_areas_on_both_sides_of_the_date_line_have_their_middle_there() -> None:
    spot = middle([[(50, 179), (50, -179), (52, -179), (52, 179), (50, 179)]], [Circle(center=(51, 180), radius=100)])
    assert spot is not None
    assert abs(spot.point[1]) == pytest.approx(180, abs=0.01)
    assert spot.within < 200_000


def test_a_signature_is_told_and_not_judged(tmp_path: Path) -> None:
    signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignatureValue>x</SignatureValue></Signature>'
    found = read(tmp_path, alert(signature))
    assert "not judged" in drafts(found)[0].terms["signature"]
    assert not unmapped(found)


def test_the_ipaws_profile_is_noted_with_what_is_not_kept_of_it(tmp_path: Path) -> None:
    (draft,) = drafts(read(tmp_path, alert(INFO.format(""), code="IPAWSv1.0")))
    assert "does not expire" in draft.terms["profile"]
    event = "<eventCode><valueName>SAME</valueName><value>FFW</value></eventCode><expires>2026-03-02T00:00:00-05:00</expires>"
    (kept,) = drafts(read(tmp_path, alert(INFO.format(event + AREA.format("")), code="IPAWSv1.0")))
    assert kept.terms["profile"] == "IPAWSv1.0; IPAWS kept as far as can be told"


def test_cap_1_0_is_read_with_its_older_words(tmp_path: Path) -> None:
    old = alert(INFO.format("<eventCode>SAME=FFW</eventCode>").replace("Likely", "Very Likely"))
    (draft,) = drafts(
        read(tmp_path, old.replace("urn:oasis:names:tc:emergency:cap:1.2", "http://www.incident.com/cap/1.0"))
    )
    assert (draft.terms["certainty"], draft.terms["event_code"]) == ("Likely", "SAME=FFW")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (alert(identifier=""), "`identifier` is missing"),
        (alert(identifier="a b"), "`identifier` has a space"),
        (alert(scope=""), "`scope` is missing"),
        (alert(sent="2026-03-01T14:05:00Z"), "`sent` is '2026-03-01T14:05:00Z'"),
        (alert(sent="yesterday"), "`sent` is 'yesterday'"),
        (alert(status="Real"), "`status` is 'Real'"),
        (alert(msgType="Update"), "`references` names no earlier message"),
        (alert(references="A0"), "is not sender,identifier,sent"),
        (alert(scope="Restricted"), "`restriction` says nothing"),
        (alert(scope="Private"), "`addresses` names nobody"),
        (alert("<sender>b</sender>"), "`sender` stands 2 times"),
        (alert(INFO.format("").replace("Expected", "Soon")), "`urgency` is 'Soon'"),
        (alert("<info><category>Met</category></info>"), "`event` is missing"),
        (alert(INFO.format("<area/>")), "`areaDesc` of an area is missing"),
        (alert(INFO.format(AREA.format("<polygon>1,1 2,2 1,1</polygon>"))), "A polygon is none"),
        (alert(INFO.format(AREA.format("<polygon>1,1 2,2 3,3 4,4</polygon>"))), "A polygon is none"),
        (alert(INFO.format(AREA.format("<polygon>91,1 2,2 3,3 91,1</polygon>"))), "A polygon is none"),
        (alert(INFO.format(AREA.format("<circle>1,1</circle>"))), "A circle is none"),
        (alert(INFO.format(AREA.format("<ceiling>9</ceiling>"))), "needs `altitude`"),
        (alert(INFO.format("<parameter><valueName>x</valueName></parameter>")), "`parameter` lacks"),
        (alert(INFO.format("<resource><mimeType>a/b</mimeType></resource>")), "`resourceDesc` of a resource is missing"),
    ],
)  # fmt: skip
def test_an_alert_that_breaks_the_standard_is_refused_with_the_reason(tmp_path: Path, text: str, says: str) -> None:
    found = read(tmp_path, f"<feed>{text}{alert(identifier='A2')}</feed>")
    assert says in refused(found)[0]
    assert [draft.terms["number"] for draft in drafts(found)] == ["A2"]
    assert "<alert" in next(each.value for each in found if isinstance(each, Refused))


def test_unknown_elements_are_counted(tmp_path: Path) -> None:
    found = read(tmp_path, alert(INFO.format("<mood>grim</mood>") + "<extra><a>1</a></extra>"))
    assert unmapped(found) == {"alert.extra": 1, "alert.info.mood": 1}


def test_alerts_before_a_cut_are_read(tmp_path: Path) -> None:
    found = read(tmp_path, f"<feed>{alert()}{alert(identifier='A2')}"[:-30])
    assert len(drafts(found)) == 1
    assert "not well-formed XML from here on" in refused(found)[-1]


def test_entities_are_hostile_and_nonsense_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Hostile):
        read_text(cap, tmp_path, '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hosts">]><alert>&x;</alert>')
    for text in ("", "no xml", "<alert>" * 100):
        with pytest.raises(Unreadable):
            read_text(cap, tmp_path, text)
