"""The pages of agencies, agreements, holdings and flags: seen by those who may, changed by those who keep them."""

from collections.abc import Callable, Iterator

import pytest
import regions
from browsing import PRIVACY, READERS, Browser
from starlette.testclient import TestClient

from tessera.flow.center import OPERATOR, Center
from tessera.store import agreements, flags
from tessera.store.accounts import Account, create
from tessera.web.app import build_app
from tessera.web.pages.flags import pieces

Browsers = Callable[[str], Browser]
RALLY = "Peaceful rally at the quarry. The names of the organizers were taken down."
ROWS = regions.rows(
    f"F-1,2026-03-01 10:00,Information,{RALLY},39.17,-75.54,,,",
    "F-2,2026-03-01 11:00,Information,Members of the tenants union met at the library.,39.17,-75.54,,,",
    "F-3,2026-03-01 12:00,Burglary,Rear window forced at the boathouse,39.17,-75.54,,,",
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Center]:
    """A center of this file's own, whose agreements and flags change."""
    center = regions.new_center(tmp_path_factory.mktemp("own") / "center")
    with center.store.writing(OPERATOR) as tx:
        for access in READERS.values():
            who = access.actor
            account = Account(
                name=who.account, label=who.account.title(), agency=who.agency, agency_label="",
                roles=tuple(who.roles), groups=tuple(who.groups), trained_until=who.trained_until, disabled=False,
            )  # fmt: skip
            create(tx, account, regions.PASSWORD)
    regions.deliver(center, ROWS, source="open-feed")
    yield center
    center.store.dialect.engine.dispose()


@pytest.fixture(scope="module")
def reader(own: Center) -> Browsers:
    """Browsers that are signed in to it."""
    app = build_app(own, None)
    known: dict[str, Browser] = {}

    def signed_in(name: str) -> Browser:
        if name not in known:
            known[name] = Browser(TestClient(app, base_url="http://center.example", raise_server_exceptions=False))
            access = READERS[name]
            assert known[name].sign_in(access.actor.account, access.purpose.value).status_code == 303
        return known[name]

    return signed_in


@pytest.mark.parametrize("path", ["/agencies", "/agreements", "/holdings"])
@pytest.mark.parametrize("who", ["analyst", "partner", "auditor", "privacy", "steward"])
def test_partners_are_seen_by_all_who_may_see_sources(path: str, who: str, reader: Browsers) -> None:
    assert reader(who).get(path).status_code == 200


@pytest.mark.parametrize("path", ["/agencies/nobody", "/agreements/nothing", "/holdings/none"])
def test_what_is_not_there_is_not_found(path: str, reader: Browsers) -> None:
    assert reader("privacy").get(path).status_code == 404


@pytest.mark.parametrize("path", ["/agencies/sheriff", "/agreements/agreement-sheriff", "/holdings/incidents"])
def test_only_those_who_keep_agreements_are_offered_changes(path: str, reader: Browsers) -> None:
    seen, offered = reader("analyst").get(path), reader("privacy").get(path)
    assert seen.status_code == offered.status_code == 200
    assert f'action="{path}"' in offered.text
    assert f'action="{path}"' not in seen.text
    assert reader("analyst").post(path, {"reason": "x", "deed": "end"}).status_code == 403


def test_an_agency_is_entered_and_corrected_with_a_reason(reader: Browsers) -> None:
    keeper = reader("privacy")
    fields = {"name": "harbor-patrol", "label": "Harbor Patrol", "kind": "local", "jurisdiction": "Port", "contact": ""}
    assert keeper.post("/agencies", fields).headers["location"] == "/agencies/harbor-patrol?said=agency-added"
    assert "exists" in keeper.post("/agencies", fields).text
    page = "/agencies/harbor-patrol"
    assert "no agreement in force" in keeper.get(page).text
    assert "reason" in keeper.post(page, fields | {"label": "Port Patrol", "reason": " "}).text
    assert keeper.post(page, fields | {"label": "Port Patrol", "reason": "It was renamed."}).status_code == 303
    assert "Port Patrol" in keeper.get("/agencies").text


def test_an_agreement_is_entered_suspended_resumed_renewed_and_ended(reader: Browsers, own: Center) -> None:
    keeper = reader("privacy")
    fields = {
        "name": "paper-2", "agency": "sheriff", "redissemination": "ask", "signed": "2026-01-01", "expires": "2098-01-01",
        "purposes": ["oversight"], "reason": "A second paper.",
    }  # fmt: skip
    assert "purpose" in keeper.post("/agreements", fields | {"purposes": []}).text
    assert keeper.post("/agreements", fields).status_code == 303
    page = "/agreements/paper-2"
    for deed, said in (
        ("suspend", "was suspended"),
        ("resume", "in force"),
        ("renew", "2099-01-01"),
        ("end", "was ended"),
    ):
        given = {"deed": deed, "reason": f"Because of {deed}.", "expires": "2099-01-01"}
        assert keeper.post(page, given).status_code == 303, deed
        assert said in keeper.get(page).text
    assert "ended" in keeper.post(page, {"deed": "renew", "reason": "Too late.", "expires": "2099-02-01"}).text
    assert "Choose" in keeper.post("/agreements/agreement-hospital", {"deed": "", "reason": "x"}).text
    with own.store.reading(PRIVACY) as tx:
        assert len(agreements.history(tx, "paper-2")) == 5


