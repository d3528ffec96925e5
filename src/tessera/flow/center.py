"""One running center: its parts, put together by `bootstrap` and handed to the doors."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tessera.clock import Clock
from tessera.dictionary import Dictionary
from tessera.engines.blobs import Blobs
from tessera.engines.linkers import OpenLinker
from tessera.errors import Invalid
from tessera.flow import purging
from tessera.flow.jobs import Jobs, open_jobs
from tessera.flow.limits import Limits
from tessera.flow.pipeline import Pipeline
from tessera.flow.recognisers import Recognisers, recognisers_of
from tessera.model.access import Access, Actor, Purpose, Role
from tessera.settings import Settings
from tessera.store.sessions import Rules
from tessera.store.transactions import Store
from tessera.trust import checkpoint, credentials, receipts, second_factor
from tessera.trust.offences import Offences, read_offences
from tessera.trust.policy import Policy
from tessera.trust.redress import Clocks

PACKAGE = Path(__file__).parents[1]
VERIFIER = "verify_log.py"
OFFENCES = "offences.yaml"
REQUIRED = "required"
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
    store: Store
    blobs: Blobs
    clock: Clock
    packs: tuple[Path, ...]
    linker: OpenLinker
    """Loads records into the engine that compares them in bulk."""

    @property
    def policy(self) -> Policy:
        """The policy in force, as of the last transaction."""
        return self.store.policy

    @cached_property
    def pipeline(self) -> Pipeline:
        """The stages in order."""
        return Pipeline(
            store=self.store,
            blobs=self.blobs,
            dictionary=self.dictionary,
            settings=self.settings,
            mappings=self.mapping_text,
            linker=self.linker,
            recognisers=self.recognisers,
        )

    @cached_property
    def recognisers(self) -> Recognisers:
        """What recognises letters, speech and names here."""
        return recognisers_of(self.settings)

    @contextmanager
    def jobs(self) -> Iterator[Jobs]:
        """Run the job engine while the block lasts."""
        purging.complete_all(self)
        self.recognisers.prepare()
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

    @cached_property
    def offences(self) -> Offences:
        """Offences that may stand in a criminal predicate: the list of the last pack that brings one."""
        files = [file for folder in self.packs if (file := folder / OFFENCES).is_file()]
        if not files:
            return Offences(offences={}, umbrellas={})
        return read_offences(files[-1].read_text(encoding="utf-8"), where=str(files[-1]))

    @cached_property
    def entry_rules(self) -> Rules:
        """What this site asks of whoever comes in."""
        return Rules(factor_required=self.settings.second_factor == REQUIRED, listed=self._compromised())

    def _compromised(self) -> frozenset[bytes]:
        if not self.settings.compromised_passwords:
            return frozenset()
        file = self.settings.center / self.settings.compromised_passwords
        try:
            with file.open(encoding="utf-8") as lines:
                return credentials.read_compromised(lines)
        except (OSError, UnicodeDecodeError) as error:
            raise Invalid(
                f"the list of stolen passwords cannot be read ({error})", where=str(file),
                advice="Correct the setting compromised_passwords; a path is counted from the center's folder.",
            ) from None  # fmt: skip

    @cached_property
    def factor_key(self) -> bytes:
        """The key under which seeds of one-time codes are sealed; made at first use, kept beside the signing key."""
        file = self.settings.center / "keys" / "factors.key"
        file.parent.mkdir(mode=0o700, exist_ok=True)
        try:
            with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:  # noqa: PTH123 - opened by its descriptor, for its mode
                out.write(second_factor.new_key())
        except FileExistsError:
            pass
        return file.read_bytes()

    @cached_property
    def limits(self) -> Limits:
        """How often who has asked for what, in this process."""
        return Limits(self.clock)

    @property
    def redress_clocks(self) -> Clocks:
        """How long the center gives itself to answer requests for correction."""
        return Clocks(
            within=self.settings.redress_days,
            acknowledge_within=self.settings.redress_acknowledge_days,
            contact_days=self.settings.redress_contact_days,
        )

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

    def write_receipt(self, facts: receipts.Facts) -> str:
        """Sign the receipt of a purge."""
        return receipts.write_receipt(facts, lambda body: checkpoint.sign_note(body, self.origin, self._signing_key))

    @property
    def verifier_key(self) -> str:
        """What an outsider needs to verify this center's checkpoints."""
        return checkpoint.verifier_key(self.origin, self._signing_key)

    @property
    def verifier_program(self) -> Path:
        """The program, one file, with which outsiders check what this center signed."""
        shipped = PACKAGE / "tools" / VERIFIER
        return shipped if shipped.exists() else PACKAGE.parents[1] / "tools" / VERIFIER

    @cached_property
    def _signing_key(self) -> Ed25519PrivateKey:
        return checkpoint.load_signing_key(self.key_file.read_bytes())
