"""The review queue: a pair side by side, decided by buttons, taken back, never with what the reviewer may not see."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import regions
from browsing import timeless
from town import Town, field

from tessera.ids import new_id


def pair(town: Town) -> tuple[str, str]:
    """The two Elenas of different years, of whom the model is not sure."""
    return town.uid(regions.ANALYST, "police-feed", "1984"), town.uid(regions.ANALYST, "police-feed", "1971")


def decide(town: Town, verdict: str, reader: str = "analyst", **more: str) -> str:
    browser = town.browser(reader)
    page = browser.get("/review").text
    fields = {name: field(page, name) for name in ("left", "right", "seen", "then", "kind")}
    answer = browser.post("/judgements", fields | {"verdict": verdict} | more, page="/review")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_the_queue_shows_a_pair_with_its_differences_in_words(town: Town) -> None:
    page = town.browser("analyst").get("/review").text
    assert "Side by side" in page
    assert "1971-11-30" in page.replace("<mark>", "").replace("</mark>", "")
    assert ">differs<" in page
    assert ">equal<" in page
    assert "birth years more than ten years apart" in page
    assert 'data-key="s"' in page
    assert "Person (" in page


@pytest.mark.parametrize(
    ("verdict", "records"), [("same", "3 records"), ("different", "1 record"), ("unsure", "1 rec")]
)
def test_a_decision_counts_at_once_and_the_pair_waits_no_more(verdict: str, records: str, town: Town) -> None:
    assert decide(town, verdict, reason="seen the files") == "/review?said=judged"
    assert records in town.browser("analyst").get(f"/entities/{pair(town)[1]}").text
    page = town.browser("analyst").get("/review").text
    mine = page.partition("Your last decisions")[2]
    assert f"t-verdict--{verdict}" in mine
    assert "seen the files" in mine


def test_a_decision_is_taken_back_from_the_queue_and_the_pair_waits_again(town: Town) -> None:
    decide(town, "different")
    analyst = town.browser("analyst")
    before = analyst.get("/review").text
    assert 'name="verdict"' not in before
    undo = re.search(r'action="(/judgements/[0-9a-f-]+/undo)"', before)
    assert undo
    assert analyst.post(undo[1], {"reason": "too quick", "next": "/review"}, page="/review").status_code == 303
    assert 'name="verdict"' in analyst.get("/review").text


def test_nobody_is_overruled_unread(town: Town) -> None:
    left, right = pair(town)
    analyst, steward = town.browser("analyst"), town.browser("steward")
    address = f"/pairs/{left}/{right}"
    stale = field(analyst.get(address).text, "seen")
    given = {"left": left, "right": right, "verdict": "different", "reason": "two licenses", "then": "pair"}
    said = steward.post("/judgements", given | {"seen": stale}, page=address)
    assert said.headers["location"] == f"{address}?said=judged"
    refused = analyst.post("/judgements", given | {"seen": stale, "verdict": "same", "reason": "mine"}, page=address)
    assert refused.status_code == 409
    assert "two licenses" in refused.text
    assert 'value="mine"' in refused.text


def test_the_next_pair_and_the_end_of_the_queue(town: Town) -> None:
    analyst = town.browser("analyst")
    seen, address = [], "/review"
    while ahead := re.search(r'href="(/review\?after=([0-9a-f-]+))"', analyst.get(address).text):
        address = ahead[1]
        seen.append(ahead[2])
    assert seen
    assert len(seen) == len(set(seen))
    assert "These were the last" in analyst.get(address).text
    assert "Nothing waits for you" in analyst.get("/review?kind=vehicle").text
    assert analyst.get("/review?kind=nonsense").status_code == 400


def test_a_hidden_end_hides_the_pair(town: Town) -> None:
    hidden = town.uid(regions.EPIDEMIOLOGIST, "health-feed", "Hidden")
    left = pair(town)[0]
    analyst = town.browser("analyst")
    assert hidden not in analyst.get("/review").text
    for address in ("/pairs/{}/" + left, f"/pairs/{left}/" + "{}"):
        answers = [analyst.get(address.format(uid)) for uid in (hidden, new_id())]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert timeless(answers[0]) == timeless(answers[1])
    given = {"left": left, "verdict": "same", "seen": "", "then": "pair"}
    told = [analyst.post("/judgements", given | {"right": str(uid)}, page="/review") for uid in (hidden, new_id())]
    assert [answer.status_code for answer in told] == [404, 404]
    assert timeless(told[0]) == timeless(told[1])


def test_a_nonsensical_decision_is_refused(town: Town) -> None:
    left, right = pair(town)
    analyst = town.browser("analyst")
    given = {"left": left, "right": right, "seen": "", "then": "pair"}
    for wrong in ({"verdict": "perhaps"}, {"verdict": "undone"}, {"verdict": "same", "right": left}):
        assert analyst.post("/judgements", given | wrong, page="/review").status_code == 400
    assert analyst.post("/judgements", given | {"verdict": "same", "right": "x"}, page="/review").status_code == 400
    assert analyst.get(f"/pairs/{left}/x").status_code == 404


def test_who_may_not_judge_sees_the_pair_without_the_buttons(town: Town) -> None:
    first, second = (town.uid(regions.ANALYST, "open-feed", word) for word in ("1984", "Quillwort"))
    partner = town.browser("partner")
    assert partner.get("/review").status_code == 403
    page = partner.get(f"/pairs/{first}/{second}")
    assert page.status_code == 200
    assert 'name="verdict"' not in page.text
    assert partner.post("/judgements", {"left": first, "right": second, "verdict": "same"}).status_code == 403


def test_how_far_reviewers_agree_is_told(town: Town) -> None:
    page = town.browser("analyst").get("/review").text
    left, right = field(page, "left"), field(page, "right")
    decide(town, "different")
    steward = town.browser("steward")
    address = f"/pairs/{left}/{right}"
    given = {"left": left, "right": right, "verdict": "different", "then": "pair"}
    seen = field(steward.get(address).text, "seen")
    assert steward.post("/judgements", given | {"seen": seen}, page=address).status_code == 303
    told = town.browser("analyst").get("/review").text.partition("Do reviewers agree?")[2]
    assert "1, of which all agreed on 1 (100" in told


@pytest.fixture
def careful(quiet_town: Town, tmp_path: Path) -> Iterator[Town]:
    """A town in which a judgement counts once two people have said the same."""
    made = quiet_town.copied(tmp_path)
    made.center.store.reviewers = 2
    yield made
    made.close()


def said_of(town: Town, reader: str, verdict: str) -> str:
    """Say something of the two Elenas on the page of the pair; give where it leads."""
    left, right = pair(town)
    browser = town.browser(reader)
    page = browser.get(f"/pairs/{left}/{right}").text
    fields = {name: field(page, name) for name in ("left", "right", "seen", "then")}
    answer = browser.post("/judgements", fields | {"verdict": verdict}, page=f"/pairs/{left}/{right}")
    return str(answer.headers.get("location", answer.status_code))


def test_where_two_must_agree_the_first_decision_waits_for_the_second(careful: Town) -> None:
    assert said_of(careful, "analyst", "same").endswith("said=judged-once")
    page = careful.browser("analyst").get(f"/pairs/{pair(careful)[0]}/{pair(careful)[1]}?said=judged-once").text
    assert "It counts once a second person has said the same." in page
    assert "does not count now" in page
    assert "2 records" in careful.browser("analyst").get(f"/entities/{pair(careful)[0]}").text
    waiting = careful.browser("steward").get("/review").text
    assert 'name="verdict"' in waiting  # it still waits for whoever has not judged it
    assert said_of(careful, "steward", "same").endswith("said=judged")
    assert "3 records" in careful.browser("analyst").get(f"/entities/{pair(careful)[0]}").text


def test_where_two_must_agree_and_do_not_nothing_counts(careful: Town) -> None:
    said_of(careful, "analyst", "same")
    assert said_of(careful, "steward", "different").endswith("said=judged-once")
    assert "2 records" in careful.browser("analyst").get(f"/entities/{pair(careful)[0]}").text
    told = careful.browser("analyst").get("/review").text.partition("Do reviewers agree?")[2]
    assert "1, of which all agreed on 0" in told


def test_two_people_who_decide_at_the_same_moment_are_both_answered_and_neither_is_lost(town: Town) -> None:
    left, right = pair(town)
    address = f"/pairs/{left}/{right}"
    browsers = {reader: town.browser(reader) for reader in ("analyst", "steward")}
    pages = {reader: browser.get(address).text for reader, browser in browsers.items()}
    verdicts = {"analyst": "same", "steward": "different"}

    def decide_at_once(reader: str) -> int:
        fields = {name: field(pages[reader], name) for name in ("csrf", "left", "right", "seen", "then")}
        sent = browsers[reader].client.post(
            "/judgements", data=fields | {"verdict": verdicts[reader]}, follow_redirects=False
        )
        return int(sent.status_code)

    with ThreadPoolExecutor(2) as pool:
        codes = dict(zip(verdicts, pool.map(decide_at_once, verdicts), strict=True))
    assert sorted(codes.values()) == [303, 409]
    (late,) = [reader for reader, code in codes.items() if code == 409]
    (first,) = [reader for reader, code in codes.items() if code == 303]
    page = browsers[late].get(address).text
    assert f"t-verdict--{verdicts[first]}" in page
    assert f"t-verdict--{verdicts[late]}" not in page
    again = {name: field(page, name) for name in ("csrf", "left", "right", "seen", "then")}
    sent = browsers[late].client.post("/judgements", data=again | {"verdict": verdicts[late]}, follow_redirects=False)
    assert sent.status_code == 303  # now that it was read
