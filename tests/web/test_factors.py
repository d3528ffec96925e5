"""Second factors: enrolled, shown at sign-in, replayed in vain, lost and removed; locking, confirming, passwords."""

import re
from collections.abc import Iterator

import pytest
import regions
from authenticator import SoftKey
from identity import DAY, FACTORS, MINUTE, OPTIONS, House, Person, open_house

from tessera.flow.center import OPERATOR
from tessera.model.access import Role
from tessera.store import accounts
from tessera.store.accounts import MOST_FAILURES
from tessera.store.events import Event
from tessera.trust.account_life import Closed

FACTOR = "/sign-in/factor"
NEW = "four tall ships at anchor"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("factors")) as opened:
        yield opened


def where(person: Person, path: str = "/") -> str:
    return str(person.get(path).headers.get("location", ""))


def codes_in(page: str) -> list[str]:
    return re.findall(r"<li><code>([a-z2-7-]{19})</code>", page)


def test_a_password_alone_opens_nothing_until_a_factor_is_enrolled(house: House) -> None:
    kim = house.person("kim")
    assert kim.sign_in(next="/search?q=x").status_code == 303
    assert where(kim, "/search?q=x") == f"{FACTORS}?next=/search%3Fq%3Dx"
    for path in ("/map/data", "/account", "/tokens", "/api/v1/records"):
        assert kim.get(path).status_code in {303, 401}
    assert "opens with a second factor only" in kim.get(FACTORS).text
    before = kim.secret
    added = kim.add_app()
    assert len(codes_in(added.text)) == 10
    assert kim.secret != before
    assert kim.get("/").status_code == 200
    assert not codes_in(kim.get(FACTORS).text)


def test_the_key_is_shown_as_a_picture_and_as_text_and_stays_the_same_until_it_is_confirmed(house: House) -> None:
    lee = house.person("lee")
    lee.sign_in()
    page = lee.get(f"{FACTORS}/app").text
    assert 'src="data:image/svg+xml' in page
    assert re.findall(r"t-key", lee.get(f"{FACTORS}/app").text)
    key = re.findall(r'<code class="t-key">([A-Z2-7 ]+)</code>', page)
    assert re.findall(r'<code class="t-key">([A-Z2-7 ]+)</code>', lee.get(f"{FACTORS}/app").text) == key
    wrong = lee.post(f"{FACTORS}/app", {"code": "000000"}, page=f"{FACTORS}/app")
    assert wrong.status_code == 400
    assert 'aria-describedby="code-wrong"' in wrong.text
    assert where(lee) == FACTORS


def test_the_code_of_an_app_opens_the_second_door_once(house: House) -> None:
    max_ = house.person("max")
    max_.come_in()
    house.watch.forward(MINUTE)
    code = max_.code
    other = Person(name="max", house=house, browser=house.window(), seed=max_.seed)
    other.sign_in()
    assert where(other) == FACTOR
    before = other.secret
    assert other.post(FACTOR, {"code": code}).status_code == 303
    assert other.secret != before
    assert other.get("/").status_code == 200
    third = Person(name="max", house=house, browser=house.window())
    third.sign_in()
    replayed = third.post(FACTOR, {"code": code})
    assert replayed.status_code == 403
    assert "not accepted" in replayed.text
    assert where(third) == FACTOR


def test_the_secret_of_a_session_before_its_factor_is_worth_nothing_after(house: House) -> None:
    """No fixation: whoever knew the older secret gets nowhere with it."""
    ned = house.person("ned")
    ned.sign_in()
    older = ned.secret
    ned.add_app()
    thief = house.window()
    thief.client.cookies.set("tessera-session", older)
    assert thief.get("/").headers["location"] == "/sign-in"


def test_a_session_that_waits_for_its_factor_lives_ten_minutes(house: House) -> None:
    ola = house.person("ola")
    ola.come_in()
    late = Person(name="ola", house=house, browser=house.window(), seed=ola.seed)
    late.sign_in()
    house.watch.forward(10 * MINUTE + 1)
    assert where(late) == "/sign-in"


