"""Export: all that a question finds, of one kind, as a file; streamed without a cap, and disclosed in the audit log."""

from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from tessera import share
from tessera.model.access import Permission
from tessera.web.forms import read_question
from tessera.web.page import Asked, page
from tessera.web.pages.deliveries import as_file

ROUTES: list[Route] = []
ALSO = ("facets", "format")


@page(ROUTES, "/export", needs=Permission.RECORD_EXPORT)
def stream(asked: Asked) -> Response:
    """Stream the records of one kind that this session may see."""
    question, wanted = read_question(asked.params, also=ALSO), asked.param("format")
    headers = as_file(f"{'-'.join(question.kinds[:1]) or 'records'}.{wanted}")
    kind = share.media_type(wanted)
    if asked.request.method == "HEAD":
        return Response(media_type=kind, headers=headers)  # nothing leaves, so nothing is disclosed
    center = asked.center
    chunks = share.export(center.store, asked.access, question, wanted, center.dictionary)
    return StreamingResponse(chunks, media_type=kind, headers=headers)
