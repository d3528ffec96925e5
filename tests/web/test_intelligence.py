"""Submissions through their pages: typed, kept on errors, decided by a second person, and offered only to whom it is allowed."""

import re
from collections.abc import Iterator
from uuid import UUID

import filing
import pytest
import regions
from filed_center import Browsers, opened
from filing import AUTHOR, OFFICER

from tessera.flow.center import Center
from tessera.model.record import SearchQuery
from tessera.store import intelligence_views, notices, records
from tessera.trust.intelligence import latest_review

Own = tuple[Center, Browsers]
SUBJECT = {
    "s1.kind": "person",
    "s1.full_name": filing.SUBJECT,
    "s1.birth_date": "1980-02-03",
    "s1.offence": "vehicle-theft-ring",
    "s1.facts": filing.FACTS,
    "s1.relevance": filing.RELEVANCE,
    "s1.o1.kind": "person",
    "s1.o1.full_name": filing.OTHER,
}
FORM = SUBJECT | {
    "source": filing.INTEL,
    "sensitivity": "sensitive",
    "reliability": "usually reliable",
    "validity": "probable",
    "nature": "trained interviewer or investigator",
    "control_official": "Lieutenant, intelligence desk",
    "method": "observation from a public place",
    "authority": "Test Code 9",
    "supporting": "File 2026-114",
    "attested": "yes",
}
WHERE = re.compile(r"/intelligence/([0-9a-f-]{36})")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    with opened(tmp_path_factory.mktemp("intelligence") / "center") as made:
        yield made


def submit(own: Own, **changes: str) -> str:
    """Submit as the author; return the address of the submission."""
    answer = own[1]("avery").post("/intelligence/new", FORM | changes)
    assert answer.status_code == 303, re.findall(r'usa-alert__text">([^<]+)', answer.text)
    return str(answer.headers["location"]).split("?", 1)[0]


def latest(own: Own) -> str:
    with own[0].store.reading(AUTHOR) as tx:
        intelligence_views.page(tx)
        return latest_review(tx.today)


def test_a_submission_goes_from_the_form_to_a_second_person_and_is_read(own: Own) -> None:
    at = submit(own)
    page = own[1]("avery").get(at).text
    assert filing.SUBJECT in page
    assert "Who submitted it does not review it" in page
    assert "/approve" not in page
    review = own[1]("blake").get("/intelligence").text
    assert at in review
    assert "28CFR23" in review  # the list bears the marking of what stands on it
    assert f'action="{at}/approve"' in own[1]("blake").get(at).text
    answer = own[1]("blake").post(f"{at}/approve", {"until": latest(own)})
    assert answer.status_code == 303
    assert "active" in own[1]("blake").get(at).text


def test_what_was_typed_is_kept_when_something_is_wrong(own: Own) -> None:
    answer = own[1]("avery").post("/intelligence/new", FORM | {"s1.birth_date": "3 February", "attested": "yes"})
    assert answer.status_code == 400
    assert "Birth date" in answer.text
    for value in (filing.SUBJECT, filing.FACTS, filing.OTHER, "File 2026-114", "Lieutenant, intelligence desk"):
        assert value in answer.text, value
    for choice in ("usually reliable", "probable", "vehicle-theft-ring"):
        assert re.search(rf'value="{choice}" selected', answer.text), choice


def test_subjects_and_those_who_identify_them_are_added_and_taken_out_without_a_program(own: Own) -> None:
    browser = own[1]("avery")
    more = browser.post("/intelligence/new", FORM | {"add": "vehicle"}).text
    assert 'name="s2.plate"' in more
    assert filing.FACTS in more
    more = browser.post("/intelligence/new", FORM | {"add": "1:organization"}).text
    assert 'name="s1.o2.name"' in more
    less = browser.post("/intelligence/new", FORM | {"drop": "1:1"}).text
    assert filing.OTHER not in less
    assert filing.SUBJECT in less
    none = browser.post("/intelligence/new", FORM | {"drop": "1"}).text
    assert filing.SUBJECT not in none
    assert 'name="s1.full_name"' in none


