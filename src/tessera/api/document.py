"""The OpenAPI document of the API: what FastAPI finds out, with tokens, needs and problems added."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi.openapi.utils import get_openapi
from starlette.routing import BaseRoute

from tessera import __version__
from tessera.api import problems
from tessera.api.needs import Anyone, Declared
from tessera.api.visits import LONGEST_NEED_TO_KNOW, NEED_TO_KNOW

SCHEMA = "#/components/schemas/Problem"
TOKEN = "token"  # noqa: S105 - the name of a security scheme
_ABOUT = (
    "Everything that the pages of a center show. Each operation names the permission it needs (`x-need`); a token's "
    "scopes are permissions and can only narrow what its account may do. What may not be seen is masked or left out, "
    "by the same policy as everywhere. Every read and change is noted in the audit log with the token's purpose."
)
_NEED_TO_KNOW = {
    "name": NEED_TO_KNOW,
    "in": "header",
    "required": False,
    "description": "The case, request or event for which it is needed, where a rule asks for it.",
    "schema": {"type": "string", "maxLength": LONGEST_NEED_TO_KNOW, "pattern": "^[A-Za-z0-9 ._:/#-]*$"},
}


def operation(declared: Declared) -> dict[str, Any]:
    """Give the parts of an operation that FastAPI does not know."""
    own = {"x-need": declared.need.value} | declared.document
    if declared.need is Anyone.EVERYBODY:
        return own | {"security": []}
    scopes = [declared.need.value] if declared.need is not Anyone.SIGNED_IN else []
    return own | {"security": [{TOKEN: scopes}], "parameters": [_NEED_TO_KNOW]}


def responses(declared: Declared) -> dict[int | str, dict[str, Any]]:
    """Describe an operation's own answers and every problem it can answer with."""
    content = {problems.MEDIA_TYPE: {"schema": {"$ref": SCHEMA}}}
    found: dict[int | str, dict[str, Any]] = {
        status: {"description": HTTPStatus(status).phrase, "content": content} for status in declared.failures
    }
    return found | declared.responses


def openapi(routes: Sequence[BaseRoute], prefix: str) -> dict[str, Any]:
    """Write the document."""
    document = get_openapi(title="Tessera", version=__version__, routes=list(routes), description=_ABOUT)
    components = document.setdefault("components", {})
    components["securitySchemes"] = {
        TOKEN: {"type": "http", "scheme": "bearer", "description": "A token, as made on the page or by POST /tokens."}
    }
    schema = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    components["schemas"] |= schema.pop("$defs") | {"Problem": schema}
    document["paths"] = {path.removeprefix(prefix): item for path, item in document["paths"].items()}
    document["servers"] = [{"url": prefix}]
    return document
