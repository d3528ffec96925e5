"""A center in which several agencies know the same people, for the tests of who is who."""

import re
import shutil
from pathlib import Path

import regions
from browsing import READERS, Browser
from starlette.testclient import TestClient

from tessera.bootstrap import open_center
from tessera.flow.center import OPERATOR, Center
from tessera.model.access import Access
from tessera.model.record import SearchQuery
from tessera.store import records
from tessera.store.accounts import Account, create
from tessera.web.app import build_app

MAPPING = """\
name: test-people
version: 1
description: People of the tests, one row each.
columns: [id, given, surname, born, sex, phone]
records:
  person:
    kind: person
    key: [id]
    terms:
      given_name: {column: given}
      surname: {column: surname}
      birth_date: {column: born, formats: ["%Y-%m-%d"]}
      sex: {column: sex}
      phone: {column: phone}
"""
POLICE = ("P-1,Elena,Vandermeer,1984-05-09,female,302-555-0143", "P-2,Elena,Vandermeer,1971-11-30,female,302-555-0188")
OPEN = ("O-1,Elena,Vandermeer,1984-05-09,female,302-555-0143", "O-2,Tobias,Quillwort,1990-01-02,male,302-555-0101")
HEALTH = ("H-1,Elena,Vandermeer-Hidden,1984-05-09,female,302-555-0143",)
"""Nobody but the hospital may know of this one."""


def rows(*lines: str) -> bytes:
    return "\n".join(["id,given,surname,born,sex,phone", *lines, ""]).encode()


class Town:
    """The center, the browsers of its readers, and the records by what their sources call them."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.app = build_app(center, None)

    @classmethod
    def built(cls, folder: Path) -> "Town":
        """Build the town anew."""
        town = cls(regions.new_center(folder / "center"))
        town.settle()
        return town

    def copied(self, folder: Path) -> "Town":
        """Give a town of its own to a test that changes something."""
        shutil.copytree(self.center.settings.center, folder / "center")
        return Town(open_center(folder / "center"))

    def settle(self) -> None:
        """Make the accounts, and deliver what the agencies know."""
        with self.center.store.writing(OPERATOR) as tx:
            for access in READERS.values():
                who = access.actor
                account = Account(
                    name=who.account, label=who.account.title(), agency=who.agency, agency_label="",
                    roles=tuple(who.roles), groups=tuple(who.groups), trained_until=who.trained_until, disabled=False,
                )  # fmt: skip
                create(tx, account, regions.PASSWORD)
        for source, lines in (("police-feed", POLICE), ("open-feed", OPEN), ("health-feed", HEALTH)):
            self.deliver(source, *lines)

    def deliver(self, source: str, *lines: str) -> None:
        regions.deliver(self.center, rows(*lines), source=source, filename=f"{source}.csv", mapping=MAPPING)

    def browser(self, reader: str) -> Browser:
        made = Browser(TestClient(self.app, base_url="http://center.example", raise_server_exceptions=False))
        access = READERS[reader]
        assert made.sign_in(access.actor.account, access.purpose.value).status_code == 303
        return made

    def uid(self, access: Access, source: str, said: str) -> str:
        """Find the one record of a source that says this in one of its values."""
        with self.center.store.reading(access) as tx:
            hits = records.search(tx, SearchQuery(sources=(source,), kinds=("person",))).hits
        (found,) = [hit for hit in hits if any(said in term.value for term in hit.terms)]
        return str(found.uid)

    def close(self) -> None:
        """Let go of the database."""
        self.center.store.dialect.engine.dispose()


def field(page: str, name: str) -> str:
    """Give the value of the first hidden field of this name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1]
