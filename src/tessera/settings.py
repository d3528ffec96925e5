"""The center's settings: one TOML file in its folder, each value overridable by an environment variable.

`TESSERA_PORT=9000` overrides `port`. A misspelt name or a value of the wrong type is an error that names the file.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from pathlib import Path

from tessera.errors import Invalid

FILE = "settings.toml"
PREFIX = "TESSERA_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a site may choose. The text after each field is its documentation (`tessera settings`)."""

    center: Path = field(metadata={"doc": "Folder of this center. Given on the command line, not in the file."})
    name: str = field(default="Tessera", metadata={"doc": "Name of the center, shown on every page."})
    database: str = field(
        default="",
        metadata={"doc": "URL of the database. Empty: SQLite in the center's folder. Or postgresql://USER@HOST/NAME."},
    )
    jobs_database: str = field(
        default="",
        metadata={"doc": "URL of the database of the job queue. Empty: beside the other, or the same PostgreSQL."},
    )
    blobs: str = field(
        default="",
        metadata={"doc": "Where delivered bytes are kept, as an fsspec URL. Empty: a folder in the center's folder."},
    )
    host: str = field(default="127.0.0.1", metadata={"doc": "Address that `tessera serve` listens on."})
    port: int = field(default=8321, metadata={"doc": "Port that `tessera serve` listens on."})
    secure_cookies: bool = field(
        default=False,
        metadata={"doc": "Send cookies over HTTPS only. Set it wherever the center is not on one machine."},
    )
    batch_rows: int = field(default=10_000, metadata={"doc": "Rows written in one transaction."})
    reader_memory_mb: int = field(
        default=1024,
        metadata={"doc": "Memory, in MiB, that the child process that reads a delivery may hold. It needs 300."},
    )
    reader_seconds: int = field(default=3600, metadata={"doc": "CPU seconds that reading one delivery may take."})
    reviewers: int = field(
        default=1,
        metadata={
            "doc": "People who must judge alike before a judgement that two records are one, or are not, counts."
        },
    )
    resolve_online: bool = field(
        default=True,
        metadata={"doc": "Resolve each record as it arrives. Off: only when `tessera resolve run` is called."},
    )
    resolve_memory_mb: int = field(
        default=2048,
        metadata={"doc": "Memory, in MiB, that a run or a training over a whole kind may hold in its engine."},
    )
    resolution_engine: str = field(
        default="duckdb",
        metadata={"doc": "What compares records in bulk: `duckdb` on this machine, or `spark`. Both answer the same."},
    )
    spark_master: str = field(
        default="local[*]",
        metadata={
            "doc": "Where Spark runs, such as spark://HOST:7077. `local[*]`: here, on all cores. Empty: as Spark is configured."
        },
    )
    spark_memory_mb: int = field(default=4096, metadata={"doc": "Memory, in MiB, that Spark may hold on this machine."})
    resolve_rows: int = field(
        default=500, metadata={"doc": "Records that one transaction resolves; other writers wait meanwhile."}
    )
    upload_limit_mb: int = field(
        default=2048, metadata={"doc": "Largest upload through the browser or the API, in MiB."}
    )
    checkpoint_minutes: int = field(default=60, metadata={"doc": "How often `tessera serve` signs the audit log."})
    audit_verify_hours: int = field(
        default=24, metadata={"doc": "How often `tessera serve` verifies the whole audit log. 0: never."}
    )
    witnesses_required: int = field(
        default=0, metadata={"doc": "Cosignatures of witnesses that a checkpoint of the audit log should have."}
    )
    alarm_command: str = field(
        default="",
        metadata={"doc": "Program that tells a person of an alarm; the message is added as its last word. No shell."},
    )
    public_url: str = field(
        default="",
        metadata={
            "doc": "Address under which browsers reach this center, such as https://tessera.example.gov. Passkeys and "
            "single sign-on need it; empty: the address of each request is believed."
        },
    )
    second_factor: str = field(
        default="required",
        metadata={
            "doc": "`required`: nobody gets in with a password alone. `offered`: whoever has a second factor is asked for it."
        },
    )
    sign_ins_per_minute: int = field(
        default=30,
        metadata={
            "doc": "Attempts to sign in, a minute, from one address; a third of it for one account. 0: no limit."
        },
    )
    forms_per_minute: int = field(
        default=6, metadata={"doc": "Forms open to everybody that one address may send in a minute. 0: no limit."}
    )
    api_per_minute: int = field(
        default=1200,
        metadata={"doc": "Calls of the API that one token, or one address without, may make in a minute. 0: no limit."},
    )
    compromised_passwords: str = field(
        default="",
        metadata={"doc": "File of passwords known to be stolen, one a line, besides those that are guessed by rule."},
    )
    oidc_issuer: str = field(
        default="", metadata={"doc": "Issuer of single sign-on (OpenID Connect), as an https address. Empty: none."}
    )
    oidc_client_id: str = field(default="", metadata={"doc": "What the issuer calls this center."})
    oidc_client_secret: str = field(
        default="",
        metadata={
            "doc": "Secret that the issuer gave this center. Best set as a variable, not in the file.",
            "secret": True,
        },
    )
    oidc_label: str = field(default="your agency", metadata={"doc": "What the sign-in page calls the issuer."})
    oidc_second_factor: str = field(
        default="",
        metadata={
            "doc": "Values of `amr` or `acr`, apart with spaces, with which the issuer vouches for a second factor. "
            "Empty: this center asks for its own."
        },
    )
    redress_days: int = field(
        default=30, metadata={"doc": "Days in which a request for correction is decided, and again an appeal."}
    )
    redress_acknowledge_days: int = field(
        default=5, metadata={"doc": "Working days in which a request for correction is acknowledged."}
    )
    redress_contact_days: int = field(
        default=90,
        metadata={
            "doc": "Days after which what a requester wrote is deleted, counted from the closing of the request."
        },
    )
    small_cell: int = field(
        default=11, metadata={"doc": "Published counts of people from 1 up to one less than this are withheld."}
    )
    sample_size: int = field(default=20, metadata={"doc": "Accesses in one random sample for examination."})
    purge_after_days: int = field(
        default=30,
        metadata={"doc": "Days for which what is overdue waits, unreadable, before `tessera serve` purges it."},
    )
    notice_days: int = field(
        default=7, metadata={"doc": "Days within which a notice of a recall or a correction is to be acknowledged."}
    )
    home_state: str = field(
        default="",
        metadata={"doc": "State of the center, such as DE: an address that names no state is sought there first."},
    )
    pictures_model: str = field(
        default="",
        metadata={
            "doc": "Folder of a model, with its manifest, that reads letters on pictures. Empty: the one inside."
        },
    )
    speech_model: str = field(
        default="",
        metadata={
            "doc": "Folder of a model, with its manifest, that writes down speech. Empty: that of the extra `speech`."
        },
    )
    names_model: str = field(
        default="",
        metadata={"doc": "Folder of a model, with its manifest, that finds names. Empty: that of the extra `names`."},
    )
    packs: str = field(
        default="", metadata={"doc": "Folder of further packs of this site, beside those that come along."}
    )
    policies: str = field(default="", metadata={"doc": "Folder of further Cedar policies of this site."})

    @property
    def database_url(self) -> str:
        """The database in use."""
        return self.database or f"sqlite:///{self.center / 'tessera.sqlite'}"

    @property
    def jobs_url(self) -> str:
        """The database of the job queue."""
        if self.jobs_database:
            return self.jobs_database
        if self.database.startswith("postgres"):
            return self.database
        return f"sqlite:///{self.center / 'jobs.sqlite'}"

    @property
    def blobs_url(self) -> str:
        """Where delivered bytes are kept."""
        return self.blobs or (self.center / "blobs").as_uri()


