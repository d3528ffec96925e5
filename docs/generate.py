"""Write the reference pages that can be read off the program itself; `--check` only says which are out of date."""

import inspect
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import click
import yaml

from tessera import bootstrap, cli, dictionary, errors
from tessera.api.needs import Anyone, Declared
from tessera.cli.main import EXIT_CODES
from tessera.cli.session import Openers
from tessera.dictionary import Dictionary, Kind, LinkType
from tessera.dictionary.resolution import Comparison, Condition, KindModel
from tessera.integrate.rules import RULES
from tessera.model.access import Permission, Purpose, Role
from tessera.model.marking import FieldClass, Regime, Sensitivity, Tlp
from tessera.settings import FILE, PREFIX, Settings, describe
from tessera.trust.policy import Policy
from tessera.web import errors as pages_of_errors

REFERENCE = Path(__file__).parent / "reference"
NOTE = "<!-- Written by docs/generate.py; change the program, then run: make docs -->\n"
CONTROLS = Path(__file__).parent / "cjis-controls.yaml"
TESTS = Path(__file__).parents[1] / "tests"
DEPTH = 3
"""Headings of a page go down to this level."""


def glossary() -> str:
    """Every agreed word."""
    words = _dictionary()
    parts = [
        "# Glossary\n",
        NOTE,
        (
            "Every word of the agreed language, as the packs define it. Pages, code, tables and the API use the same words. "
            "What a field tells about people (its class) decides who may see it and who may search it: see "
            "[permissions and policies](permissions-and-policies.md).\n"
        ),
        *(_kind(kind, words) for kind in words.kinds.values()),
        "## Links\n",
        *(_link(link) for link in words.link_types.values()),
        "## Code lists\n",
    ]
    for codes in words.code_lists.values():
        parts.append(f"### {codes.name}\n\n{codes.definition} Pack: {codes.pack}.\n")
        parts.append(
            _table(("code", "label", "NIEM, NIBRS"), [(c.code, c.label, c.niem) for c in codes.codes.values()])
        )
    return "\n".join(parts)


def _dictionary() -> Dictionary:
    return dictionary.load(bootstrap.pack_folders(Settings(center=Path())))


def _kind(kind: Kind, words: Dictionary) -> str:
    rows = [
        (f"`{t.name}`", t.label, t.definition, _type(t.type, t.unit, t.code_list), t.field_class, t.niem, t.stix, t.ftm)
        for t in kind.terms.values()
    ]
    heads = ("term", "label", "meaning", "type", "class", "NIEM", "STIX", "FollowTheMoney")
    links = sorted(name for name, link in words.link_types.items() if kind.name in {*link.from_kinds, *link.to_kinds})
    facts = [f"Pack: {kind.pack}.", f"Steward: {kind.steward}." if kind.steward else ""]
    facts.append(f"Dated by `{kind.event_time}`." if kind.event_time else "")
    facts.append(f"Links: {', '.join(links)}." if links else "")
    return f"## {kind.label} (`{kind.name}`)\n\n{kind.definition} {' '.join(f for f in facts if f)}\n\n{_table(heads, rows)}"


def _type(name: str, unit: str, code_list: str) -> str:
    return " ".join(
        part for part in (name, f"({unit})" if unit else "", f"of {code_list}" if code_list else "") if part
    )


def _link(link: LinkType) -> str:
    ends = f"From {', '.join(link.from_kinds)} to {', '.join(link.to_kinds)}."
    head = f"### {link.name}\n\n{link.definition} {ends} Read from the other end: {link.inverse_label}.\n"
    rows = [(f"`{r.name}`", r.label, r.definition) for r in link.roles.values()]
    return head + ("\n" + _table(("role", "label", "meaning"), rows) if rows else "")


