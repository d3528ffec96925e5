"""Reports of suspicious activity through their pages: entered, vetted by different people, checked, shared and taken back."""

import re
from collections.abc import Iterator
from dataclasses import replace

import filing
import pytest
from filed_center import Browsers, opened

from tessera.flow.center import Center
from tessera.store import tables

Own = tuple[Center, Browsers]
FORM = {
    "source": filing.SARS,
    "text": "A man measured the fence of the pumping station and photographed its cameras at dawn.",
    "observed_at": "2026-03-05",
    "city": "Dover",
    "source_reliability": "reliable",
    "content_validity": "cannot be judged",
    "nature_of_source": "private sector",
    "p1.kind": "person",
    "p1.role": "mentioned",
    "p1.description": "Tall, gray coat, walks with a Zilbermann cane.",
}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    with opened(tmp_path_factory.mktemp("sar") / "center") as made:
        yield made


def report(own: Own, **changes: str) -> str:
    answer = own[1]("avery").post("/sar/new", FORM | changes)
    assert answer.status_code == 303, re.findall(r'usa-alert__text">([^<]+)', answer.text)
    return str(answer.headers["location"]).split("?", 1)[0]


def sign(own: Own, account: str, path: str, **fields: object) -> int:
    return int(own[1](account).post(path, fields).status_code)


def vetted(own: Own, at: str, *, finding: str = "nexus") -> None:
    assert sign(own, "blake", f"{at}/pass", note="") == 303
    assert sign(own, "blake", f"{at}/vet-1", behaviors=["SURVL", "PHOTO"], facts=filing.FACTS_SEEN) == 303
    assert sign(own, "casey", f"{at}/vet-2", finding=finding, context=filing.CONTEXT, more=filing.MORE) == 303


def test_a_report_goes_its_whole_way_through_the_pages(own: Own) -> None:
    at = report(own)
    listed = own[1]("avery").get("/sar").text
    assert "for a supervisor" in listed
    assert "RESTRICTED" in listed
    vetted(own, at)
    assert sign(own, "pat", f"{at}/check", rationale="It rests on conduct alone.") == 303
    assert own[1]("sam").get(at).status_code == 404
    assert sign(own, "avery", f"{at}/share", recipients=["sheriff"]) == 303
    shown = own[1]("sam").get(at).text
    assert "pumping station" in shown
    assert "Zilbermann" not in shown
    assert "summary form" in shown
    assert "Photography" in shown
    assert sign(own, "avery", f"{at}/feedback", feedback="no-nexus", note="A surveyor at work.") == 303
    assert own[1]("sam").get(at).status_code == 404
    assert "took the report of suspicious activity back" in own[1]("sam").get("/notices").text


def test_the_author_neither_supervises_nor_vets_and_nobody_vets_twice(own: Own) -> None:
    at = report(own)
    assert f'action="{at}/pass"' not in own[1]("avery").get(at).text
    refused = own[1]("avery").post(f"{at}/pass", {"note": ""})
    assert refused.status_code == 403
    assert "made the report" in refused.text
    sign(own, "blake", f"{at}/pass", note="")
    sign(own, "blake", f"{at}/vet-1", behaviors=["SURVL"], facts=filing.FACTS_SEEN)
    assert f'action="{at}/vet-2"' not in own[1]("blake").get(at).text
    twice = own[1]("blake").post(f"{at}/vet-2", {"finding": "nexus", "context": filing.CONTEXT, "more": filing.MORE})
    assert twice.status_code == 403
    assert "did the first vetting" in twice.text
    assert f'action="{at}/vet-2"' in own[1]("casey").get(at).text


def test_a_behavior_of_sort_b_needs_additional_facts_and_what_was_typed_is_kept(own: Own) -> None:
    at = report(own)
    sign(own, "blake", f"{at}/pass", note="")
    sign(own, "blake", f"{at}/vet-1", behaviors=["PHOTO"], facts=filing.FACTS_SEEN)
    answer = own[1]("casey").post(f"{at}/vet-2", {"finding": "nexus", "context": filing.CONTEXT, "more": "none"})
    assert answer.status_code == 403
    assert "may be lawful and protected" in answer.text
    assert filing.CONTEXT in answer.text