def test_a_passkey_is_enrolled_and_opens_the_second_door(house: House) -> None:
    pia = house.person("pia")
    pia.sign_in()
    assert len(codes_in(pia.add_passkey().text)) == 10
    again = Person(name="pia", house=house, browser=house.window(), key=pia.key)
    again.sign_in()
    assert "data-passkey" in again.get(FACTOR).text
    assert again.post(FACTOR, {"credential": again.key.sign(again.options())}).status_code == 303
    assert again.get("/").status_code == 200
    assert "password and passkey" in again.get("/account").text


def test_the_offer_of_a_passkey_asks_for_a_verified_person_and_names_nobody(house: House) -> None:
    bea = house.person("bea")
    bea.sign_in()
    offered = bea.options(f"{FACTORS}/passkey/options", page=FACTORS)
    assert offered["authenticatorSelection"]["userVerification"] == "required"
    assert offered["rp"]["id"] == "center.example"
    assert "bea" not in offered["user"]["id"]
    assert len(offered["challenge"]) >= 43


def signing(person: Person, answer: str) -> int:
    return int(person.post(FACTOR, {"credential": answer}).status_code)


def test_a_challenge_is_good_once_and_for_its_session_and_for_five_minutes(house: House) -> None:
    quy = house.person("quy")
    quy.sign_in()
    quy.add_passkey()
    first = Person(name="quy", house=house, browser=house.window(), key=quy.key)
    first.sign_in()
    answer = first.key.sign(first.options())
    second = Person(name="quy", house=house, browser=house.window(), key=quy.key)
    second.sign_in()
    second.options()
    assert signing(second, answer) == 403  # of another session
    assert signing(first, answer) == 303
    third = Person(name="quy", house=house, browser=house.window(), key=quy.key)
    third.sign_in()
    assert signing(third, answer) == 403  # replayed
    late = third.key.sign(third.options())
    house.watch.forward(5 * MINUTE + 1)
    assert signing(third, late) == 403
    assert signing(third, third.key.sign(third.options())) == 303


def test_a_copied_key_is_found_out_by_its_count(house: House) -> None:
    rio = house.person("rio")
    rio.sign_in()
    rio.add_passkey()
    rio.key.count = 6
    visitor = Person(name="rio", house=house, browser=house.window(), key=rio.key)
    visitor.sign_in()
    assert signing(visitor, visitor.key.sign(visitor.options())) == 303
    copy = SoftKey(uid=rio.key.uid, key=rio.key.key, count=2)
    thief = Person(name="rio", house=house, browser=house.window(), key=copy)
    thief.sign_in()
    assert signing(thief, copy.sign(thief.options())) == 403
    assert "account:rio" in house.events(Event.FACTOR_FAILED)


@pytest.mark.parametrize("fault", ["origin", "flags", "key", "garbage"])
def test_what_another_site_another_key_or_nobody_has_signed_is_refused(fault: str, house: House) -> None:
    sam = house.person(f"sy-{fault}")
    sam.sign_in()
    sam.add_passkey()
    visitor = Person(name=sam.name, house=house, browser=house.window())
    visitor.sign_in()
    key = SoftKey(uid=sam.key.uid, key=sam.key.key, count=sam.key.count)
    if fault == "origin":
        key.origin = "https://center.example.evil.example"
    if fault == "flags":
        key.flags = 0x01  # present, not verified
    if fault == "key":
        key = SoftKey(uid=sam.key.uid)
    answer = "{}" if fault == "garbage" else key.sign(visitor.options())
    assert signing(visitor, answer) == 403
    assert where(visitor) == FACTOR


def test_a_passkey_of_somebody_else_is_refused(house: House) -> None:
    tea, uma = house.person("tea"), house.person("uma")
    for one in (tea, uma):
        one.sign_in()
        one.add_passkey()
    visitor = Person(name="uma", house=house, browser=house.window())
    visitor.sign_in()
    assert signing(visitor, tea.key.sign(visitor.options())) == 403


def test_a_passkey_is_enrolled_once(house: House) -> None:
    vic = house.person("vic")
    vic.sign_in()
    vic.add_passkey()
    again = vic.add_passkey()
    assert again.status_code == 409
    assert "enrolled already" in again.text
    stale = vic.post(f"{FACTORS}/passkey", {"credential": vic.key.make(vic.options(f"{FACTORS}/passkey/options"))})
    assert stale.status_code == 409