def commands() -> str:
    """Every subcommand with its options."""
    root = cli.build(Openers(create_center=_never, open_center=_never, build_app=_never))
    codes = [
        ("0", "what was asked was done"),
        ("1", "it was not, and the message says why"),
        ("2", "an unknown option"),
    ]
    codes += [(str(code), kind.__doc__ or "") for kind, code in EXIT_CODES.items()]
    parts = ["# Commands\n", NOTE, "Exit codes:\n", _table(("code", "meaning"), codes), *_commands(root, "")]
    return "\n".join(parts)


def _never(*_: object, **__: object) -> NoReturn:
    msg = "documentation opens no center"
    raise AssertionError(msg)


def _commands(command: click.Command, path: str) -> Iterator[str]:
    name = f"{path} {command.name}".strip()
    arguments = " ".join(
        p.make_metavar(click.Context(command)) for p in command.params if isinstance(p, click.Argument)
    )
    yield f"{'#' * min(DEPTH, name.count(' ') + 2)} `{f'{name} {arguments}'.strip()}`\n"
    yield inspect.cleandoc(command.help or "") + "\n"
    rows = [_option(p) for p in command.params if isinstance(p, click.Option) and not p.hidden]
    if rows:
        yield _table(("option", "meaning", "default"), rows)
    if isinstance(command, click.Group):
        for sub in sorted(command.commands):
            yield from _commands(command.commands[sub], name)


def _option(option: click.Option) -> tuple[str, str, str]:
    names = ", ".join(option.opts)
    value = "" if option.is_flag else f" {option.make_metavar(click.Context(click.Command('x')))}"
    told = option.help or ""
    told += f" May be set as {option.envvar}." if option.envvar else ""
    told += " Required." if option.required else ""
    default = option.default if option.show_default and option.default is not None else ""
    return f"`{names}{value}`", told.strip(), str(default)


def settings() -> str:
    """Every setting with its default."""
    rows = [
        (f"`{name}`", str(value).lower() if isinstance(value, bool) else value, f"`{PREFIX}{name.upper()}`", meaning)
        for name, value, meaning in describe(Settings(center=Path()))
        if name != "center"
    ]
    text = (
        f"Settings stand in `{FILE}` in the center's folder, one `name = value` a line (TOML). A variable of the "
        "environment beats the file. An unknown name or a value of the wrong type stops the program, with file and name. "
        "`tessera settings` shows the values in use.\n"
    )
    return "\n".join(["# Settings\n", NOTE, text, _table(("setting", "default", "variable", "meaning"), rows)])


def policies() -> str:
    """Every permission, and every rule with its sentence."""
    policy = Policy.load()
    rules = policy.rules()
    texts = {name: next(f for f, text in policy.texts.items() if f'@id("{name}")' in text) for name in rules}
    parts = [
        "# Permissions and policies\n",
        NOTE,
        (
            "What no rule permits is refused, and a rule that forbids beats every rule that permits. The rules are Cedar "
            "texts in `src/tessera/trust/policies`; a site adds its own files with the setting `policies`. "
            "Each answer of the program names the rules that decided.\n"
        ),
        "## Permissions: which doors a role may use\n",
        _table(("permission", "given by"), [(f"`{p}`", _givers(policy, p, rules)) for p in Permission]),
        "## Words that the rules weigh\n",
        _table(("word", "values"), _words()),
        "## Groups that the rules ask for\n",
        (
            "An administrator puts an account into a group once it is shown that it belongs there: a clearance, a training, an "
            "employment, a citizenship. Who is in no such group does not get what it opens.\n"
        ),
        _table(("group", "asked for by"), [(f"`{name}`", _named(ids)) for name, ids in policy.groups().items()]),
        "## Rules\n",
    ]
    for file in policy.texts:
        rows = [(f"`{name}`", rules[name]) for name in rules if texts[name] == file]
        parts.append(f"### {file}\n\n{_table(('rule', 'says'), rows)}")
    return "\n".join(parts)


def _named(ids: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in ids)


