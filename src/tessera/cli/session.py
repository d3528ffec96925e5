"""What every command is handed: how to open the center, as whom to read, how to print."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, is_dataclass
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

import click
from rich.console import Console
from rich.table import Table

from tessera.clock import isoformat
from tessera.errors import Invalid
from tessera.flow.center import OPERATOR, Center
from tessera.flow.jobs import Jobs
from tessera.model.access import Access, Purpose
from tessera.store import accounts, sessions

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Openers:
    """How this program opens centers; `bootstrap` fills it in."""

    create_center: Callable[..., Center]
    open_center: Callable[[Path], Center]
    build_app: Callable[[Center, Jobs], Any]


@dataclass(kw_only=True)
class Session:
    """One run of the command."""

    openers: Openers
    folder: Path
    console: Console = field(default_factory=lambda: Console(stderr=True))

    @cached_property
    def center(self) -> Center:
        """The center in the folder that `--center` names."""
        return self.openers.open_center(self.folder)

    def reopen(self) -> None:
        """Read the center's settings anew."""
        self.center.store.dialect.engine.dispose()
        del self.center

    def access(self, account: str, purpose: str, need_to_know: str = "") -> Access:
        """Whom to read as. Without an account, the machine's operator, who may set up but not read content."""
        if not account:
            return OPERATOR
        return accounts.access_of(self.center.store, account, to_purpose(purpose), need_to_know)

    def signing(self, account: str, purpose: str, need_to_know: str = "") -> Access:
        """Whom to act as where it takes a signature: the person types their password. Unsigned where it is wrong."""
        access = self.access(account, purpose, need_to_know)
        if not account:
            return access  # the machine's operator is nobody who could sign
        password = click.prompt(f"Password of {account}, who signs this", hide_input=True, err=True)
        return sessions.confirm_by_password(self.center.store, access, password)


def to_purpose(text: str) -> Purpose:
    """Read a purpose by its name."""
    try:
        return Purpose(text)
    except ValueError:
        raise Invalid(f"unknown purpose {text!r}", advice=f"The purposes are: {', '.join(Purpose)}.") from None


def reads_as(command: Callable[P, R]) -> Callable[P, R]:
    """Give a command the options that say as whom, why and for what case it reads."""
    for option in (
        click.option("--need-to-know", default="", help="Case, request or event that makes this necessary."),
        click.option(
            "--purpose", default=Purpose.SITUATIONAL_AWARENESS.value, show_default=True, envvar="TESSERA_PURPOSE",
            help="Why: " + ", ".join(Purpose) + ".",
        ),
        click.option("--as", "account", default="", envvar="TESSERA_AS", metavar="ACCOUNT", help="Read as this account."),
    ):  # fmt: skip
        command = option(command)
    return command


def say(text: str = "") -> None:
    """Print a line for a person."""
    click.echo(text)


def print_json(value: object) -> None:
    """Print a value for a program: one JSON document."""
    json.dump(plain(value), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


def plain(value: Any) -> Any:  # noqa: ANN401 - any value of the model
    """Turn a value of the model into what JSON has."""
    if is_dataclass(value) and not isinstance(value, type):
        to_json = getattr(value, "to_json", None)
        return plain(to_json()) if to_json else {name: plain(v) for name, v in _fields(value).items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(v) for key, v in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(v) for v in value]
    return value


def _fields(value: Any) -> dict[str, Any]:  # noqa: ANN401 - a dataclass
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def print_table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Print rows for a person; or, where there are none, a sentence that says so."""
    found = [[_cell(value) for value in row] for row in rows]
    if not found:
        say(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for position, heading in enumerate(headings):
        numeric = all(row[position].replace(",", "").isdigit() for row in found)
        table.add_column(heading, justify="right" if numeric else "left", overflow="fold")
    for row in found:
        table.add_row(*row)
    width = None if sys.stdout.isatty() else 200
    Console(width=width, markup=False, highlight=False).print(table)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)


def moment(millis: int | None) -> str:
    """Write an instant as people read it: UTC, to the minute."""
    return isoformat(millis)[:16].replace("T", " ") if millis is not None else ""