def test_an_enrolment_that_was_not_asked_for_is_refused(house: House) -> None:
    vera = house.person("vera")
    vera.sign_in()
    offered = vera.options(f"{FACTORS}/passkey/options", page=FACTORS)
    vera.options(f"{FACTORS}/passkey/options", page=FACTORS)  # a newer challenge takes its place
    answer = vera.post(f"{FACTORS}/passkey", {"credential": vera.key.make(offered)}, page=FACTORS)
    assert answer.status_code == 400
    assert where(vera) == FACTORS


def test_a_recovery_code_stands_in_once(house: House) -> None:
    wim = house.person("wim")
    wim.sign_in()
    code = codes_in(wim.add_app().text)[0]
    for status in (303, 403):
        visitor = Person(name="wim", house=house, browser=house.window())
        visitor.sign_in()
        assert visitor.post(FACTOR, {"recovery": f" {code.upper()} "}).status_code == status
    assert "9 are left" in wim.get(FACTORS).text
    fresh = codes_in(wim.post(f"{FACTORS}/codes", page=FACTORS).text)
    assert len(fresh) == 10
    assert code not in fresh


def test_wrong_codes_lock_the_account_though_the_password_is_right(house: House) -> None:
    xia = house.person("xia")
    xia.come_in()
    visitor = Person(name="xia", house=house, browser=house.window())
    visitor.sign_in()
    for guess in range(MOST_FAILURES):
        if guess == 2:
            visitor.sign_in()  # the right password in between buys no further guesses
        visitor.post(FACTOR, {"code": "000000"})
    assert house.on_record("xia").closed is Closed.FAILURES
    assert where(visitor) == "/sign-in"
    assert where(xia) == "/sign-in"
    house.watch.forward(30 * DAY)
    assert xia.sign_in().status_code == 403  # CJIS AC-7: until an administrator releases it
    with house.center.store.writing(OPERATOR) as tx:
        accounts.release(tx, "xia")
    assert xia.sign_in().status_code == 303


def test_the_last_factor_stays_where_one_is_required(house: House) -> None:
    yan = house.person("yan")
    yan.come_in()
    assert "your only one" in yan.get(FACTORS).text
    yan.add_passkey()
    page = yan.get(FACTORS).text
    uids = re.findall(r"/account/factors/([0-9a-f-]{36})/remove", page)
    assert len(uids) == 2
    removed = yan.post(f"{FACTORS}/{uids[0]}/remove", page=FACTORS)
    assert removed.headers["location"] == f"{FACTORS}?said=factor-removed"
    assert yan.post(f"{FACTORS}/{uids[1]}/remove", page=FACTORS).status_code == 409
    assert yan.post(f"{FACTORS}/{uids[0]}/remove", page=FACTORS).status_code == 404


def test_nobody_removes_or_ends_what_is_somebody_elses(house: House) -> None:
    yan, zoe = house.person("yve"), house.person("zoe")
    yan.come_in()
    zoe.come_in()
    yan.add_passkey()
    uid = re.findall(r"/account/factors/([0-9a-f-]{36})/remove", yan.get(FACTORS).text)[0]
    assert zoe.post(f"{FACTORS}/{uid}/remove", page=FACTORS).status_code == 404
    Person(name="yve", house=house, browser=house.window()).sign_in()
    session = re.findall(r"/account/sessions/([0-9a-f-]{36})/end", yan.get("/account").text)[0]
    assert zoe.post(f"/account/sessions/{session}/end").status_code == 404


def test_a_session_is_ended_from_the_own_account(house: House) -> None:
    al = house.person("al")
    al.come_in()
    left = Person(name="al", house=house, browser=house.window(), seed=al.seed)
    left.come_in()
    assert "this one" in al.get("/account").text
    (uid,) = re.findall(r"/account/sessions/([0-9a-f-]{36})/end", al.get("/account").text)
    assert al.post(f"/account/sessions/{uid}/end").headers["location"] == "/account?said=session-ended"
    assert where(left) == "/sign-in"
    assert al.get("/").status_code == 200