def _givers(policy: Policy, permission: Permission, rules: dict[str, str]) -> str:
    statements = [s for text in policy.texts.values() for s in text.split("@id(")[1:]]
    found = [s.split('"')[1] for s in statements if "permit (" in s and f'"{permission}"' in s]
    return " ".join(rules[name] for name in found)


def _words() -> list[tuple[str, str]]:
    return [
        ("role", ", ".join(Role)),
        ("purpose", ", ".join(Purpose)),
        ("sensitivity", ", ".join(Sensitivity.__members__)),
        ("TLP", ", ".join(t.label for t in Tlp)),
        ("regime", ", ".join(Regime)),
        ("field class", ", ".join(FieldClass)),
    ]


def error_page() -> str:
    """Every error with its exit code and HTTP status."""
    kinds = [k for _, k in inspect.getmembers(errors, inspect.isclass) if issubclass(k, errors.TesseraError)]
    rows = [(k.__name__, _first(k), _exit(k), _status(k)) for k in kinds if k is not errors.TesseraError]
    text = (
        "Every error says what is wrong, where (file and line, row, field, identifier) and what to do. The command prints "
        "`tessera: WHERE: WHAT. ADVICE`; a page shows the three apart; the API answers with problem details (RFC 9457) "
        "whose `type` is `urn:tessera:problem:` and the error's name with dashes, plus `not-signed-in` (401).\n"
    )
    heads = ("error", "meaning", "exit code", "HTTP status of a page")
    return "\n".join(["# Errors\n", NOTE, text, _table(heads, rows)])


def _first(kind: type) -> str:
    return " ".join((kind.__doc__ or "").split())


def _exit(kind: type[errors.TesseraError]) -> str:
    return str(next((code for known, code in EXIT_CODES.items() if known in kind.__mro__), 1))


def _status(kind: type[errors.TesseraError]) -> str:
    return str(next(status for known, status, _ in pages_of_errors.STATUS if issubclass(kind, known)))


def api() -> str:
    """Every route of the API."""
    with TemporaryDirectory() as folder:
        center = bootstrap.create_center(Path(folder) / "center")
        routes = [declared for route in _routes(center) for declared in _declared(route)]
        center.store.dialect.engine.dispose()
    parts = [
        "# API\n",
        NOTE,
        (
            "The whole contract, with every field, is the OpenAPI document that a running center serves at "
            "`/api/v1/openapi.json`. See [use the API](../how-to/use-the-api.md). A token has only the permissions among its "
            "scopes, and never more than its owner.\n"
        ),
    ]
    for subject in dict.fromkeys(route.subject for route in routes):
        rows = [
            (f"`{d.method} {_address(d.path)}`", _need(d), _summary(d.handler)) for d in routes if d.subject == subject
        ]
        parts.append(f"## {subject.capitalize()}\n\n{_table(('route', 'needs', 'does'), rows)}")
    return "\n".join(parts)


def _routes(center: Any) -> Iterable[Any]:  # noqa: ANN401 - the center; FastAPI's routes
    from tessera.api import build_router  # noqa: PLC0415 - only this page needs the doors

    return build_router(center, None).routes


def _declared(route: Any) -> list[Declared]:  # noqa: ANN401 - any kind of route
    known = getattr(route, "declared", {})
    found = known.get(getattr(route, "endpoint", None))
    return [found] if found and found.path else []


def _address(path: str) -> str:
    return path if path.startswith("/api") else f"/api/v1{path}"


def _need(route: Declared) -> str:
    match route.need:
        case Anyone.EVERYBODY:
            return "nothing"
        case Anyone.SIGNED_IN:
            return "a good token"
        case permission:
            return f"`{permission}`"


def _summary(handler: Callable[..., Any]) -> str:
    return inspect.cleandoc(handler.__doc__ or "").split("\n\n", 1)[0].replace("\n", " ")


