"""Names: records found by a name that is spelt, shortened or turned round otherwise, and lists that are screened."""

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from tessera.api.needs import Door
from tessera.api.record_answers import Record
from tessera.api.texts import Text
from tessera.api.visits import Here
from tessera.flow import screening
from tessera.flow.list_reading import MOST_NAMES
from tessera.model import naming
from tessera.model.access import Permission
from tessera.store import names

door = Door("Names")
USUAL = 0.75
MOST = 100


class NameSearch(BaseModel):
    """A name to look for."""

    q: Text = Field(max_length=300, description="The name, as it is known; in any order of its words, in any alphabet.")
    kind: Annotated[list[Annotated[Text, Field(max_length=64)]], Field(max_length=20)] = Field(
        [], description="Kinds that have names; all of them where none is given."
    )
    born: Text = Field(
        "", max_length=40, description="Birth date, or month or year of birth. It weighs, and excludes nothing."
    )
    country: Text = Field(
        "", max_length=80, description="Country: name, adjective or code. It weighs, and excludes nothing."
    )
    least: float = Field(USUAL, gt=0, le=1, allow_inf_nan=False, description="Lowest score of a hit.")
    limit: int = Field(20, ge=1, le=MOST, description="Most hits.")

    def question(self) -> naming.NameQuery:
        """Make the question."""
        return naming.NameQuery(
            text=self.q,
            kinds=tuple(self.kind),
            born=self.born,
            country=self.country,
            least=self.least,
            limit=self.limit,
        )


class NameHit(BaseModel):
    """A record that was found by its name."""

    score: float = Field(ge=0, le=1, description="How alike the names are. It says nothing about a person.")
    name: Text = Field(description="The name of the record that is most alike.")
    by_alias: bool
    reasons: list[Text] = Field(description="Sentences, the most telling first.")
    record: Record

    @classmethod
    def of(cls, hit: naming.NameHit) -> "NameHit":
        """Write a hit."""
        return cls(
            score=hit.score,
            name=hit.name,
            by_alias=hit.by_alias,
            reasons=list(hit.reasons),
            record=Record.of(hit.record),
        )


class NameHits(BaseModel):
    """Hits, the most alike first."""

    items: list[NameHit]
    more: bool = Field(description="There are more hits than were asked for.")
    capped: bool = Field(description="So many names sound like this one that not all of them were compared.")

    @classmethod
    def of(cls, page: naming.NamesPage) -> "NameHits":
        """Write the hits of one name."""
        return cls(items=[NameHit.of(hit) for hit in page.hits], more=page.more, capped=page.capped)


class NameLine(BaseModel):
    """One name of a list."""

    name: Text = Field(max_length=300)
    born: Text = Field("", max_length=40)
    country: Text = Field("", max_length=80)


class NameListing(BaseModel):
    """A list to screen."""

    names: list[NameLine] = Field(min_length=1, max_length=MOST_NAMES)
    kind: Annotated[list[Annotated[Text, Field(max_length=64)]], Field(max_length=20)] = []
    least: float = Field(USUAL, gt=0, le=1, allow_inf_nan=False)
    limit: int = Field(10, ge=1, le=MOST, description="Most hits for each name.")


class ScreenedName(BaseModel):
    """What was found for one name."""

    row: int = Field(description="Its place in the list, from 1.")
    name: Text
    problem: Text = Field(description="What of the line could not be used; else empty.")
    hits: NameHits


@door.get("/names", need=Permission.RECORD_READ, answers=NameHits)
def search(visit: Here, asked: Annotated[NameSearch, Query()]) -> NameHits:
    """Find records by a name, with the reasons for each hit."""
    with visit.store.reading(visit.access) as tx:
        return NameHits.of(names.search(tx, asked.question()))


@door.post("/names/screen", need=Permission.RECORD_READ, answers=list[ScreenedName])
def screen(visit: Here, sent: NameListing) -> list[ScreenedName]:
    """Look for every name of a list. The list is kept nowhere."""
    listed = screening.listed(
        [
            naming.ListedName(row=row, text=one.name.strip(), born=one.born.strip(), country=one.country.strip())
            for row, one in enumerate(sent.names, start=1)
        ]
    )
    query = naming.NameQuery(text="-", kinds=tuple(sent.kind), least=sent.least, limit=sent.limit)
    return [
        ScreenedName(row=one.listed.row, name=one.listed.text, problem=one.problem, hits=NameHits.of(one.page))
        for one in screening.screen(visit.center, visit.access, listed, query)
    ]