def test_a_session_locks_by_hand_shows_nothing_and_opens_for_the_same_person(house: House) -> None:
    bo = house.person("bo")
    bo.come_in()
    assert bo.post("/lock").headers["location"] == "/locked"
    assert where(bo, "/search?q=river") == "/locked?next=/search%3Fq%3Driver"
    page = bo.get("/locked?next=/search%3Fq%3Driver").text
    assert "Quick search" not in page
    assert bo.get("/map/data").status_code == 401
    assert bo.post("/locked", {"password": "not it", "next": "/"}, page="/locked").status_code == 403
    before = bo.secret
    opened = bo.post("/locked", {"password": regions.PASSWORD, "next": "/search?q=river"}, page="/locked")
    assert opened.headers["location"] == "/search?q=river&said=unlocked"
    assert bo.secret != before
    assert bo.get("/").status_code == 200
    assert bo.get("/locked").headers["location"] == "/"


def test_a_session_locks_after_half_an_hour_and_ends_after_an_hour(house: House) -> None:
    cy = house.person("cy")
    cy.come_in()
    house.watch.forward(30 * MINUTE)
    assert cy.get("/").status_code == 200
    house.watch.forward(30 * MINUTE + 1)
    assert where(cy) == "/locked"
    house.watch.forward(29 * MINUTE)
    assert where(cy) == "/locked"  # asking in vain keeps nothing alive
    house.watch.forward(2 * MINUTE)
    assert where(cy) == "/sign-in"


def test_a_session_ends_after_twelve_hours_though_it_is_used(house: House) -> None:
    di = house.person("di")
    di.come_in()
    for _ in range(36):
        house.watch.forward(20 * MINUTE)
        last = di.get("/").status_code
    assert last == 200
    house.watch.forward(1 + MINUTE)
    assert where(di) == "/sign-in"


def test_a_passkey_unlocks(house: House) -> None:
    ed = house.person("ed")
    ed.sign_in()
    ed.add_passkey()
    ed.post("/lock")
    answer = ed.key.sign(ed.options(OPTIONS, page="/locked"))
    assert ed.post("/locked", {"credential": answer, "next": "/"}, page="/locked").status_code == 303
    assert ed.get("/").status_code == 200


def test_a_privileged_change_asks_again_after_a_quarter_of_an_hour_and_changes_nothing_before(house: House) -> None:
    fay = house.person("fay", Role.ADMINISTRATOR)
    fay.come_in()
    house.watch.forward(15 * MINUTE + 1)
    made = {"account": "gus", "label": "Gus", "agency": "fusion-unit", "roles": "analyst"}
    asked = fay.browser.post("/accounts", made, page="/accounts", headers={"Referer": "http://center.example/accounts"})
    assert asked.headers["location"] == "/account/confirm?next=/accounts"
    assert fay.get("/accounts/gus").status_code == 404
    form = {"next": "/accounts", "password": "wrong"}
    assert fay.post("/account/confirm", form, page="/account/confirm").status_code == 403
    before = fay.secret
    right = fay.post("/account/confirm", form | {"password": regions.PASSWORD}, page="/account/confirm")
    assert right.headers["location"] == "/accounts?said=confirmed"
    assert fay.secret != before
    assert "One-time password of gus" in fay.post("/accounts", made, page="/accounts").text
    assert fay.get("/account/confirm?next=/accounts").headers["location"] == "/accounts"


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_every_way_in_goes_on_only_within_this_site(wanted: str, house: House) -> None:
    hal = house.person(f"hal{len(house.names())}")
    hal.come_in()
    house.watch.forward(MINUTE)
    visitor = Person(name=hal.name, house=house, browser=house.window(), seed=hal.seed)
    assert visitor.sign_in(next=wanted).headers["location"] == "/"
    assert visitor.post(FACTOR, {"code": visitor.code, "next": wanted}).headers["location"] == "/"
    visitor.post("/lock")
    unlocked = visitor.post("/locked", {"password": regions.PASSWORD, "next": wanted}, page="/locked")
    assert unlocked.headers["location"] == "/?said=unlocked"
    assert f'href="{wanted}"' not in visitor.get(f"/account/confirm?next={wanted}").text
    assert visitor.get(f"/locked?next={wanted}").headers["location"] == "/"


