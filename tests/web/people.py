"""A center in which several agencies know the same people, for the tests of who is who."""

import re
from pathlib import Path

import regions
from browsing import READERS, Browser
from starlette.testclient import TestClient

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
POLICE = ("P-1,Elena,Vandermeer,1984-05-09,F,302-555-0143", "P-2,Elena,Vandermeer,1971-11-30,F,302-555-0188")
OPEN = ("O-1,Elena,Vandermeer,1984-05-09,F,302-555-0143", "O-2,Tobias,Quillwort,1990-01-02,M,302-555-0101")
HEALTH = ("H-1,Elena,Vandermeer-Hidden,1984-05-09,F,302-555-0143",)
"""Nobody but the hospital may know of this one."""


def rows(*lines: str) -> bytes:
    return "\n".join(["id,given,surname,born,sex,phone", *lines, ""]).encode()


class Town:
    """The center, the browsers of its readers, and the records by what their sources call them."""

    def __init__(self, folder: Path) -> None:
        self.center: Center = regions.new_center(folder / "center")
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
        self.app = build_app(self.center, None)

    def deliver(self, source: str, *lines: str) -> None:
        regions.deliver(self.center, rows(*lines), source=source, filename=f"{source}.csv", mapping=MAPPING)

    def browser(self, reader: str) -> Browser:
        made = Browser(TestClient(self.app, base_url="http://center.example", raise_server_exceptions=False))
        access = READERS[reader]
        assert made.sign_in(access.actor.account, access.purpose.value).status_code == 303
        return made

    def uid(self, access: Access, source: str, words: str) -> str:
        """Find the one record of a source that says these words."""
        with self.center.store.reading(access) as tx:
            hits = records.search(tx, SearchQuery(text=words, sources=(source,), kinds=("person",))).hits
        assert len(hits) == 1, [hit.headline for hit in hits]
        return str(hits[0].uid)


def field(page: str, name: str) -> str:
    """Give the value of the first hidden field of this name."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1]
