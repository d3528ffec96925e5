"""How often one visitor may do something: `limited` at the head of a page's function, before any work.

A form that is open to everybody counts like this; whoever comes too often gets a page with 429 and Retry-After:

    @page(ROUTES, "/corrections", method="POST", needs=None, because="...", open_to_all=True)
    def send(asked: Asked) -> Response:
        limited(asked.request, "corrections", per_minute=asked.center.settings.forms_per_minute)
        ...

The visitor is known by address (behind a proxy the one that the proxy reports). `who` counts something else instead, such
as an account's name. Each `name` is a count of its own. 0 a minute means no limit. Counts are those of this process.
"""

from starlette.requests import Request

from tessera.trust.limits import neighbourhood


def limited(request: Request, name: str, *, per_minute: int, who: str = "") -> None:
    """Count one request; raises TooMany (429) when this visitor, or `who`, has come too often."""
    request.app.state.workbench.center.limits.count(name, who or address_of(request), per_minute=per_minute)


def address_of(request: Request) -> str:
    """Give where a request comes from, as one visitor is counted."""
    return neighbourhood(request.client.host) if request.client else ""