def test_the_page_says_in_sentences_why_a_draft_cannot_be_approved_yet(own: Own) -> None:
    at = submit(own, **{"s1.offence": "", "s1.facts": "Too short", "control_official": ""})
    page = own[1]("blake").get(at).text
    for sentence in (
        "Subject 1: It names no offence.",
        "Subject 1: The facts are not stated so that another person could examine them.",
        "Its labels are not complete.",
    ):
        assert sentence in page
    assert f'action="{at}/approve"' not in page
    refused = own[1]("blake").post(f"{at}/approve", {"until": latest(own)})
    assert refused.status_code == 403
    assert "names no offence" in refused.text


def test_who_is_named_only_to_identify_is_shown_with_the_disclaimer_on_page_and_text(own: Own) -> None:
    at = submit(own)
    own[1]("blake").post(f"{at}/approve", {"until": latest(own)})
    page = own[1]("blake").get(at).text
    assert filing.OTHER in page
    assert "has no criminal connotation" in page
    text = own[1]("blake").get(f"{at}/text").text
    before, after = text.split("Naming them has no criminal connotation", 1)
    assert filing.OTHER not in before
    assert filing.OTHER in after
    for label in (
        "Sensitivity level: sensitive", "Source reliability: usually reliable", "Content validity: probable",
        "Submitting agency: fusion-unit", "Control official: Lieutenant, intelligence desk",
    ):  # fmt: skip
        assert label in text
    assert "need to know: case 7; export" in text
    assert filing.OTHER not in own[1]("blake").get(f"/search?q={filing.OTHER.replace(' ', '+')}").text.replace(
        f'value="{filing.OTHER}"', ""
    )


def test_the_gate_tells_the_author_why_before_anything_is_entered_and_then_holds(own: Own) -> None:
    rally = {"s1.facts": filing.RALLY, "s1.relevance": filing.SPEECHES}
    asked = own[1]("avery").post("/intelligence/new", FORM | rally)
    assert asked.status_code == 200
    assert "This will be held for a privacy officer" in asked.text
    assert "rule lawful-protest" in asked.text
    assert filing.SUBJECT in asked.text
    at = submit(own, gate="seen", **rally)
    page = own[1]("avery").get(at).text
    assert "Its text is held for a privacy officer" in page
    assert "banner of her party" not in page
    shown = own[1]("pat").get(at).text
    assert "banner of her party" in shown
    assert f'action="{at}/clear"' in shown
    assert own[1]("blake").get(at).status_code == 404
    assert own[1]("pat").post(f"{at}/clear", {"rationale": "The rally hid the sale of stolen vans."}).status_code == 303
    assert f'action="{at}/approve"' in own[1]("blake").get(at).text


def test_deeds_are_offered_only_to_whom_they_are_allowed(own: Own) -> None:
    at = submit(own)
    deeds = {
        "avery": {"correct", "rewrite", "withdraw"},
        "blake": {"approve", "send-back", "correct"},
        "pat": {"hold"},
    }
    for account, offered in deeds.items():
        page = own[1](account).get(at).text
        found = set(re.findall(rf'(?:action|href)="{at}/([a-z-]+)"', page)) - {"text"}
        assert found == offered, account
    for account in ("sam", "morgan", "quinn", "harper"):
        assert own[1](account).get(at).status_code in {403, 404}, account
        assert own[1](account).post(f"{at}/approve", {"until": "2030-01-01"}).status_code in {403, 404}


def test_a_draft_is_sent_back_written_anew_and_withdrawn(own: Own) -> None:
    at = submit(own)
    assert own[1]("blake").post(f"{at}/send-back", {"reason": "Say on which dates."}).status_code == 303
    assert "Say on which dates." in own[1]("avery").get(at).text
    form = own[1]("avery").get(f"{at}/rewrite").text
    for value in (filing.SUBJECT, filing.FACTS, filing.OTHER):
        assert value in form
    anew = own[1]("avery").post(f"{at}/rewrite", FORM | {"s1.facts": f"{filing.FACTS} On 2, 9, 16 and 23 May."})
    assert anew.status_code == 303
    assert "16 and 23 May" in own[1]("blake").get(at).text
    assert own[1]("avery").post(f"{at}/withdraw", {"reason": "It does not hold."}).status_code == 303
    gone = own[1]("avery").get(at).text
    assert "Its content is erased" in gone
    assert filing.SUBJECT not in gone
    assert "does not hold" not in gone


