"""Fixtures that all tests share."""

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import postgres
import regions

from tessera.flow.center import Center

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where nothing may be skipped, a skipped test has failed."""
    report = yield
    if os.environ.get("TESSERA_NO_SKIP") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"skipped, which is not allowed here: {report.longrepr}"
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put browser tests last: Playwright keeps an event loop running in the thread that runs all tests."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data sets, which are not part of the project."""
    if not (SHARED / "data").exists():
        pytest.skip("the real data sets are not beside this checkout (../shared/data)")
    return SHARED / "data"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A running PostgreSQL server: the one in TESSERA_TEST_POSTGRES, or one of our own."""
    given = os.environ.get("TESSERA_TEST_POSTGRES", "")
    if given:
        yield given
        return
    programs = postgres.find_programs()
    if programs is None:
        pytest.skip(postgres.MISSING)
    with postgres.running(programs) as url:
        yield url


@pytest.fixture(scope="session")
def postgres_tables(postgres_url: str) -> Iterator[str]:
    """The name of a database with all tables and no rows, which others are copied from."""
    with postgres.fresh_database(postgres_url) as url:
        regions.make_tables(url)
        yield url.rsplit("/", 1)[1]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database of each sort for a new center, as a URL; "" means SQLite in the center's folder."""
    if request.param == "sqlite":
        yield ""
        return
    like = request.getfixturevalue("postgres_tables")
    with postgres.fresh_database(request.getfixturevalue("postgres_url"), like=like) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of each sort without tables, as a URL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    with postgres.fresh_database(request.getfixturevalue("postgres_url")) as url:
        yield url


@pytest.fixture
def center(database: str, tmp_path: Path) -> Iterator[Center]:
    """A small center on each database."""
    made = regions.new_center(tmp_path / "center", database=database)
    yield made
    made.store.dialect.engine.dispose()