def test_traits_are_no_ground_and_descriptions_are_hidden_while_it_is_weighed(own: Own) -> None:
    at = report(own)
    page = own[1]("blake").get(at).text
    assert "Zilbermann" not in page
    assert "what people look like is no factor" in page
    sign(own, "blake", f"{at}/pass", note="")
    facts = "He is suspicious because he is Arab and took a picture of the bridge."
    answer = own[1]("blake").post(f"{at}/vet-1", {"behaviors": ["PHOTO"], "facts": facts})
    assert answer.status_code == 403
    assert "are no factor" in answer.text


def test_missing_information_is_asked_for_and_answered(own: Own) -> None:
    at = report(own)
    vetted(own, at, finding="need-info")
    page = own[1]("avery").get(at).text
    assert f'action="{at}/answer"' in page
    assert sign(own, "avery", f"{at}/answer", information="The plate belongs to a rented van of a closed firm.") == 303
    assert "for the second vetting" in own[1]("casey").get("/sar").text


def test_a_report_of_a_rally_is_told_before_and_held_after(own: Own) -> None:
    told = own[1]("avery").post("/sar/new", FORM | {"text": filing.RALLY})
    assert told.status_code == 200
    assert "This will be held for a privacy officer" in told.text
    at = report(own, text=filing.RALLY, gate="seen")
    assert "Its text is held for a privacy officer" in own[1]("avery").get(at).text
    assert own[1]("blake").get(at).status_code == 404
    assert "banner of her party" in own[1]("pat").get(at).text
    assert sign(own, "pat", f"{at}/clear", rationale="The banner hid tools found at the breach.") == 303
    assert own[1]("blake").get(at).status_code == 200


def test_what_was_typed_is_kept_when_something_is_wrong(own: Own) -> None:
    answer = own[1]("avery").post("/sar/new", FORM | {"observed_at": "yesterday"})
    assert answer.status_code == 400
    assert "pumping station" in answer.text
    assert "Zilbermann" in answer.text
    more = own[1]("avery").post("/sar/new", FORM | {"add": "vehicle"}).text
    assert 'name="p2.plate"' in more
    assert "Zilbermann" in more


def test_a_report_is_promoted_to_intelligence_on_its_page_alone(own: Own) -> None:
    at = report(own)
    page = own[1]("blake").get(at).text
    found = re.search(r'href="(/intelligence/new\?from=[0-9a-f-]+)"', page)
    assert found is not None
    form = own[1]("blake").get(found[1]).text
    assert "Promotion from another holding" in form
    assert "measured the fence" not in form


@pytest.mark.parametrize("account", ["morgan", "quinn"])
def test_who_has_nothing_to_do_with_reports_sees_none(own: Own, account: str) -> None:
    assert own[1](account).get("/sar").status_code == 403
    assert own[1](account).get("/sar/new").status_code == 403


def test_the_signing_page_bears_the_marking_of_what_is_signed_and_repeats_nothing_after_a_wrong_password(
    own: Own,
) -> None:
    at = report(own)
    sign(own, "blake", f"{at}/pass", note="")
    with own[0].store.dialect.engine.begin() as connection:
        connection.execute(tables.session.update().values(confirmed_at=0))
    blake = replace(own[1]("blake"), signs=False)
    typed = {"behaviors": ["SURVL"], "facts": filing.FACTS_SEEN}
    page = blake.post(f"{at}/vet-1", typed)
    assert page.status_code == 403
    assert "RESTRICTED" in page.text.partition("<main")[0]
    assert f">{filing.FACTS_SEEN}<" in page.text
    wrong = blake.post(f"{at}/vet-1", typed | {"signing": "yes", "signing.password": "a wrong guess entirely"})
    assert "That was not accepted" in wrong.text
    assert f">{filing.FACTS_SEEN}<" not in wrong.text
    assert f'value="{filing.FACTS_SEEN}"' in wrong.text
    assert sign(own, "blake", f"{at}/vet-1", **typed) == 303