def test_a_correction_reaches_who_was_shown_it_and_the_page_keeps_its_day(own: Own) -> None:
    at = submit(own)
    until = latest(own)
    own[1]("blake").post(f"{at}/approve", {"until": until})
    own[1]("casey").get(at)
    record = re.search(r'name="record" value="([0-9a-f-]+)"', own[1]("avery").get(at).text)
    assert record is not None
    fields = {"record": record[1], "birth_date": "1981-02-03", "reason": "The year was wrong."}
    assert own[1]("avery").post(f"{at}/correct", fields).status_code == 303
    page = own[1]("avery").get(at).text
    assert "1981-02-03" in page
    assert until in page
    with own[0].store.reading(filing.THIRD) as tx:
        assert notices.count_open(tx) >= 1


def test_it_is_validated_held_and_released_through_its_page(own: Own) -> None:
    at = submit(own)
    own[1]("blake").post(f"{at}/approve", {"until": latest(own)})
    fields = {
        "until": latest(own),
        "explanation": "The ring is active.",
        "basis": "Two further sales in July and August.",
    }
    short = own[1]("casey").post(f"{at}/validate", fields | {"basis": "Still."})
    assert short.status_code == 403
    assert "The ring is active." in short.text
    assert own[1]("casey").post(f"{at}/validate", fields).status_code == 303
    assert own[1]("pat").post(f"{at}/hold", {"reference": "order 1", "reason": "Discovery."}).status_code == 303
    assert "sealed for everybody" in own[1]("avery").get(at).text
    assert filing.SUBJECT not in own[1]("avery").get(at).text
    assert own[1]("pat").post(f"{at}/release", {"reason": "It is over."}).status_code == 303
    assert filing.SUBJECT in own[1]("avery").get(at).text


def test_a_tip_is_promoted_by_a_signed_act_and_stays_where_it_is(own: Own) -> None:
    center, browsers = own
    regions.deliver(
        center,
        regions.rows("T-1,2026-03-01 10:00,Tip,Vans change plates behind the mill,39.1,-75.5,,,"),
        source=filing.TIPS,
    )
    with center.store.reading(AUTHOR) as tx:
        (tip,) = records.search(tx, SearchQuery(text="plates")).hits
    link = f"/intelligence/new?from={tip.uid}"
    assert link.replace("&", "&amp;") in browsers("avery").get(f"/records/{tip.uid}").text
    form = browsers("avery").get(link).text
    assert "Promotion from another holding" in form
    assert "behind the mill" not in form
    fields = FORM | {"from": str(tip.uid), "why": "It led to the buys."}
    unsigned = browsers("avery").post("/intelligence/new", fields)
    assert unsigned.status_code == 400
    assert "promotion is signed" in unsigned.text
    assert "It led to the buys." in unsigned.text
    answer = browsers("avery").post("/intelligence/new", fields | {"signed": "yes"})
    found = WHERE.search(answer.headers["location"])
    assert found is not None
    page = browsers("avery").get(found[0]).text
    assert "of the holding leads by avery" in page
    with center.store.reading(AUTHOR) as tx:
        assert records.get(tx, tip.uid).holding == "leads"


def test_a_record_that_may_not_be_read_cannot_be_promoted(own: Own) -> None:
    assert own[1]("avery").get(f"/intelligence/new?from={UUID(int=7)}").status_code == 404


def test_a_privacy_officer_who_states_no_need_reads_nothing(own: Own) -> None:
    at = submit(own)
    with own[0].store.reading(OFFICER) as tx:
        assert intelligence_views.get(tx, UUID(at.rsplit("/", 1)[1])).parts
    no_need = type(OFFICER)(actor=OFFICER.actor, purpose=OFFICER.purpose)
    with own[0].store.reading(no_need) as tx:
        assert not intelligence_views.get(tx, UUID(at.rsplit("/", 1)[1])).parts