def test_somebody_elses_first_password_is_changed_before_anything_else(house: House) -> None:
    ivy = house.person("ivy", first=True)
    ivy.sign_in()
    assert where(ivy) == "/account/password"
    assert where(ivy, FACTORS).startswith("/account/password")
    page = ivy.get("/account/password").text
    assert "8 characters or more" in page
    assert "No kind of character is asked for" in page
    form = {"old": regions.PASSWORD, "new": NEW, "again": NEW}
    assert ivy.post("/account/password", form, page="/account/password").status_code == 303
    assert where(ivy) == FACTORS


@pytest.mark.parametrize(
    ("fields", "beside", "said"),
    [
        ({"old": "not it"}, "old", "not your password"),
        ({"again": "five tall ships"}, "again", "The two differ"),
        ({"new": "short", "again": "short"}, "new", "it needs 8 or more"),
        ({"new": "joan fusion-unit", "again": "joan fusion-unit"}, "new", "guessed first"),
        ({"new": "password", "again": "password"}, "new", "guessed first"),
        ({"new": regions.PASSWORD, "again": regions.PASSWORD}, "new", "is the old one"),
    ],
)
def test_a_password_that_will_not_do_is_told_beside_its_field(
    fields: dict[str, object], beside: str, said: str, house: House
) -> None:
    names = len({one for one in house.names() if one.startswith("joan")})
    joan = house.person(f"joan{names}", first=True)
    joan.sign_in()
    form = {"old": regions.PASSWORD, "new": NEW, "again": NEW} | fields
    answer = joan.post("/account/password", form, page="/account/password")
    assert answer.status_code == 400
    assert f'id="{beside}-wrong"' in answer.text
    assert said in answer.text
    assert where(joan) == "/account/password"


def test_changing_the_password_ends_the_other_sessions(house: House) -> None:
    ken = house.person("ken")
    ken.come_in()
    left = Person(name="ken", house=house, browser=house.window(), seed=ken.seed)
    left.come_in()
    before = ken.secret
    form = {"old": regions.PASSWORD, "new": NEW, "again": NEW}
    answer = ken.post("/account/password", form, page="/account/password")
    assert answer.headers["location"].endswith("said=password-changed")
    assert ken.secret != before
    assert ken.get("/").status_code == 200
    assert where(left) == "/sign-in"


def test_a_password_is_asked_for_anew_after_a_year(house: House) -> None:
    liv = house.person("liv")
    liv.come_in()
    for _ in range(5):
        house.watch.forward(74 * DAY)
        liv.browser = house.window()
        liv.sign_in()
        liv.post(FACTOR, {"code": liv.code})
    assert where(liv) == "/account/password"


def test_an_administrator_removes_lost_factors_and_the_person_enrols_anew(house: House) -> None:
    boss, moe = house.person("boss", Role.ADMINISTRATOR), house.person("moe")
    boss.come_in()
    moe.come_in()
    removed = boss.post("/accounts/moe/factors/remove", page="/accounts/moe")
    assert removed.headers["location"] == "/accounts/moe?said=factors-removed"
    assert where(moe) == "/sign-in"
    moe.sign_in()
    assert where(moe) == FACTORS
    assert boss.post("/accounts/boss/factors/remove", page="/accounts").status_code == 403


def test_where_none_is_required_one_may_still_be_enrolled_and_is_then_asked_for(house: House) -> None:
    from dataclasses import replace

    lenient = replace(house.center, settings=replace(house.center.settings, second_factor="offered"))
    easy = House(center=lenient, watch=house.watch)
    nan = easy.person("nan")
    nan.sign_in()
    assert nan.get("/").status_code == 200
    assert "offers one and does not require it" in nan.get("/account").text
    nan.add_app()
    assert nan.get("/").status_code == 200
    again = Person(name="nan", house=easy, browser=easy.window())
    again.sign_in()
    assert where(again) == FACTOR
    uid = re.findall(r"/account/factors/([0-9a-f-]{36})/remove", nan.get(FACTORS).text)[0]
    assert nan.post(f"{FACTORS}/{uid}/remove", page=FACTORS).status_code == 303
    assert nan.get("/").status_code == 200
