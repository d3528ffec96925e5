"""The agreed language: kinds with their terms, links with their roles, code lists."""

from dataclasses import asdict

from pydantic import BaseModel, Field

from tessera.api.needs import Door
from tessera.api.pages import Listing
from tessera.api.visits import Here
from tessera.dictionary import CodeList as CodeListValue
from tessera.dictionary import Kind as KindValue
from tessera.dictionary import LinkType as LinkTypeValue
from tessera.dictionary import TermType
from tessera.errors import NotFound
from tessera.model.access import Permission
from tessera.model.marking import FieldClass

door = Door("Dictionary")


class TermDefinition(BaseModel):
    """One agreed word of a kind."""

    name: str
    label: str
    definition: str
    type: TermType
    unit: str
    code_list: str
    field_class: FieldClass
    steward: str
    niem: str = Field(description="Its name in the National Information Exchange Model; empty where there is none.")
    stix: str = Field(description="Its name in STIX 2.1.")
    ftm: str = Field(description="Its name in FollowTheMoney.")


class Kind(BaseModel):
    """What a record can be about; terms in the order of the dictionary."""

    name: str
    label: str
    definition: str
    pack: str
    steward: str
    event_time: str = Field(description="The term that dates a record; may be empty.")
    niem: str
    stix: str
    ftm: str
    terms: list[TermDefinition]


class RoleDefinition(BaseModel):
    """What the record that a link starts from does in the other."""

    name: str
    label: str
    definition: str
    inverse_label: str


class LinkType(BaseModel):
    """A typed relation between records."""

    name: str
    label: str
    inverse_label: str
    definition: str
    from_kinds: list[str]
    to_kinds: list[str]
    roles: list[RoleDefinition]
    pack: str
    niem: str
    ftm: str


class Code(BaseModel):
    """One code of a list."""

    code: str
    label: str
    definition: str
    niem: str


class CodeList(BaseModel):
    """The values that a term of type code may have."""

    name: str
    label: str
    definition: str
    pack: str
    codes: list[Code]


class Dictionary(BaseModel):
    """All words in use."""

    digest: str = Field(description="SHA-256 of the packs' texts, in hexadecimal.")
    kinds: list[Kind]
    link_types: list[LinkType]
    code_lists: list[CodeList]


@door.get("/dictionary", need=Permission.OVERVIEW_READ, answers=Dictionary)
def everything(visit: Here) -> Dictionary:
    """Read the whole dictionary."""
    words = visit.center.dictionary
    return Dictionary(
        digest=words.digest,
        kinds=[_kind(kind) for kind in words.kinds.values()],
        link_types=[_link_type(link) for link in words.link_types.values()],
        code_lists=[_code_list(codes) for codes in words.code_lists.values()],
    )


@door.get("/kinds", need=Permission.OVERVIEW_READ, answers=Listing[Kind])
def kinds(visit: Here) -> Listing[Kind]:
    """List the kinds with their terms."""
    return Listing(items=[_kind(kind) for kind in visit.center.dictionary.kinds.values()])


@door.get("/kinds/{name}", need=Permission.OVERVIEW_READ, answers=Kind, fails=(404,))
def one_kind(visit: Here, name: str) -> Kind:
    """Read one kind with its terms."""
    found = visit.center.dictionary.kinds.get(name)
    if found is None:
        raise NotFound(f"no kind {name!r}", where="path.name", advice="GET /kinds lists them.")
    return _kind(found)


@door.get("/link-types", need=Permission.OVERVIEW_READ, answers=Listing[LinkType])
def link_types(visit: Here) -> Listing[LinkType]:
    """List the sorts of links with their roles."""
    return Listing(items=[_link_type(link) for link in visit.center.dictionary.link_types.values()])


@door.get("/code-lists", need=Permission.OVERVIEW_READ, answers=Listing[CodeList])
def code_lists(visit: Here) -> Listing[CodeList]:
    """List the code lists with their codes."""
    return Listing(items=[_code_list(codes) for codes in visit.center.dictionary.code_lists.values()])


@door.get("/code-lists/{name}", need=Permission.OVERVIEW_READ, answers=CodeList, fails=(404,))
def one_code_list(visit: Here, name: str) -> CodeList:
    """Read one code list."""
    found = visit.center.dictionary.code_lists.get(name)
    if found is None:
        raise NotFound(f"no code list {name!r}", where="path.name", advice="GET /code-lists lists them.")
    return _code_list(found)


def _kind(kind: KindValue) -> Kind:
    return Kind.model_validate(asdict(kind) | {"terms": [asdict(term) for term in kind.terms.values()]})


def _link_type(link: LinkTypeValue) -> LinkType:
    return LinkType.model_validate(asdict(link) | {"roles": [asdict(role) for role in link.roles.values()]})


def _code_list(codes: CodeListValue) -> CodeList:
    return CodeList.model_validate(asdict(codes) | {"codes": [asdict(code) for code in codes.codes.values()]})