NAMES = tuple(f.name for f in fields(Settings) if f.name != "center")


def load_settings(center: Path, environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings of the center in this folder."""
    file = center / FILE
    values = _read(file) if file.exists() else {}
    for name in NAMES:
        if PREFIX + name.upper() in environment:
            values[name] = _convert(name, environment[PREFIX + name.upper()], PREFIX + name.upper())
    return Settings(center=center.resolve(), **values)  # type: ignore[arg-type]


def _read(file: Path) -> dict[str, object]:
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Invalid(f"not a TOML file: {error}", where=str(file), advice="Correct that line.") from None
    for name, value in found.items():
        if name not in NAMES:
            near = get_close_matches(name, NAMES, n=1)
            advice = f"Did you mean {near[0]!r}?" if near else f"The settings are: {', '.join(NAMES)}."
            raise Invalid(f"unknown setting {name!r}", where=str(file), advice=advice)
        wanted = _type_of(name)
        if type(value) is not wanted:
            raise Invalid(
                f"setting {name!r} must be {wanted.__name__}, not {value!r}",
                where=str(file),
                advice="Correct its value.",
            )
    return found


def _type_of(name: str) -> type:
    return next(f.type for f in fields(Settings) if f.name == name)  # type: ignore[return-value]


def _convert(name: str, text: str, where: str) -> object:
    wanted = _type_of(name)
    if wanted is bool:
        return text.lower() in {"1", "true", "yes", "on"}
    try:
        return wanted(text)
    except ValueError:
        raise Invalid(f"setting {name!r} must be {wanted.__name__}, not {text!r}", where=where) from None


def describe(settings: Settings) -> list[tuple[str, object, str]]:
    """List every setting: name, value in use, what it is. Secrets are named and not shown."""
    return [
        (f.name, _shown(getattr(settings, f.name), secret=bool(f.metadata.get("secret"))), str(f.metadata["doc"]))
        for f in fields(Settings)
    ]


def _shown(value: object, *, secret: bool) -> object:
    """Hide a secret, and the password within an address.

    >>> _shown("postgresql://tessera:hunter2@db/center", secret=False)
    'postgresql://tessera:***@db/center'
    """
    if secret:
        return "***" if value else ""
    return re.sub(r"(://[^/@:]*:)[^/@]*@", r"\1***@", value) if isinstance(value, str) else value
