"""What an account may not know of changes nothing that it is answered, at any address of the application.

Every page and every route of the OpenAPI document is asked by low accounts, before and after records are planted that they may
not know of, and after a high account has read them. The answers must be equal, byte for byte. Then every address that takes
an identifier is asked for a planted record and for one that does not exist: these answers must be equal as well.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any, TypeAlias
from uuid import UUID

import filing
import pytest
import regions
from browsing import OPEN_ROWS, POLICE_ROWS, Browser, csrf_of
from starlette.testclient import TestClient

from tessera.api import build_router
from tessera.clock import system_clock
from tessera.flow import entering
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Access, Permission, Purpose, Role
from tessera.model.record import SearchQuery
from tessera.store import accounts, contents, deliveries, quarantine, records
from tessera.store.tokens import create_token
from tessera.web.app import build_app
from tessera.web.pages import ROUTES as PAGES

pytestmark = pytest.mark.timeout(1200)  # some thousands of questions, several times

WORD = "zyzzyva"
"""Occurs in planted records and nowhere else."""
PLANTED = regions.rows(
    f"S-1,2026-03-07 12:00,Overdose,Found in the reeds {WORD},39.171,-75.541,Elena Munoz,302-555-0143,34",
    f"S-2,2026-03-08 12:00,Burglary,Rear window forced {WORD},39.15,-75.52,Nora {WORD.title()},302-555-0199,52",
    f"S-3,2026-02-31 12:00,Overdose,{WORD},39.2,-75.57,,,",
)
PLANTED_TEXT = f"Nurse Elena Munoz wrote that {WORD} was given at 302-555-0143.\n\nShe left at nine.\n".encode()
OPEN_TEXT = b"A neighbor called 302-555-0188 about the noise at 12 Oak Ave.\n\nNobody was seen.\n"
UNKNOWN = UUID("01890000-0000-7000-8000-000000000000")
LOW = Access(actor=regions.actor("lou", "fusion-unit", Role.ANALYST), purpose=Purpose.SITUATIONAL_AWARENESS)
"""At the agency that owns the reports and submissions, and for a purpose that they do not serve."""
SIGNED_IN = {"partner": regions.DEPUTY, "analyst": LOW}
LOWS = (*SIGNED_IN, "stranger")
HIGH = regions.EPIDEMIOLOGIST
TEXTS = (
    "",
    WORD,
    f"{WORD[:4]}*",
    "elena munoz",
    "302-555-0143",
    '"found in the reeds"',
    f"burglary OR {WORD}",
    f"rear -{WORD}",
)
VALUES: dict[str, tuple[str, ...]] = {
    "q": TEXTS,
    "text": TEXTS,
    "kind": ("incident", "person"),
    "kinds": ("incident",),
    "source": ("health-feed", "open-feed", "no-feed"),
    "sources": ("health-feed",),
    "holding": ("health", "incidents"),
    "holdings": ("health",),
    "near": ("39.171,-75.541,1",),
    "box": ("-76,39,-75,40", "-75.5405,39.1705,-75.5395,39.1715"),
    "since": ("2026-03-07", "2026-03-07T00:00:00Z"),
    "until": ("2026-03-09", "2026-03-09T00:00:00Z"),
    "order": ("event-time",),
    "format": ("csv", "ndjson", "geojson"),
    "zoom": ("3", "12"),
    "as_of": ("2026-06-01", "2099-01-01"),
    "limit": ("1", "100"),
    "record": (str(UNKNOWN),),
    "delivery": (str(UNKNOWN),),
    "state": ("open",),
    "day": ("2026-03-07",),
}
ELSEWHERE = {
    "/healthz": "says whether the site is up",
    "/log/checkpoint": "says how long the log is, which everybody may know",
    "/log/tile/{path:path}": "gives hashes of the log, which everybody may have",
    "/setup": "is gone once there is an administrator",
    "/sign-in": "is asked before anybody is signed in",
    "/sign-in/sso/back": "is where an issuer sends a browser back to",
}
"""Pages that take no part in what the center holds."""
NEVER_KNOWN = {
    "accounts": "administrators alone know accounts, and an account is no content",
    "code-lists": "the agreed language, which is the same for all",
    "disclosures": "a disclosure is known by its number, to owners alone; their lists are walked",
    "factors": "a factor is known to its own account",
    "flags": "privacy officers alone know of flags",
    "holds": "privacy officers alone know of holds",
    "judgements": "a judgement is known from its two records, whose pages and lists are walked",
    "kinds": "the agreed language, which is the same for all",
    "notices": "a notice is known to whom it was sent",
    "policy": "everybody with a role may read the policy",
    "proof": "an entry's number is known to all, and its proof is hashes",
    "purges": "purges are known to those who decide about them",
    "recalls": "a recall is known to the owner who made it",
    "redress": "privacy officers alone know of requests for correction",
    "requests": "a request is known to who asked and who answers",
    "samples": "auditors alone know of samples",
    "sessions": "a session is known to its own account",
    "tile": "hashes of the log, which everybody may have",
    "tokens": "a token is known to its own account",
    "transparency": "a report is published for everybody, or not there",
}
"""Sorts of things of which a low account knows none, and none is planted: why that does not matter here."""
OWNERS_ARE_TOLD = ("/disclosures", "/given", "/api/v1/disclosures")
"""An owner is told who read what it gave; there, and nowhere else, may others' reading show."""
CHANGING = re.compile(
    r'(name="csrf" value=")[^"]+|(\btes_)[\w-]+|(?<=seconds">)[\d.]+|(id="[\w-]*)[0-9a-f]{32}|("took_ms": ?)[\d.]+'
    r"|(watermark[^<\n]{0,300})|(; export )[0-9a-f-]{36}"
)
Answers: TypeAlias = dict[str, tuple[int, str]]


