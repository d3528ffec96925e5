"""The published side of the audit log: its newest checkpoint and its hashes, for witnesses outside (C2SP tlog-tiles).

Hashes of salted commitments say nothing about an entry. The entries themselves (`tile/entries`) are not served: they stay here.
"""

from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tessera.errors import NotFound
from tessera.store import proofs
from tessera.trust.tiles import parse_path
from tessera.web.page import Asked, page

ROUTES: list[Route] = []
BRIEFLY = "public, max-age=5"
FOR_GOOD = "public, max-age=31536000, immutable"
PUBLIC = "a witness outside has no account; it learns how long the log is and hashes that say nothing more"


@page(ROUTES, "/log/checkpoint", needs=None, because=PUBLIC, open_to_all=True, data=True)
def checkpoint(asked: Asked) -> Response:
    """Give the newest signed checkpoint with all cosignatures."""
    note = proofs.public_checkpoint(asked.center.store)
    if not note:
        raise NotFound("no checkpoint has been signed yet", advice="Come back later.")
    return PlainTextResponse(note, headers={"Cache-Control": BRIEFLY})


@page(ROUTES, "/log/tile/{path:path}", needs=None, because=PUBLIC, open_to_all=True, data=True)
def tile(asked: Asked) -> Response:
    """Give the hashes of one tile that a signed checkpoint covers. Its content never changes."""
    wanted = parse_path(asked.request.path_params["path"])
    content = proofs.public_tile(asked.center.store, wanted) if wanted else None
    if content is None:
        raise NotFound("no signed checkpoint has such a tile", advice="Ask for the tiles of /log/checkpoint.")
    return Response(content, media_type="application/octet-stream", headers={"Cache-Control": FOR_GOOD})
