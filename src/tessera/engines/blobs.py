"""Delivered bytes, content-addressed by SHA-256, over fsspec: a folder here, an object store there.

Bytes are written under a temporary name, flushed to the disk, and only then given their own name. A blob is never
changed; the same bytes are kept once. A purge drops one after it has put its rewritten bytes beside it.
"""

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import fsspec

from tessera.errors import Invalid, NotFound, Tampered, Unavailable
from tessera.ids import new_id

CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Blob:
    """What was kept."""

    sha256: str
    size: int


class Blobs:
    """The store of delivered bytes."""

    def __init__(self, url: str) -> None:
        """Use the place at this fsspec URL (`file:///folder`, `s3://bucket/prefix`)."""
        self._fs, self._root = fsspec.core.url_to_fs(url)
        self._local = "file" in (self._fs.protocol if isinstance(self._fs.protocol, tuple) else (self._fs.protocol,))

    def put(
        self, stream: IO[bytes], *, limit: int | None = None, on_progress: Callable[[int], None] | None = None
    ) -> Blob:
        """Keep what the stream holds, and give its digest and size. Over `limit` bytes, nothing is kept."""
        temporary = f"{self._root}/incoming/{new_id()}"
        digest, size = hashlib.sha256(), 0
        try:
            self._fs.makedirs(f"{self._root}/incoming", exist_ok=True)
            with self._fs.open(temporary, "wb") as out:
                while chunk := stream.read(CHUNK):
                    size += len(chunk)
                    _check_size(size, limit)
                    digest.update(chunk)
                    out.write(chunk)
                    if on_progress:
                        on_progress(size)
                self._flush(out)
            self._name(temporary, digest.hexdigest())
        except OSError as error:
            self._discard(temporary)
            raise Unavailable(
                f"the delivery could not be kept ({error.strerror or error})",
                advice="Nothing was kept. Free some space on the disk of the center, then deliver it again.",
            ) from error
        except BaseException:
            self._discard(temporary)
            raise
        return Blob(digest.hexdigest(), size)

    def _flush(self, out: Any) -> None:  # noqa: ANN401 - an fsspec file
        out.flush()
        if self._local:
            os.fsync(out.fileno())

    def _name(self, temporary: str, sha256: str) -> None:
        path = self._path(sha256)
        if self._fs.exists(path):
            self._discard(temporary)
            return
        self._fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
        self._fs.mv(temporary, path)

    def _discard(self, path: str) -> None:
        if self._fs.exists(path):
            self._fs.rm(path)

    def _path(self, sha256: str) -> str:
        return f"{self._root}/{sha256[:2]}/{sha256}"

    def exists(self, sha256: str) -> bool:
        """Claim that these bytes are kept."""
        return bool(self._fs.exists(self._path(sha256)))

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        """Give a local file with these bytes, to be read only. A remote blob is fetched and checked first."""
        if not self.exists(sha256):
            raise NotFound(
                "the delivered bytes are not in the store", where=sha256, advice="Restore them from a backup."
            )
        if self._local:
            yield Path(self._path(sha256))
            return
        with tempfile.NamedTemporaryFile(prefix="tessera-") as file:
            digest = hashlib.sha256()
            with self._fs.open(self._path(sha256), "rb") as source:
                while chunk := source.read(CHUNK):
                    digest.update(chunk)
                    file.write(chunk)
            file.flush()
            if digest.hexdigest() != sha256:
                raise Tampered("the kept bytes are not the ones that were delivered", where=sha256)
            yield Path(file.name)

    def check(self, sha256: str) -> None:
        """Read the bytes again and compare their digest."""
        with self.local(sha256) as path, path.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != sha256:
                raise Tampered("the kept bytes are not the ones that were delivered", where=sha256)

    def drop(self, sha256: str) -> bool:
        """Delete these bytes; say whether they were there."""
        try:
            self._fs.rm(self._path(sha256))
        except FileNotFoundError:
            return False
        return True

    def sweep(self, *, older_than_seconds: float) -> int:
        """Delete what was begun to be taken in and never finished, if it is so old; return how many."""
        folder = f"{self._root}/incoming"
        if not self._fs.exists(folder):
            return 0
        stale = [
            path
            for path in self._fs.ls(folder, detail=False)
            if time.time() - self._fs.modified(path).timestamp() >= older_than_seconds
        ]
        for path in stale:
            self._discard(path)
        return len(stale)

    def free_bytes(self) -> int | None:
        """Say how much space is left, where that can be known."""
        return shutil.disk_usage(self._root).free if self._local and Path(self._root).exists() else None


def _check_size(size: int, limit: int | None) -> None:
    if limit is not None and size > limit:
        raise Invalid(
            f"the delivery is larger than {limit // CHUNK} MiB",
            advice="Use `tessera ingest`, or raise the setting upload_limit_mb.",
        )