@dataclass
class World:
    """A center, who asks it, and what was planted."""

    center: Center
    browsers: dict[str, Browser]
    tokens: dict[str, str]
    known: dict[str, dict[str, str]]
    document: dict[str, Any]
    planted: dict[str, str] = field(default_factory=dict)

    def walk(self, who: str) -> Answers:
        """Ask every page and every route that reads."""
        browser, known = self.browsers[who], self.known[who]
        bearer = {"Authorization": f"Bearer {self.tokens[who]}"} if who in self.tokens else {}
        found = {path: plain(browser.get(path)) for path in page_addresses(known)}
        return found | {
            path: plain(browser.client.get(path, headers=bearer)) for path in api_addresses(self.document, known)
        }


def plain(answer: Any) -> tuple[int, str]:  # noqa: ANN401 - the test client's answer
    text = answer.content.decode("utf-8", "replace")
    return answer.status_code, CHANGING.sub(lambda match: next((g for g in match.groups() if g), ""), text)


def page_addresses(known: dict[str, str]) -> Iterator[str]:
    """Each page that reads, with every identifier that its reader knows, and with questions."""
    for route in PAGES:
        if "GET" not in (route.methods or ()) or route.path in ELSEWHERE:
            continue
        for path in filled(route.path, known):
            yield path
            yield f"{path}?q={WORD}"
            if route.path in {"/search", "/map", "/map/data", "/export", "/search/facets"}:
                yield from (f"{path}?{name}={value}" for name, values in VALUES.items() for value in values)


def routes_of(document: dict[str, Any]) -> dict[str, Any]:
    """Give the routes by their whole address: the document names them as of its server."""
    return {f"{document['servers'][0]['url']}{path}": item for path, item in document["paths"].items()}


def api_addresses(document: dict[str, Any], known: dict[str, str]) -> Iterator[str]:
    """Each route that reads, alone and with each of its parameters."""
    for template, item in sorted(routes_of(document).items()):
        if "get" not in item:
            continue
        names = [p["name"] for p in item["get"].get("parameters", ()) if p["in"] == "query"]
        for path in filled(template, known):
            yield path
            for name in names:
                yield from (f"{path}?{name}={value}" for value in VALUES.get(name, ()))
            if {"kind", "q"} <= set(names):
                yield from (f"{path}?q={q}&kind={kind}" for q, kind in product(TEXTS[1:4], VALUES["kind"]))


def filled(template: str, known: dict[str, str]) -> list[str]:
    """Put identifiers in the place of an address's parameters: one that the reader knows, and one that is not there."""
    if "{" not in template:
        return [template]
    subject = subject_of(template)
    tries = [known[subject], str(UNKNOWN)] if subject in known else [str(UNKNOWN)]
    if "{index:int}" in template:
        tries = ["0", "1000000"]
    return [re.sub(r"{\w+(?::\w+)?}", tried, template) for tried in tries]


