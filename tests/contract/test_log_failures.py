"""When the log cannot be written, nothing happens, and somebody is told (CJIS AU-5); on each database."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import regions
from regions import ANALYST, PASSWORD, deliver, rows
from sqlalchemy import func, select
from starlette.testclient import TestClient

from tessera.api import build_router
from tessera.errors import TesseraError, Unavailable
from tessera.flow import log_keeping
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import AgencyKind, Permission
from tessera.model.record import SearchQuery
from tessera.model.source import Agency
from tessera.settings import Settings
from tessera.store import auditing, parties, records, sessions, tables, tokens
from tessera.store.alarms import TOLD_AGAIN_MS, AlarmKind, Alarms
from tessera.web.app import build_app

SQLITE = "CREATE TRIGGER broken BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no more'); END"
POSTGRES = (
    "CREATE FUNCTION fail() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'no more'; END $$ LANGUAGE plpgsql",
    "CREATE TRIGGER broken BEFORE INSERT ON {table} FOR EACH STATEMENT EXECUTE FUNCTION fail()",
)


def run(center: Center, *statements: str) -> None:
    with center.store.dialect.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def break_by_trigger(center: Center, table: str = "audit_entry") -> None:
    texts = (SQLITE,) if center.store.dialect.name == "sqlite" else POSTGRES
    run(center, *(text.format(table=table) for text in texts))


def break_by_losing_the_table(center: Center) -> None:
    run(center, "ALTER TABLE audit_entry RENAME TO audit_lost")


def break_by_losing_the_head(center: Center) -> None:
    run(center, "DELETE FROM audit_head")


BREAKS: list[Callable[[Center], None]] = [break_by_trigger, break_by_losing_the_table, break_by_losing_the_head]


def count(center: Center, name: str) -> int:
    with center.store.dialect.engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(tables.metadata.tables[name])).scalar_one())


@pytest.mark.parametrize("broken", BREAKS)
def test_without_a_log_nothing_is_written_read_or_opened(center: Center, broken: Callable[[Center], None]) -> None:
    regions.add_accounts(center)
    deliver(center, rows("A1,2026-03-01 10:00,burglary,x,39,-75,,,"), source="open-feed")
    with center.store.writing(ANALYST) as tx:
        secret = tokens.create_token(tx, "t", tuple(Permission), days=1, purpose=ANALYST.purpose)[1]
    agencies, opened = count(center, "agency"), count(center, "session")
    app = build_app(center, None, api=build_router(center, None))
    client = TestClient(app, raise_server_exceptions=False)
    assert client.get("/healthz").status_code == 200
    broken(center)
    with pytest.raises(TesseraError), center.store.reading(ANALYST) as tx:
        records.search(tx, SearchQuery())
    with pytest.raises(TesseraError), center.store.writing(OPERATOR) as tx:
        parties.register(tx, Agency(name="new", label="New", kind=AgencyKind.LOCAL))
    with pytest.raises(TesseraError):
        sessions.sign_in(center.store, "avery", PASSWORD, ANALYST.purpose)
    seen = client.get("/api/v1/records", headers={"Authorization": f"Bearer {secret}"})
    assert seen.status_code >= 400
    assert "burglary" not in seen.text
    assert (count(center, "agency"), count(center, "session")) == (agencies, opened)
    assert [alarm.kind for alarm in center.store.alarms.standing] == [AlarmKind.UNWRITTEN]
    unwell = client.get("/healthz")
    assert (unwell.status_code, unwell.text) == (503, "alarm\n")
    assert "audit-unwritten: the audit log cannot be written" in alarms_of(center)


def alarms_of(center: Center) -> str:
    return (center.settings.center / "alarms.log").read_text()


def test_the_alarm_ends_when_the_log_can_be_written_again(center: Center) -> None:
    break_by_losing_the_table(center)
    assert not log_keeping.sign(center)
    assert center.store.alarms.standing
    run(center, "ALTER TABLE audit_lost RENAME TO audit_entry")
    assert log_keeping.sign(center)
    assert not center.store.alarms.standing
    first, last = alarms_of(center).splitlines()
    assert "cannot be written" in first
    assert "ended; it stood since" in last


def test_a_disclosure_that_cannot_be_noted_is_not_made(center: Center) -> None:
    deliver(center, rows("A1,2026-03-01 10:00,burglary,x,39,-75,,,"), source="open-feed")
    break_by_trigger(center, "disclosure")
    with pytest.raises(Unavailable), center.store.reading(ANALYST) as tx:
        records.search(tx, SearchQuery(text="burglary"))
    assert center.store.alarms.standing


def test_a_full_disk_stops_reading_too(tmp_path: Path) -> None:
    center = regions.new_center(tmp_path / "center")
    with center.store.dialect.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.rollback()

    def read_until_full() -> None:
        for _ in range(2000):
            with center.store.reading(ANALYST) as tx:
                records.search(tx, SearchQuery(text="x" * 500))

    with pytest.raises(Unavailable, match="disk is full"):
        read_until_full()
    assert "the disk is full" in alarms_of(center)


def test_a_log_that_was_changed_raises_an_alarm_that_the_next_good_check_ends(center: Center) -> None:
    run(center, "UPDATE audit_entry SET account = 'nobody' WHERE \"index\" = 1")
    found = log_keeping.verify(center, OPERATOR)
    assert found.findings
    assert [alarm.kind for alarm in center.store.alarms.standing] == [AlarmKind.TAMPERED]
    with center.store.reading(OPERATOR) as tx:
        assert auditing.heartbeat(tx).verified_findings == 1


def test_a_program_of_the_site_is_told_and_can_be_given_no_command(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from tessera.engines.telling import by_program

    out = tmp_path / "told.txt"
    script = tmp_path / "tell.py"
    script.write_text(f"import sys; open({str(out)!r}, 'a').write(repr(sys.argv[1:]) + '\\n')")
    tell = by_program(f"{sys.executable} {script} now")
    tell("it's; rm -rf $HOME `id`")
    deadline = time.monotonic() + 20
    while not (out.exists() and out.read_text().endswith("\n")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert out.read_text() == repr(["now", "it's; rm -rf $HOME `id`"]) + "\n"


def test_a_standing_alarm_is_told_again_after_a_while_and_not_before() -> None:
    now, told = [0], list[str]()
    alarms = Alarms(lambda: now[0], told.append)
    for at in (0, 1000, TOLD_AGAIN_MS - 1, TOLD_AGAIN_MS):
        now[0] = at
        alarms.sound(AlarmKind.UNWRITTEN, "no\nmore")
    assert told == ["1970-01-01T00:00:00Z audit-unwritten: no more"] * 2
    assert TOLD_AGAIN_MS <= 3_600_000  # within the hour
    alarms.clear(AlarmKind.UNWRITTEN)
    alarms.clear(AlarmKind.UNWRITTEN)
    assert len(told) == 3
    assert alarms.standing == ()


def test_the_settings_keep_watch_by_default() -> None:
    settings = Settings(center=Path("x"))
    assert settings.audit_verify_hours == 24
    assert settings.checkpoint_minutes <= 60