def test_a_lapse_is_said_where_its_readers_look(reader: Browsers, own: Center) -> None:
    keeper = reader("privacy")
    page = "/agreements/agreement-sheriff"
    assert keeper.post(page, {"deed": "suspend", "reason": "A dispute."}).status_code == 303
    for path in ("/", "/sources", "/search", "/sources/police-feed"):
        assert "agreement-sheriff" in reader("analyst").get(path).text, path
    assert "2 sources wait" in reader("analyst").get("/").text
    assert "expires soon" not in reader("analyst").get("/").text
    assert keeper.post(page, {"deed": "resume", "reason": "It is settled."}).status_code == 303
    assert "sources wait" not in reader("analyst").get("/").text
    with own.store.reading(PRIVACY) as tx:
        assert not agreements.lapsed(tx)


def test_a_holding_needs_an_authority_and_says_whether_it_is_examined(reader: Browsers) -> None:
    keeper = reader("privacy")
    fields = {
        "name": "tips", "label": "Tips", "authority": "", "retention_days": "365", "purposes": ["oversight"],
        "unexamined_because": "",
    }  # fmt: skip
    assert "authority" in keeper.post("/holdings", fields).text
    assert keeper.post("/holdings", fields | {"authority": "Invented Code 9"}).status_code == 303
    changed = fields | {"authority": "Invented Code 9(b)", "reason": "It was amended."}
    assert keeper.post("/holdings/tips", changed).status_code == 303
    page = keeper.get("/holdings/tips").text
    assert "Invented Code 9(b)" in page
    assert "every narrative is examined" in page


def test_flags_are_for_privacy_officers(reader: Browsers) -> None:
    for who in ("analyst", "steward", "auditor", "partner", "administrator"):
        answer = reader(who).get("/flags")
        assert answer.status_code == 403
        assert "rally" not in answer.text


def test_a_privacy_officer_reads_the_marked_words_the_rules_and_decides(reader: Browsers, own: Center) -> None:
    keeper = reader("privacy")
    page = keeper.get("/flags").text
    assert "<mark" in page
    assert "organizers" in page
    assert "rule was wrong" in page
    with own.store.reading(PRIVACY) as tx:
        first, second = flags.page(tx)
    assert page.index(f"flag-{first.uid}") < page.index(f"flag-{second.uid}"), "the longest waiting comes first"
    wrong = keeper.post(f"/flags/{first.uid}/release", {"ground": "criminal-nexus", "reason": " "})
    assert (wrong.status_code, "A reason" in wrong.text or "a reason" in wrong.text) == (400, True)
    assert "ground" in keeper.post(f"/flags/{first.uid}/release", {"reason": "Why."}).text
    given = {"ground": "criminal-nexus", "reason": "It belongs to the arson at the quarry."}
    assert keeper.post(f"/flags/{first.uid}/release", given).status_code == 303
    assert keeper.post(f"/flags/{second.uid}/delete", {"reason": "No crime at all."}).status_code == 303
    assert "arson at the quarry" in keeper.get("/flags?state=released").text
    assert "No crime at all" in keeper.get("/flags?state=deleted").text
    assert "Nothing waits for you" in keeper.get("/flags").text


def test_a_text_is_tried_and_nothing_of_it_is_kept(reader: Browsers, own: Center) -> None:
    keeper = reader("privacy")
    assert "It would be held" in keeper.post("/flags/try", {"text": "He prayed at the mosque <b>daily</b>."}).text
    assert "<b>daily" not in keeper.post("/flags/try", {"text": "He prayed at the mosque <b>daily</b>."}).text
    assert "It would pass" in keeper.post("/flags/try", {"text": "A bicycle was stolen at the mosque."}).text
    with own.store.reading(PRIVACY) as tx:
        assert sum(flags.count(tx).values()) == 2


def test_pieces_of_a_text_add_up_to_it() -> None:
    cut = pieces("abcdefgh", ((4, 6, "two"), (1, 3, "one"), (2, 5, "across")))
    assert "".join(text for text, _ in cut) == "abcdefgh"
    assert [piece for piece in cut if piece[1]] == [("bc", "one"), ("ef", "two")]