def subject_of(template: str) -> str:
    """Give the part of an address that says what its identifier is of."""
    before = [part for part in template.partition("{")[0].split("/") if part]
    return before[-1]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    now = system_clock()
    center = regions.new_center(tmp_path_factory.mktemp("leaks") / "center", clock=lambda: now)
    regions.add_accounts(center)
    with center.store.writing(OPERATOR) as tx:
        who = LOW.actor
        account = accounts.Account(
            name=who.account, label="Lou", agency=who.agency, agency_label="", roles=tuple(who.roles), groups=(),
            trained_until=who.trained_until, disabled=False,
        )  # fmt: skip
        accounts.create(tx, account, regions.PASSWORD)
    filing.register(center)
    regions.deliver(center, OPEN_ROWS, source="open-feed", filename="open.csv")
    regions.deliver(center, OPEN_TEXT, source="open-feed", filename="note.txt")
    regions.deliver(center, POLICE_ROWS, source="police-feed", filename="police.csv")
    app = build_app(center, None, api=build_router(center, None))
    browsers, tokens, known = {}, {}, {}
    for name, access in (SIGNED_IN | {"high": HIGH}).items():
        browsers[name] = Browser(TestClient(app, base_url="http://center.example", raise_server_exceptions=False))
        assert browsers[name].sign_in(access.actor.account, access.purpose.value).status_code == 303
        with center.store.writing(access) as tx:
            tokens[name] = create_token(tx, "walk", tuple(Permission), days=30, purpose=access.purpose)[1]
        known[name] = known_to(center, access)
    browsers["stranger"] = Browser(TestClient(app, base_url="http://center.example", raise_server_exceptions=False))
    known["stranger"] = known["partner"]
    document = browsers["high"].client.get("/api/v1/openapi.json").json()
    yield World(center=center, browsers=browsers, tokens=tokens, known=known, document=document)
    center.store.dialect.engine.dispose()


def known_to(center: Center, access: Access) -> dict[str, str]:
    """Identifiers that this reader knows, by the part of the address that they follow."""
    with center.store.reading(access) as tx:
        hits = records.search(tx, SearchQuery(kinds=("incident",))).hits
        arrived = deliveries.recent(tx)
        waiting = quarantine.page(tx)
        said = [str(one.uid) for one in arrived if contents.format_of(tx, one.uid)]
    found = {"records": [str(hit.uid) for hit in hits], "deliveries": [str(one.uid) for one in arrived]}
    found["contents"] = said
    found["quarantine"] = [str(row.uid) for row in waiting]
    found |= dict.fromkeys(("entities", "pairs"), found["records"])
    names = {
        "sources": "open-feed", "agencies": "sheriff", "agreements": "agreement-sheriff", "holdings": "incidents",
        "resolution": "incident",
    }  # fmt: skip
    return {name: uids[0] for name, uids in found.items() if uids} | names


@pytest.fixture(scope="module")
def walked(world: World) -> dict[str, tuple[Answers, Answers, Answers]]:
    """Answers to each low account: before, after records were planted, and after the high account had read them.

    The partner is asked last before and first after, so that nobody reads in between what its agency gave: an owner is told
    who was shown its records, and by rights.
    """
    for who in LOWS:
        world.walk(who)  # what a first look itself leaves behind is there from now on
    before = {who: world.walk(who) for who in ("analyst", "stranger", "partner")}
    regions.deliver(world.center, PLANTED, source="health-feed", filename=f"{WORD}.csv")
    regions.deliver(world.center, PLANTED_TEXT, source="health-feed", filename=f"{WORD}.txt")
    filed = filing.submitted(world.center, filing.subject(facts=f"Sold {WORD} titles on four dates to two buyers."))
    seen = filing.observation()
    words = {
        **seen.values,
        "text": f"A {WORD} man measured the fence of the pumping station and photographed its cameras.",
    }
    told = entering.receive(world.center, filing.AUTHOR, replace(seen, values=words))
    after = {who: world.walk(who) for who in ("partner", "stranger", "analyst")}
    world.planted = known_to(world.center, HIGH) | {"intelligence": str(filed), "sar": str(told)}
    high = world.walk("high")
    assert WORD in " ".join(text for _, text in high.values()), "the high account must see what was planted"
    read = {who: world.walk(who) for who in LOWS}
    return {who: (before[who], after[who], read[who]) for who in LOWS}