def cleansing() -> str:
    """Every cleansing rule with its example."""
    rows = [(f"`{r.name}`", r.definition, f"`{r.before}`", f"`{r.after}`") for r in RULES.values()]
    text = (
        "Rules that `clean` may name in a [mapping](mapping.md), applied in the order in which they are listed there.\n"
    )
    return "\n".join(["# Cleansing rules\n", NOTE, text, _table(("rule", "does", "before", "after"), rows)])


def controls() -> str:
    """Every control of the CJIS Security Policy that bears on the program: what it asks, code, test, and the site's part."""
    rows = read_controls()
    wrong = [fault for row in rows for fault in faults_of(row)]
    if wrong:
        raise SystemExit(f"{CONTROLS.name}: " + "; ".join(wrong))
    held = [row for row in rows if row.get("code")]
    text = (
        "What the FBI CJIS Security Policy 6.0 (27 December 2024) asks of a system like this, in our words, and what holds it. "
        "The policy's own text decides. There is no certificate for it: a CJIS Systems Agency judges the site as a whole. "
        f"{len(held)} controls are held by code and tried by tests; where the last column says something, the program alone "
        "does not suffice. See [sign in and accounts](../how-to/sign-in-and-accounts.md).\n"
    )
    heads = ("control", "asks", "code", "tests", "what the site does")
    table = _table(heads, [_control(row) for row in held])
    left = _table(
        ("control", "asks", "what the site does"), [(r["id"], r["asks"], r["site"]) for r in rows if not r.get("code")]
    )
    return f"# CJIS controls\n\n{NOTE}\n{text}\n## Held by the program\n\n{table}\n## Held by the site\n\nThe program cannot hold these.\n\n{left}"  # fmt: skip


def read_controls() -> list[dict[str, Any]]:
    """Read what is written about the controls."""
    found: list[dict[str, Any]] = yaml.safe_load(CONTROLS.read_text(encoding="utf-8"))
    return found


def faults_of(row: dict[str, Any]) -> list[str]:
    """Say what a control's row names that does not exist, or leaves out."""
    told = [f"{row['id']}: no object {name}" for name in row.get("code", ()) if not _exists(name)]
    told += [f"{row['id']}: no test {name}" for name in row.get("tests", ()) if not _is_test(name)]
    if bool(row.get("code")) != bool(row.get("tests")) or not (row.get("code") or row.get("site")):
        told.append(f"{row['id']}: code goes with tests, and what neither holds is the site's")
    return told


def _exists(name: str) -> bool:
    module, _, path = name.partition(":")
    try:
        attrgetter(path)(import_module(f"tessera.{module}"))
    except (ImportError, AttributeError):
        return False
    return True


def _is_test(name: str) -> bool:
    file, _, test = name.partition("::")
    return (TESTS / file).exists() and f"def {test}(" in (TESTS / file).read_text(encoding="utf-8")


def _control(row: dict[str, Any]) -> tuple[str, ...]:
    code = ", ".join(f"`{name.replace(':', '.')}`" for name in row["code"])
    return row["id"], row["asks"], code, ", ".join(f"`{name}`" for name in row["tests"]), row.get("site", "")


def resolution_models() -> str:
    """How the records of each kind are compared."""
    words = _dictionary()
    files = {
        file.stem: file
        for folder in bootstrap.pack_folders(Settings(center=Path()))
        for file in folder.glob("resolution/*.yaml")
    }
    parts = [
        "# Models of resolution\n",
        NOTE,
        (
            "How two records of a kind are compared, as `packs/*/resolution/KIND.yaml` says it. A record is first prepared: each "
            "prepared field has a maker that writes one or several terms in one way. Pairs that are equal in all fields of a "
            "blocking rule are compared; a key that more records share than the rule allows is left out. Of the levels of a "
            "comparison the first that holds counts, with log2(m / u): m is the chance of the level where both records are of one "
            "thing, u where they are not. The values here are those that a center starts with, until a model is trained. A guard "
            "keeps two records apart, whatever they weigh, until a person says otherwise.\n"
        ),
        *(_model(words.kinds[kind], model, files[kind]) for kind, model in sorted(words.resolution.items())),
    ]
    return "\n".join(parts)


