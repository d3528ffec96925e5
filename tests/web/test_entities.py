"""One real thing on its page: made of what the reader may see, explained, parted and joined by hand."""

import re

import pytest
import regions
from browsing import timeless
from town import Town

from tessera.ids import new_id


def elena(town: Town, source: str = "police-feed") -> str:
    return town.uid(regions.ANALYST, source, "1984")


def test_values_of_two_agencies_stand_together_with_who_says_so(town: Town) -> None:
    uid = elena(town)
    page = town.browser("analyst").get(f"/entities/{uid}").text
    assert "2 records from 2 sources" in page
    assert "Vandermeer" in page
    assert 'class="t-letter">B<' in page
    assert "open-feed" in page
    assert "police-feed" in page


def test_why_the_records_are_one_is_drawn_and_written(town: Town) -> None:
    page = town.browser("analyst").get(f"/entities/{elena(town)}").text
    assert "Why these are one" in page
    assert 't-edge t-edge--model"' in page
    for said in ("same surname", "same birth date", "same telephone number", "Any two records of this kind", "Sum"):
        assert said in page
    assert page.count('class="t-bar--for"') >= 3
    assert re.search(r"chance of one real thing: [\d.o]", page)


def test_who_comes_near_stands_below_with_the_reason(town: Town) -> None:
    page = town.browser("analyst").get(f"/entities/{elena(town)}").text
    near = page.partition("Why not these")[2]
    other = town.uid(regions.ANALYST, "police-feed", "1971")
    assert f"/entities/{other}" in near
    assert "birth years more than ten years apart" in near


def test_a_hidden_record_joins_no_page_and_answers_like_none(town: Town) -> None:
    hidden = town.uid(regions.EPIDEMIOLOGIST, "health-feed", "Hidden")
    analyst = town.browser("analyst")
    page = analyst.get(f"/entities/{elena(town)}").text
    assert "Hidden" not in page
    assert "health-feed" not in page
    assert hidden not in page
    for path in ("", "/cluster"):
        answers = [analyst.get(f"/entities/{uid}{path}") for uid in (hidden, new_id())]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert timeless(answers[0]) == timeless(answers[1])
    own = town.browser("hospital").get(f"/entities/{hidden}").text
    assert "Vandermeer-Hidden" in own


def test_each_reader_sees_a_person_made_of_other_records(town: Town) -> None:
    seen = town.browser("hospital").get(f"/entities/{town.uid(regions.EPIDEMIOLOGIST, 'health-feed', 'Hidden')}").text
    assert "police-feed" not in seen
    assert "open-feed" in seen


def test_the_banner_joins_the_markings_of_all_that_is_shown(town: Town) -> None:
    analyst = town.browser("analyst")
    page = analyst.get(f"/entities/{elena(town, 'open-feed')}").text
    top = re.search(r'id="banner-top".*?</div>', page, re.DOTALL)
    assert top
    assert "SENSITIVE" in top[0]
    assert "TLP:AMBER" in top[0]


def test_a_record_leads_to_its_person_and_so_does_a_hit(town: Town) -> None:
    uid = elena(town)
    analyst = town.browser("analyst")
    assert re.search(rf'href="/entities/{uid}">2 records', analyst.get(f"/records/{uid}").text)
    assert f'href="/entities/{uid}"' in analyst.get("/search?q=Vandermeer").text


def test_what_was_not_yet_known_on_a_day_is_not_there(town: Town) -> None:
    analyst = town.browser("analyst")
    assert analyst.get(f"/entities/{elena(town)}?as_of=2020-01-01").status_code == 404
    page = analyst.get(f"/entities/{elena(town)}?as_of=2099-01-01").text
    assert "What was known on 2099-01-01" in page
    assert "Merge or split" not in page


def test_records_are_split_kept_apart_and_joined_again_by_undoing(town: Town) -> None:
    police, public = elena(town), elena(town, "open-feed")
    analyst = town.browser("analyst")
    page = f"/entities/{police}/cluster"
    done = analyst.post(f"/entities/{police}/split", {"record": public, "reason": "another Elena"}, page=page)
    assert done.headers["location"] == f"{page}?said=split"
    dossier = analyst.get(f"/entities/{police}").text
    assert "1 record from 1 source" in dossier
    assert "another Elena" in dossier
    undo = re.search(r'action="(/judgements/[0-9a-f-]+/undo)"', analyst.get(page).text)
    assert undo
    taken = analyst.post(undo[1], {"reason": "it is her after all", "next": page}, page=page)
    assert taken.headers["location"] == f"{page}?said=judgement-undone"
    assert "2 records from 2 sources" in analyst.get(f"/entities/{police}").text
    told = analyst.get(page).text
    assert "it is her after all" in told
    assert "taken back" in told


def test_records_are_merged_by_tick_or_by_identifier(town: Town) -> None:
    uid, other = elena(town), town.uid(regions.ANALYST, "open-feed", "Quillwort")
    analyst = town.browser("analyst")
    page = f"/entities/{uid}/cluster"
    done = analyst.post(f"/entities/{uid}/merge", {"named": other, "reason": "an alias"}, page=page)
    assert done.headers["location"] == f"{page}?said=merged"
    dossier = analyst.get(f"/entities/{uid}").text
    assert "3 records" in dossier
    assert "Quillwort" in dossier
    assert "t-edge--same" in dossier


def test_a_merge_with_what_is_hidden_answers_like_one_with_nothing(town: Town) -> None:
    uid = elena(town)
    hidden = town.uid(regions.EPIDEMIOLOGIST, "health-feed", "Hidden")
    analyst = town.browser("analyst")
    answers = [
        analyst.post(f"/entities/{uid}/merge", {"named": str(named), "reason": "x"}, page=f"/entities/{uid}/cluster")
        for named in (hidden, new_id())
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert timeless(answers[0]) == timeless(answers[1])


@pytest.mark.parametrize(
    ("deed", "fields", "said"),
    [
        ("split", {"reason": "x"}, "no record is ticked"),
        ("split", {"record": "ALL", "reason": "x"}, "all records are ticked"),
        ("split", {"record": "OTHER", "reason": " "}, "reason"),
        ("merge", {"named": "nonsense", "reason": "x"}, "no identifier"),
    ],
)
def test_what_is_wrong_with_a_form_is_said_on_its_page(
    deed: str, fields: dict[str, str], said: str, town: Town
) -> None:
    uid, other = elena(town), elena(town, "open-feed")
    given: dict[str, object] = {"ALL": [uid, other], "OTHER": other}
    sent = {name: given.get(value, value) for name, value in fields.items()}
    answer = town.browser("analyst").post(f"/entities/{uid}/{deed}", sent, page=f"/entities/{uid}/cluster")
    assert answer.status_code == 400
    assert said in answer.text.lower()
    assert "Merge or split" in answer.text


def test_who_may_not_judge_reads_but_changes_nothing(town: Town) -> None:
    uid = elena(town, "open-feed")
    partner = town.browser("partner")
    page = partner.get(f"/entities/{uid}").text
    assert "Vandermeer" in page
    assert "Merge or split" not in page
    assert partner.get(f"/entities/{uid}/cluster").status_code == 403
    assert partner.post(f"/entities/{uid}/merge", {"named": uid, "reason": "x"}).status_code == 403
    assert town.browser("auditor").get(f"/entities/{uid}").status_code == 403
