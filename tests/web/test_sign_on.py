"""Single sign-on against a real OpenID provider that runs beside the tests: to it and back, and what does not hold."""

import json
import re
import socket
import subprocess
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from http.client import HTTPConnection
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import urlopen

import pytest
import regions
from browsing import Browser
from identity import MINUTE, House, open_house
from joserfc import jwt
from joserfc.jwk import ECKey

from tessera.engines import sign_on
from tessera.engines.sign_on import Issuer
from tessera.errors import Invalid, NotAllowed, Unavailable, Unsigned
from tessera.flow.center import OPERATOR
from tessera.model.access import Purpose, Role
from tessera.store import accounts
from tessera.store import sessions as stored
from tessera.store.events import Event

FORM = "application/x-www-form-urlencoded"
BACK = "/sign-in/sso/back"
STATED = {"purpose": "oversight", "acknowledge": "yes", "need_to_know": "case 7", "next": "/account"}


PEOPLE = (
    {"sub": "p-kim", "email": "Kim@unit.example", "email_verified": True},
    {"sub": "p-lee", "email": "lee@unit.example"},
    {"sub": "p-two", "email": "two@unit.example", "email_verified": True},
    {"sub": "p-fay", "amr": ["pwd", "hwk"]},
    {"sub": "p-gus", "amr": ["pwd"]},
)
READY_SECONDS = 30


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A provider of its own, as a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    people = [word for person in PEOPLE for word in ("--user-claims", json.dumps(person))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true", *people]
    with (tmp_path_factory.mktemp("issuer") / "log").open("w") as log:
        running = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            wait_for(f"http://localhost:{port}/.well-known/openid-configuration", running)
            yield f"http://localhost:{port}"
        finally:
            running.terminate()
            running.wait(timeout=10)


def wait_for(address: str, running: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and running.poll() is None:
        try:
            urlopen(address, timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail("the provider does not answer")


@pytest.fixture(scope="module")
def house(issuer: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    known: dict[str, Any] = {
        "oidc_issuer": issuer,
        "oidc_client_id": "tessera",
        "oidc_client_secret": "s:e/c ret",
        "oidc_label": "the Unit",
    }
    known |= {"public_url": "http://center.example", "oidc_second_factor": "hwk"}
    with open_house(tmp_path_factory.mktemp("sign-on"), required=False, **known) as opened:
        for name in ("kim", "lee"):
            opened.person(name, email=f"{name}@unit.example")
        opened.person("two", email="two@unit.example")
        opened.person("too", email="TWO@unit.example")
        yield opened


def begin(browser: Browser, **fields: str) -> str:
    """Set out, and give the address at the issuer."""
    answer = browser.post("/sign-in/sso", STATED | fields, page="/sign-in")
    assert answer.status_code == 200, answer.text
    address = answer.headers["refresh"].removeprefix("0; url=")
    assert address.replace("&", "&amp;") in answer.text
    return str(address)


def answered(address: str, **form: str) -> str:
    """Answer the issuer's form, and give the address that it sends the browser back to."""
    parts = urlsplit(address)
    connection = HTTPConnection(parts.netloc, timeout=10)
    connection.request("POST", f"{parts.path}?{parts.query}", urlencode(form), {"Content-Type": FORM})
    found = connection.getresponse().headers["location"]
    connection.close()
    return str(found)


def at_issuer(address: str, sub: str, *, action: str = "") -> str:
    """Sign in at the issuer, and give the page of this center that it sends the browser back to."""
    back = urlsplit(answered(address, sub=sub, action=action))
    assert f"{back.scheme}://{back.netloc}{back.path}" == f"http://center.example{BACK}"
    return f"{back.path}?{back.query}"


def come(house: House, sub: str) -> tuple[Browser, Any]:
    browser = house.window()
    return browser, browser.get(at_issuer(begin(browser), sub))


def test_whoever_the_issuer_vouches_for_comes_in_for_the_purpose_stated_before(house: House) -> None:
    browser = house.window()
    address = begin(browser)
    visitor = browser.client.cookies["tessera-visitor"]
    answer = browser.get(at_issuer(address, "p-kim"))
    assert answer.status_code == 303
    assert answer.headers["location"] == "/account"
    assert browser.client.cookies["tessera-session"] != visitor
    page = browser.get("/account").text
    assert "single sign on" in page
    assert "case 7" in page
    assert "p-kim" in page
    assert "account:kim" in house.events(Event.SIGN_ON_LINKED)


def test_the_sign_in_page_offers_it_and_asks_for_purpose_and_agreement_first(house: House) -> None:
    browser = house.window()
    assert "Sign in through the Unit" in browser.get("/sign-in").text
    for missing, said in ({"purpose": ""}, "No purpose is stated"), ({"acknowledge": ""}, "notice of use"):
        answer = browser.post("/sign-in/sso", STATED | missing, page="/sign-in")
        assert answer.status_code == 400
        assert said in answer.text


def test_what_is_sent_to_the_issuer_is_bound_and_proved_by_pkce(house: House, issuer: str) -> None:
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begin(house.window())).query).items()}
    assert asked["response_type"] == "code"
    assert asked["redirect_uri"] == f"http://center.example{BACK}"
    assert asked["code_challenge_method"] == "S256"
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    begun = sign_on.begin(Issuer(address=issuer, client_id="x", back="http://center.example/b"))
    proof = urlsafe_b64encode(sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
    assert f"code_challenge={proof}" in begun.address


def test_the_way_back_is_good_once(house: House) -> None:
    browser = house.window()
    back = at_issuer(begin(browser), "p-kim")
    assert browser.get(back).status_code == 303
    assert house.window().get(back).status_code == 403
    fresh = house.window()
    fresh.get("/sign-in")
    assert fresh.get(back).status_code == 403


def test_the_way_back_is_for_the_browser_that_set_out(house: House) -> None:
    """Nobody is signed in to an account of somebody else's choosing (login CSRF)."""
    attacker, victim = house.window(), house.window()
    back = at_issuer(begin(attacker), "p-kim")
    begin(victim)
    answer = victim.get(back)
    assert answer.status_code == 403
    assert "not begun here" in answer.text
    assert "tessera-session" not in victim.client.cookies
    assert attacker.get(back).status_code == 303


def test_the_way_back_is_good_for_ten_minutes(house: House) -> None:
    browser = house.window()
    back = at_issuer(begin(browser), "p-kim")
    house.watch.forward(10 * MINUTE + 1)
    assert browser.get(back).status_code == 403
    house.watch.now -= 10 * MINUTE + 1


@pytest.mark.parametrize(
    "change", ["state=other", "code=forged", "code=", "error=access_denied", "iss=https://evil.example"]
)
def test_an_answer_that_was_changed_on_its_way_opens_nothing(change: str, house: House) -> None:
    browser = house.window()
    back = at_issuer(begin(browser), "p-kim")
    name = change.partition("=")[0]
    kept = re.sub(rf"([?&]){name}=[^&]*", r"\1", back)
    answer = browser.get(f"{kept}&{change}")
    assert answer.status_code == 403
    assert "tessera-session" not in browser.client.cookies


def test_whoever_says_no_at_the_issuer_is_back_at_the_form(house: House) -> None:
    browser = house.window()
    answer = browser.get(at_issuer(begin(browser), "p-kim", action="deny"))
    assert answer.status_code == 403
    assert "Begin again" in answer.text


@pytest.mark.parametrize("sub", ["p-lee", "p-two", "stranger@unit.example"])
def test_who_is_not_linked_and_has_no_verified_address_of_one_account_stays_outside(sub: str, house: House) -> None:
    """p-lee's address is not verified; p-two's belongs to two accounts; the stranger has none. No account is made."""
    before = house.names()
    _, answer = come(house, sub)
    assert answer.status_code == 403
    assert "no open account of this center belongs to you" in answer.text
    assert house.names() == before


def test_an_administrator_links_and_unlinks_a_person_of_the_issuer(house: House) -> None:
    boss = house.person("boss", Role.ADMINISTRATOR)
    boss.sign_in()
    lee = {"subject": "p-lee"}
    assert boss.post("/accounts/lee/links", lee).headers["location"] == "/accounts/lee?said=linked"
    assert boss.post("/accounts/kim/links", lee).status_code == 409
    assert boss.post("/accounts/boss/links", {"subject": "p-boss"}).status_code == 403
    assert come(house, "p-lee")[1].status_code == 303
    page = boss.get("/accounts/lee").text
    assert "p-lee" in page
    which = {"issuer": house.center.settings.oidc_issuer, "subject": "p-lee"}
    assert boss.post("/accounts/lee/links/remove", which).headers["location"] == "/accounts/lee?said=unlinked"
    assert come(house, "p-lee")[1].status_code == 403
    assert boss.post("/accounts/lee/links/remove", which).status_code == 404


def test_an_account_that_is_stopped_opens_nothing_by_sign_on_either(house: House) -> None:
    house.person("max", email="max@unit.example")
    boss = house.person("boss", Role.ADMINISTRATOR)
    boss.sign_in()
    boss.post("/accounts/max/links", {"subject": "p-max"})
    assert come(house, "p-max")[1].status_code == 303
    with house.center.store.writing(OPERATOR) as tx:
        accounts.stop(tx, "max", "Left.")
    assert come(house, "p-max")[1].status_code == 403


def test_the_centers_own_factor_is_asked_for_unless_the_issuer_vouches_for_one(house: House) -> None:
    strict = House(
        center=replace(house.center, settings=replace(house.center.settings, second_factor="required")),
        watch=house.watch,
    )
    boss = house.person("boss", Role.ADMINISTRATOR)
    boss.sign_in()
    for name in ("fay", "gus"):
        house.person(name)
        boss.post(f"/accounts/{name}/links", {"subject": f"p-{name}"})
    assert come(strict, "p-fay")[0].get("/").status_code == 200
    assert come(strict, "p-gus")[0].get("/").headers["location"] == "/account/factors"


def test_only_who_proved_lately_at_the_issuer_to_be_there_may_sign(house: House) -> None:
    asked = parse_qs(urlsplit(begin(house.window())).query)
    assert asked["max_age"] == ["900"]  # the issuer asks again whoever proved it longer ago
    assert come(house, "p-kim")[0].get("/account/factors/app").status_code == 200
    house.watch.forward(
        20 * MINUTE
    )  # the issuer's clock is its own: to the center, the person proved it 20 minutes ago
    privileged = come(house, "p-kim")[0].get("/account/factors/app")
    house.watch.forward(-20 * MINUTE)
    assert privileged.headers["location"].startswith("/account/confirm?")


@pytest.mark.parametrize(("said", "proved_at"), [({"auth_time": 1_700_000_000}, 1_700_000_000_000), ({}, 0)])
def test_when_somebody_proved_to_be_there_is_what_the_issuer_says_and_no_guess(
    said: dict[str, int], proved_at: int
) -> None:
    key = ECKey.generate_key("P-256", {"kid": "k"})
    here = Issuer(address="https://issuer.example", client_id="tessera", back=f"http://center.example{BACK}")
    now = 1_700_000_100
    claims = {"iss": here.address, "aud": "tessera", "sub": "p", "nonce": "n", "iat": now, "exp": now + 60} | said
    token = jwt.encode({"alg": "ES256", "kid": "k"}, claims, key)
    found = sign_on.read_token(here, token, {"keys": [key.as_dict(private=False)]}, nonce="n", now=now * 1000)
    assert found.proved_at == proved_at


def test_a_session_on_the_word_of_an_issuer_that_names_no_moment_signs_nothing(house: House) -> None:
    secret = stored.sign_in_by_issuer(
        house.center.store,
        "https://issuer.example",
        "p-silent",
        Purpose.OVERSIGHT,
        email="lee@unit.example",
        factor=True,
    )
    session = stored.resume(house.center.store, secret)
    assert session is not None
    assert session.confirmed_at == 0
    with pytest.raises(Unsigned), house.center.store.writing(session.access) as tx:
        tx.sign()


def test_a_center_without_an_issuer_has_no_such_page(house: House) -> None:
    without = House(
        center=replace(house.center, settings=replace(house.center.settings, oidc_issuer="")), watch=house.watch
    )
    browser = without.window()
    assert "Sign in through" not in browser.get("/sign-in").text
    assert browser.post("/sign-in/sso", STATED, page="/sign-in").status_code == 404
    assert browser.get(BACK).status_code == 404


def test_an_issuer_that_cannot_be_reached_leaves_the_password(house: House) -> None:
    gone = replace(house.center.settings, oidc_issuer="http://localhost:9")
    away = House(center=replace(house.center, settings=gone), watch=house.watch)
    answer = away.window().post("/sign-in/sso", STATED, page="/sign-in")
    assert answer.status_code == 503
    assert "cannot be reached" in answer.text
    assert away.person("kim").sign_in().status_code == 303


@pytest.mark.parametrize("address", ["http://issuer.example", "ftp://localhost", "https://u@issuer.example", "issuer"])
def test_only_https_issuers_are_asked_save_on_this_machine(address: str) -> None:
    with pytest.raises(Invalid, match="cannot be an issuer's address"):
        sign_on.begin(Issuer(address=address, client_id="x", back="http://center.example"))


def test_an_issuer_that_calls_itself_by_another_name_is_not_believed(issuer: str) -> None:
    with pytest.raises(Invalid, match="another name"):
        sign_on.begin(Issuer(address=f"{issuer}/", client_id="x", back="http://center.example"))


def test_an_issuer_whose_answer_is_no_json_is_unavailable(issuer: str) -> None:
    with pytest.raises((Unavailable, Invalid)):
        sign_on.begin(Issuer(address=f"{issuer}/oauth2", client_id="x", back="http://center.example"))


def test_a_token_of_another_nonce_audience_or_time_is_refused(house: House, issuer: str) -> None:
    here = Issuer(address=issuer, client_id="tessera", client_secret="any", back=f"http://center.example{BACK}")
    now = house.watch.now

    def finish(begun: sign_on.Begun, *, nonce: str = "", now: int = now) -> sign_on.Vouched:
        code = parse_qs(urlsplit(answered(begun.address, sub="p-kim")).query)["code"][0]
        return sign_on.finish(here, code, nonce=nonce or begun.nonce, verifier=begun.verifier, now=now)

    assert finish(sign_on.begin(here)).subject == "p-kim"
    assert finish(sign_on.begin(here)).email == "Kim@unit.example"
    with pytest.raises(NotAllowed, match="does not hold"):
        finish(sign_on.begin(here), nonce="another")
    with pytest.raises(NotAllowed, match="does not hold"):
        finish(sign_on.begin(here), now=now + 2 * 60 * MINUTE)
    other = replace(here, client_id="somebody-else")
    begun = sign_on.begin(other)
    code = parse_qs(urlsplit(answered(begun.address, sub="p-kim")).query)["code"][0]
    with pytest.raises((NotAllowed, Unavailable)):
        sign_on.finish(here, code, nonce=begun.nonce, verifier=begun.verifier, now=now)


def test_the_password_is_not_sent_along_to_the_issuer(house: House) -> None:
    browser = house.window()
    address = begin(browser, account="kim", password=regions.PASSWORD)
    assert "harbour" not in address
    assert "kim" not in address