def _model(kind: Kind, model: KindModel, file: Path) -> str:
    fields = [(f"`{f.name}`", f.make, ", ".join(f"`{term}`" for term in f.terms)) for f in model.fields]
    blocking = [(rule.name, ", ".join(f"`{field}`" for field in rule.fields), rule.most) for rule in model.blocking]
    guards = [(guard.says, f"`{_condition(guard.when)}`") for guard in model.guards]
    prior = f"Prior chance: {model.prior:g}. " if model.prior else ""
    parts = [
        f"## {kind.label} (`{kind.name}`)\n",
        _head_of(file),
        f"{prior}A cluster of more than {model.most_members} records goes to review. Version {model.version}.\n",
        "### Prepared fields\n",
        _table(("field", "maker", "reads"), fields),
        "### Comparisons\n",
        _table(
            ("comparison", "level", "m", "u", "log2(m / u)", "holds if"),
            [row for comparison in model.comparisons for row in _levels(comparison)],
        ),
        "### Which pairs are compared\n",
        _table(("rule", "equal and filled", "most records of a key"), blocking),
        f"Keys, which nearly prove sameness by themselves: {', '.join(f'`{key}`' for key in model.keys)}.\n"
        if model.keys
        else "",
        "### Guards\n" if guards else "",
        _table(("kept apart because of", "where"), guards) if guards else "",
    ]
    return "\n".join(part for part in parts if part).replace("### ", "### " + kind.label + ": ")


def _head_of(file: Path) -> str:
    """Give what the file says at its head, as sentences."""
    lines = file.read_text(encoding="utf-8").splitlines()
    head = [
        line.removeprefix("#").strip()
        for line in lines[: next(i for i, line in enumerate(lines) if not line.startswith("#"))]
    ]
    return " ".join(head) + "\n" if head else ""


def _levels(comparison: Comparison) -> Iterator[tuple[object, ...]]:
    for level in comparison.levels:
        weight = "counts elsewhere" if level.weightless else f"{math.log2(level.m / level.u):+.1f}"
        rare = f", weighed by how rare `{comparison.frequency}` is" if level.frequency else ""
        when = f"`{_condition(level.when)}`" if level.when else "what is left"
        yield comparison.label, level.says + rare, f"{level.m:g}", f"{level.u:g}", weight, when


def _condition(condition: Condition) -> str:
    """Write a condition in a line."""
    parts = ", ".join([*condition.fields, *(_condition(part) for part in condition.parts)])
    return f"{condition.op}({parts}{f'; {condition.value:g}' if condition.value else ''})"


def _table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(_cell(value) for value in line)} |" for line in lines) + "\n"


def _cell(value: object) -> str:
    return " ".join(str(value).replace("|", "\\|").split())


PAGES: dict[str, Callable[[], str]] = {
    "api.md": api,
    "cjis-controls.md": controls,
    "cleansing.md": cleansing,
    "commands.md": commands,
    "errors.md": error_page,
    "glossary.md": glossary,
    "permissions-and-policies.md": policies,
    "resolution-models.md": resolution_models,
    "settings.md": settings,
}


def outdated() -> list[str]:
    """Name the pages that do not say what the program says."""
    return [name for name, page in PAGES.items() if _read(REFERENCE / name) != page()]


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


def main() -> None:
    """Write the pages, or check them."""
    old = outdated()
    if "--check" in sys.argv:
        if old:
            sys.exit(f"out of date in docs/reference: {', '.join(old)}. Run: make docs")
        return
    for name in old:
        (REFERENCE / name).write_text(PAGES[name](), encoding="utf-8")
        sys.stdout.write(f"wrote docs/reference/{name}\n")


if __name__ == "__main__":
    main()
