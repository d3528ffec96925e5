"""Accounts on each database: closed by themselves, stopped at once, released, changed; and the command that does it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import regions
from click.testing import CliRunner, Result

from tessera import cli
from tessera.bootstrap import build_app, create_center, open_center
from tessera.cli.session import Openers
from tessera.errors import Conflict, Invalid, NotAllowed, NotFound
from tessera.flow import account_keeping, region
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Access, Permission, Purpose, Role
from tessera.store import accounts, auditing, authenticators, sessions, sign_ons, tokens
from tessera.store.accounts import Account
from tessera.store.events import Event
from tessera.store.sessions import Rules
from tessera.trust import credentials
from tessera.trust.account_life import Closed, Stage

DAY = 86_400_000
NEW = "four tall ships at anchor"


class Watch:
    def __init__(self) -> None:
        self.now = 1_790_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def center(database: str, tmp_path: Path, watch: Watch) -> Iterator[Center]:
    made = regions.new_center(tmp_path / "center", database=database, clock=watch)
    regions.add_accounts(made)
    yield made
    made.store.dialect.engine.dispose()


def on_record(center: Center, name: str) -> Account:
    with center.store.reading(OPERATOR) as tx:
        return accounts.get(tx, name)


def events(center: Center, event: Event) -> list[tuple[str, dict[str, Any]]]:
    with center.store.reading(regions.AUDITOR) as tx:
        return [(entry.subject, dict(entry.details)) for entry in auditing.entries(tx, event=event, limit=50)]


def comes_in(center: Center, name: str, password: str = regions.PASSWORD, rules: Rules = sessions.ANY) -> str:
    return sessions.sign_in(center.store, name, password, Purpose.OVERSIGHT, rules=rules)


def test_the_kill_switch_ends_sessions_and_tokens_with_the_next_request(center: Center) -> None:
    secret = comes_in(center, "avery")
    with center.store.writing(regions.ANALYST) as tx:
        token = tokens.create_token(tx, "x", (Permission.RECORD_READ,), days=9, purpose=regions.ANALYST.purpose)[1]
    assert sessions.resume(center.store, secret)
    assert tokens.access_of_token(center.store, token)
    with center.store.writing(OPERATOR) as tx:
        assert accounts.stop(tx, "avery", "The telephone was stolen.") == (1, 1)
    assert sessions.resume(center.store, secret) is None
    assert tokens.access_of_token(center.store, token) is None
    with pytest.raises(NotAllowed, match="wrong, or the account is locked"):
        comes_in(center, "avery")
    found = on_record(center, "avery")
    assert (found.state, found.closed_reason, found.closed_by) == ("stopped", "The telephone was stolen.", "operator")
    with center.store.writing(OPERATOR) as tx:
        accounts.release(tx, "avery")
    assert sessions.resume(center.store, secret) is None  # what was ended stays so
    assert tokens.access_of_token(center.store, token) is None
    assert comes_in(center, "avery")


def test_stopping_needs_a_reason_another_person_and_the_permission(center: Center) -> None:
    with pytest.raises(Invalid, match="no reason"), center.store.writing(OPERATOR) as tx:
        accounts.stop(tx, "avery", " ")
    with pytest.raises(NotAllowed, match="the own account"), center.store.writing(regions.STEWARD) as tx:
        accounts.stop(tx, "morgan", "Me.")
    with pytest.raises(NotAllowed), center.store.writing(regions.ANALYST) as tx:
        accounts.stop(tx, "sam", "No.")
    privacy = Access(actor=regions.actor("pat", "fusion-unit", Role.PRIVACY_OFFICER), purpose=Purpose.OVERSIGHT)
    with center.store.writing(privacy) as tx:
        assert accounts.stop(tx, "sam", "Looked up a neighbour.") == (0, 0)
    with pytest.raises(Conflict, match="stopped already"), center.store.writing(OPERATOR) as tx:
        accounts.stop(tx, "sam", "Again.")


def test_unused_and_expired_accounts_close_by_themselves(center: Center, watch: Watch) -> None:
    comes_in(center, "avery")
    with center.store.writing(OPERATOR) as tx:
        accounts.change(tx, "sam", replace(accounts.get(tx, "sam"), expires="2026-09-30"))
    watch.now += 60 * DAY  # 2026-11-20
    assert account_keeping.sweep(center) == [("sam", Closed.EXPIRED)]
    comes_in(center, "avery")
    watch.now += 31 * DAY
    closed = dict(account_keeping.sweep(center))
    assert closed == dict.fromkeys(("harper", "morgan", "quinn"), Closed.INACTIVE)
    assert on_record(center, "avery").state == "active"
    assert ("account:quinn", {"because": "inactive"}) in events(center, Event.ACCOUNT_CLOSED)
    with pytest.raises(NotAllowed):
        comes_in(center, "quinn")
    with center.store.writing(OPERATOR) as tx:
        accounts.release(tx, "quinn")
    assert comes_in(center, "quinn")
    assert account_keeping.sweep(center) == []
    with pytest.raises(Conflict, match="last day"), center.store.writing(OPERATOR) as tx:
        accounts.release(tx, "sam")


def test_an_account_that_is_due_to_close_opens_nothing_before_it_is_swept(center: Center, watch: Watch) -> None:
    with center.store.writing(regions.ANALYST) as tx:
        token = tokens.create_token(tx, "x", (Permission.RECORD_READ,), days=365, purpose=regions.ANALYST.purpose)[1]
    watch.now += 91 * DAY
    assert tokens.access_of_token(center.store, token) is None
    with pytest.raises(NotAllowed):
        comes_in(center, "avery")
    assert on_record(center, "avery").closed is Closed.INACTIVE


def test_a_token_in_use_keeps_its_account_open(center: Center, watch: Watch) -> None:
    with center.store.writing(regions.ANALYST) as tx:
        token = tokens.create_token(tx, "x", (Permission.RECORD_READ,), days=365, purpose=regions.ANALYST.purpose)[1]
    for _ in range(3):
        watch.now += 80 * DAY
        assert tokens.access_of_token(center.store, token)
    watch.now += 130 * DAY
    assert tokens.access_of_token(center.store, token) is None


def test_five_failures_within_a_quarter_of_an_hour_lock_and_slower_ones_do_not(center: Center, watch: Watch) -> None:
    def fail() -> None:
        with pytest.raises(NotAllowed):
            comes_in(center, "quinn", "not it")

    for _ in range(7):
        fail()
        watch.now += 4 * 60_000
    assert on_record(center, "quinn").state == "active"
    watch.now += 15 * 60_000
    for _ in range(5):
        fail()
    assert on_record(center, "quinn").closed is Closed.FAILURES
    watch.now += 30 * DAY
    with pytest.raises(NotAllowed):
        comes_in(center, "quinn")
    assert [subject for subject, _ in events(center, Event.ACCOUNT_LOCKED)] == ["account:quinn"]


def test_a_change_of_roles_ends_the_sessions_and_one_of_the_telephone_does_not(center: Center) -> None:
    secret = comes_in(center, "avery")
    with center.store.writing(OPERATOR) as tx:
        accounts.change(tx, "avery", replace(accounts.get(tx, "avery"), telephone="302-555-0100"))
    assert sessions.resume(center.store, secret)
    with center.store.writing(OPERATOR) as tx:
        accounts.change(tx, "avery", replace(accounts.get(tx, "avery"), roles=(Role.AUDITOR,)))
    assert sessions.resume(center.store, secret) is None
    told = [details for _, details in events(center, Event.ACCOUNT_CHANGED)]
    assert {"fields": ["roles"], "roles_before": ["analyst"], "roles": ["auditor"]} in told


def test_nobody_changes_releases_links_or_resets_the_own_account(center: Center) -> None:
    with center.store.writing(regions.STEWARD) as tx:
        mine = accounts.get(tx, "morgan")
        with pytest.raises(NotAllowed, match="the own account"):
            accounts.change(tx, "morgan", replace(mine, roles=(Role.ANALYST,)))
        with pytest.raises(NotAllowed, match="the own password"):
            accounts.reset_password(tx, "morgan", NEW)
        with pytest.raises(NotAllowed, match="the own account"):
            sign_ons.link(tx, "morgan", issuer="https://issuer.example", subject="1")
        with pytest.raises(NotAllowed, match="own factors"):
            authenticators.remove_all(tx, "morgan")


def test_a_name_is_never_given_to_another_person(center: Center) -> None:
    with center.store.writing(OPERATOR) as tx:
        accounts.stop(tx, "sam", "Left.")
    with pytest.raises(Conflict, match="already"), center.store.writing(OPERATOR) as tx:
        accounts.create(tx, replace(accounts.get(tx, "sam"), label="Samantha"), NEW)


def test_a_one_time_password_is_changed_before_anything_opens(center: Center) -> None:
    secret = comes_in(center, "avery")
    password = credentials.new_first_password()
    with center.store.writing(OPERATOR) as tx:
        assert accounts.reset_password(tx, "avery", password) == 1
    assert sessions.resume(center.store, secret) is None
    with pytest.raises(NotAllowed):
        comes_in(center, "avery")
    fresh = comes_in(center, "avery", password)
    session = sessions.resume(center.store, fresh)
    assert session is not None
    assert session.stage is Stage.PASSWORD
    with center.store.writing(session.access) as tx:
        assert accounts.change_password(tx, password, NEW, keep=credentials.digest_secret(fresh))
    changed = sessions.resume(center.store, fresh)
    assert changed is not None
    assert changed.stage is Stage.OPEN


def test_a_password_that_has_become_known_is_changed_at_the_next_sign_in(center: Center) -> None:
    """CJIS IA-5(1) asks to compare quarterly; here it is done whenever somebody signs in."""
    stolen = Rules(listed=credentials.read_compromised([regions.PASSWORD]))
    session = sessions.resume(center.store, comes_in(center, "avery", rules=stolen))
    assert session is not None
    assert session.stage is Stage.PASSWORD
    with pytest.raises(Invalid, match="known to be stolen"), center.store.writing(session.access) as tx:
        accounts.change_password(
            tx, regions.PASSWORD, "stolen herons", keep=b"", listed=credentials.read_compromised(["stolen herons"])
        )


def test_a_secret_of_a_session_and_a_password_are_kept_only_as_digests(center: Center) -> None:
    secret = comes_in(center, "avery")
    with center.store.dialect.engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT password_hash FROM account WHERE name = 'avery'").scalar_one()
        digest = connection.exec_driver_sql("SELECT digest FROM session").scalar_one()
    assert str(stored).startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert bytes(digest) == credentials.digest_secret(secret)


def test_a_link_is_to_one_account_and_can_be_taken_away(center: Center) -> None:
    issuer = "https://issuer.example"
    with center.store.writing(OPERATOR) as tx:
        sign_ons.link(tx, "avery", issuer=issuer, subject="s-1")
        assert [(one.subject, one.by) for one in sign_ons.links_of(tx, "avery")] == [("s-1", "operator")]
        with pytest.raises(Conflict, match="signs in to the account 'avery'"):
            sign_ons.link(tx, "sam", issuer=issuer, subject="s-1")
        with pytest.raises(NotFound):
            sign_ons.link(tx, "nobody", issuer=issuer, subject="s-2")
        with pytest.raises(Invalid):
            sign_ons.link(tx, "sam", issuer=issuer, subject="")
    came = sessions.sign_in_by_issuer(center.store, issuer, "s-1", Purpose.OVERSIGHT, email="", factor=False)
    assert sessions.resume(center.store, came)
    with center.store.writing(OPERATOR) as tx:
        sign_ons.unlink(tx, "avery", issuer=issuer, subject="s-1")
        with pytest.raises(NotFound):
            sign_ons.unlink(tx, "avery", issuer=issuer, subject="s-1")
    with pytest.raises(NotAllowed):
        sessions.sign_in_by_issuer(center.store, issuer, "s-1", Purpose.OVERSIGHT, email="", factor=False)


def test_a_demonstration_offers_factors_and_a_real_center_stays_as_it_is(tmp_path: Path, watch: Watch) -> None:
    demo = create_center(tmp_path / "demo", clock=watch)
    assert demo.entry_rules.factor_required
    assert region.offer_factors(demo)
    assert not region.offer_factors(demo)
    again = open_center(tmp_path / "demo", clock=watch)
    assert not again.entry_rules.factor_required
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "settings.toml").write_text('second_factor = "required"\n')
    assert not region.offer_factors(create_center(tmp_path / "set", clock=watch))
    real = regions.new_center(tmp_path / "real", clock=watch)
    regions.add_accounts(real)
    (tmp_path / "real" / "settings.toml").write_text('name = "Real"\n')
    assert not region.offer_factors(real)
    for one in (demo, again, real):
        one.store.dialect.engine.dispose()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("account-command") / "center"
    made = regions.new_center(place)
    made.store.dialect.engine.dispose()
    return place


def types(folder: Path, *words: str, code: int = 0) -> Result:
    command = cli.build(Openers(create_center=create_center, open_center=open_center, build_app=build_app))
    result = CliRunner().invoke(command, ["--center", str(folder), "account", *words])
    assert result.exit_code == code, (result.output, result.exception)
    return result


def test_the_command_keeps_accounts(folder: Path) -> None:
    made = types(folder, "add", "noor", "--label", "Noor", "--agency", "fusion-unit", "--role", "analyst")
    password = made.output.split()[-1]
    assert len(password) == 19
    center = open_center(folder)
    secret = comes_in(center, "noor", password)
    found = json.loads(types(folder, "sessions", "noor", "--json").stdout)
    assert [one["method"] for one in found] == ["password"]
    types(folder, "change", "noor", "--role", "auditor", "--email", "noor@unit.example", "--expires", "2099-12-31")
    listed = json.loads(types(folder, "list", "--json").stdout)
    assert [(one["roles"], one["email"], one["expires"]) for one in listed] == [
        (["auditor"], "noor@unit.example", "2099-12-31")
    ]
    assert sessions.resume(center.store, secret) is None
    comes_in(center, "noor", password)
    assert "1 sessions and 0 tokens" in types(folder, "stop", "noor", "--reason", "A test.").output
    assert "stopped" in types(folder, "list").output
    types(folder, "release", "noor")
    again = types(folder, "reset-password", "noor").output.split()[-1]
    assert again != password
    assert comes_in(center, "noor", again)
    assert "no second factor" in types(folder, "factors", "remove", "noor", code=1).output
    assert "no single sign-on" in types(folder, "link", "noor", "s-1", code=4).output
    types(folder, "sweep")
    types(folder, "sessions", "nobody", code=4)
    center.store.dialect.engine.dispose()
