"""Answers that are streams of bytes: whatever is wrong shows before the first byte leaves."""

from collections.abc import Iterator
from itertools import chain
from urllib.parse import quote

from fastapi.responses import StreamingResponse


def streamed(chunks: Iterator[bytes], media_type: str, filename: str) -> StreamingResponse:
    """Send chunks as a file to be saved. The first chunk is made here, so that its errors still become problems."""
    first = next(chunks, b"")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(filename, safe='')}"}
    return StreamingResponse(chain([first], chunks), media_type=media_type, headers=headers)


def binary(description: str, *media_types: str) -> dict[int | str, dict[str, object]]:
    """Describe such an answer for the OpenAPI document."""
    content = {name: {"schema": {"type": "string", "format": "binary"}} for name in media_types}
    return {200: {"description": description, "content": content}}