def test_every_page_and_route_that_reads_was_walked(
    world: World, walked: dict[str, tuple[Answers, Answers, Answers]]
) -> None:
    asked = {path.partition("?")[0] for _, _, answers in walked.values() for path in answers}
    templates = [route.path for route in PAGES if "GET" in (route.methods or ()) and route.path not in ELSEWHERE]
    templates += [template for template, item in routes_of(world.document).items() if "get" in item]
    for template in templates:
        shape = re.compile(re.sub(r"{\w+:path}", ".+", re.sub(r"{\w+(?::int)?}", "[^/]+", template)))
        assert any(shape.fullmatch(path) for path in asked), f"nobody asks {template}"
    answered = walked["analyst"][2]
    for template in routes_of(world.document):
        assert template not in answered or answered[template][0] != 404, f"{template} is at another address"


@pytest.mark.usefixtures("walked")
def test_every_address_that_names_one_thing_is_asked_for_one_that_is_there(world: World) -> None:
    """A new sort of thing needs one that low accounts know, or one that they may not, or a reason why there is neither."""
    templates = [route.path for route in PAGES] + list(routes_of(world.document))
    subjects = {subject_of(t) for t in templates if "{" in t}
    asked = {*world.known["partner"], *world.known["analyst"], *world.planted}
    assert sorted(subjects - asked) == sorted(NEVER_KNOWN)


@pytest.mark.parametrize("who", LOWS)
def test_planted_records_change_no_answer(who: str, walked: dict[str, tuple[Answers, Answers, Answers]]) -> None:
    before, after, _ = walked[who]
    assert not changed(before, after)


@pytest.mark.parametrize("who", LOWS)
def test_what_others_read_changes_no_answer(who: str, walked: dict[str, tuple[Answers, Answers, Answers]]) -> None:
    _, after, read = walked[who]
    differing = changed(after, read)
    assert [path for path in differing if not path.startswith(OWNERS_ARE_TOLD)] == []


def changed(one: Answers, other: Answers) -> dict[str, tuple[str, str]]:
    """Addresses whose answers differ, with the place where they begin to."""
    found = {}
    for path in one.keys() | other.keys():
        if one.get(path) == other.get(path):
            continue
        (code, left), (status, right) = one.get(path, (0, "")), other.get(path, (0, ""))
        at = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
        found[path] = (f"{code} {left[max(at - 60, 0) : at + 60]}", f"{status} {right[max(at - 60, 0) : at + 60]}")
    return found


@pytest.mark.parametrize("who", LOWS)
def test_no_answer_holds_a_word_of_what_is_hidden(
    who: str, walked: dict[str, tuple[Answers, Answers, Answers]]
) -> None:
    for path, (_, text) in walked[who][2].items():
        if WORD[:4] not in path:
            assert WORD not in text.lower(), path


@pytest.mark.parametrize("who", SIGNED_IN)
@pytest.mark.usefixtures("walked")
def test_a_planted_record_answers_like_one_that_does_not_exist(who: str, world: World) -> None:
    differing = []
    for subject in ("records", "entities", "deliveries", "contents", "quarantine", "intelligence", "sar"):
        planted = world.planted[subject]
        for ask, template, method in askable(world, who, subject):
            status, text = plain(ask(method, re.sub(r"{\w+}", planted, template)))
            known, other = plain(ask(method, re.sub(r"{\w+}", str(UNKNOWN), template)))
            if (status, text.replace(planted, "UID")) != (known, other.replace(str(UNKNOWN), "UID")):
                differing.append((method, template, status, known))
    assert not differing


def askable(world: World, who: str, subject: str) -> Iterator[tuple[Callable[[str, str], Any], str, str]]:
    """Each way to name one thing of a subject: how to ask, the address, and the method."""
    client = world.browsers[who].client
    bearer = {"Authorization": f"Bearer {world.tokens[who]}"}
    token = csrf_of(client.get("/", follow_redirects=True).text)
    fields = {"csrf": token, "reason": "because", "account": "x", "q": "x"}

    def page(method: str, path: str) -> Any:  # noqa: ANN401 - the test client's answer
        return client.request(method, path, data=fields if method == "POST" else None, follow_redirects=False)

    def call(method: str, path: str) -> Any:  # noqa: ANN401 - the test client's answer
        return client.request(method, path, headers=bearer, json={} if method == "POST" else None)

    for route in PAGES:
        if f"/{subject}/{{" in route.path and route.path.count("{") == 1:
            yield page, route.path, "POST" if "POST" in (route.methods or ()) else "GET"
    for template, item in routes_of(world.document).items():
        if f"/{subject}/{{" in template and template.count("{") == 1:
            yield from ((call, template, method.upper()) for method in item)
