"""The body of a delivery, as a form or as plain bytes, kept in a temporary file while it arrives."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from tessera.errors import Invalid

IN_MEMORY = 1 << 20
_BYTES = {"type": "string", "format": "binary"}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "The file: as the part `file` of a form, or as the body itself.",
        "content": {
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"file": _BYTES}, "required": ["file"]},
            },
            "application/octet-stream": {"schema": _BYTES},
        },
    }
}


@asynccontextmanager
async def uploaded(request: Request) -> AsyncIterator[tuple[IO[bytes], str]]:
    """Give the bytes that were sent, from their beginning, and the file name that came with them, if any."""
    if request.headers.get("Content-Type", "").lower().startswith("multipart/form-data"):
        async with request.form(max_files=1, max_fields=1) as form:
            part = form.get("file")
            if not isinstance(part, UploadFile):
                raise Invalid("the form has no file", where="body.file", advice="Send it as the part named 'file'.")
            yield cast("IO[bytes]", part.file), part.filename or ""
        return
    with SpooledTemporaryFile(max_size=IN_MEMORY, prefix="tessera-upload-") as spool:
        async for chunk in request.stream():
            await run_in_threadpool(spool.write, chunk)
        spool.seek(0)
        yield cast("IO[bytes]", spool), ""
