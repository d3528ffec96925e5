"""One running center: its parts, put together by `bootstrap` and handed to the doors."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tessera.clock import Clock
from tessera.dictionary import Dictionary
from tessera.engines.blobs import Blobs
from tessera.errors import Invalid
from tessera.flow.jobs import Jobs, open_jobs
from tessera.flow.pipeline import Pipeline
from tessera.model.access import Access, Actor, Purpose, Role
from tessera.settings import Settings
from tessera.store.transactions import Store
from tessera.trust import checkpoint
from tessera.trust.policy import Policy

OPERATOR = Access(
    actor=Actor(account="operator", agency="", roles=frozenset({Role.ADMINISTRATOR, Role.DATA_STEWARD})),
    purpose=Purpose.ADMINISTRATION,
)
"""Who runs the command on the center's own machine. Sets the center up; reads no content."""


@dataclass(frozen=True)
class Center:
    """One running center: its parts, put together."""

    settings: Settings
    dictionary: Dictionary
    policy: Policy
    store: Store
    blobs: Blobs
    clock: Clock
    packs: tuple[Path, ...]

    @cached_property
    def pipeline(self) -> Pipeline:
        """The stages in order."""
        return Pipeline(
            store=self.store,
            blobs=self.blobs,
            dictionary=self.dictionary,
            settings=self.settings,
            mappings=self.mapping_text,
        )

    @contextmanager
    def jobs(self) -> Iterator[Jobs]:
        """Run the job engine while the block lasts."""
        with open_jobs(self.pipeline) as jobs:
            yield jobs

    def mapping_names(self) -> list[str]:
        """List the mappings that the packs bring."""
        return sorted({file.stem for folder in self.packs for file in folder.glob("mappings/*.yaml")})

    def mapping_text(self, name: str) -> str:
        """Find a mapping that a pack brings, by name."""
        files = {file.stem: file for folder in self.packs for file in folder.glob("mappings/*.yaml")}
        if name not in files:
            raise Invalid(f"unknown mapping {name!r}", advice=f"The mappings are: {', '.join(sorted(files))}.")
        return files[name].read_text(encoding="utf-8")

    @property
    def key_file(self) -> Path:
        """The private key (PEM) that signs the audit log."""
        return self.settings.center / "keys" / "audit.pem"

    @property
    def origin(self) -> str:
        """The log's name in its checkpoints, made of the center's name when the center was created."""
        return (self.settings.center / "keys" / "audit.origin").read_text(encoding="utf-8").strip()

    def sign_checkpoint(self, size: int, root: bytes) -> str:
        """Sign a size and root of the audit log."""
        return checkpoint.sign_checkpoint(self.origin, size, root, self._signing_key)

    def check_checkpoint(self, note: str) -> tuple[int, bytes]:
        """Verify a signed checkpoint of this center; raise Tampered if it is not one."""
        signed = checkpoint.verify_checkpoint(note, [self.verifier_key])
        return signed.size, signed.root

    @property
    def verifier_key(self) -> str:
        """What an outsider needs to verify this center's checkpoints."""
        return checkpoint.verifier_key(self.origin, self._signing_key)

    @cached_property
    def _signing_key(self) -> Ed25519PrivateKey:
        return checkpoint.load_signing_key(self.key_file.read_bytes())
