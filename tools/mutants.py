"""Small wrong versions of a Python source, one change each, for asking whether its tests would notice.

What is changed: comparisons (turned round, moved by one at the border), and/or (exchanged, an operand left out), not, conditions,
whole numbers, true and false, arithmetic, bits, results, members of sets and tables, steps left out, min/max and any/all. What a
string says is not changed, nor annotations, decorators and docstrings.
"""

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

Where: TypeAlias = "tuple[ast.AST, str, int | None]"
"""A place in the tree: node, field, and index in the field's list."""

COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Div: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any"}
TIDIED = frozenset({"strip", "lower", "upper", "casefold"})
SPARED = frozenset({"decorator_list", "annotation", "returns", "type_params"})
TEXT = 56
"""Characters of code that a mutant's name shows."""


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """One change: its name, which says where and what, and the lines on which it stands."""

    id: str
    lines: tuple[int, int]
    """From the line on which its statement begins to the last line of what is changed."""
    function: bool
    """It stands within a function, so it is there once the function is called and not before."""
    place: Where
    new: Any


@dataclass(frozen=True)
class _Scope:
    name: str = ""
    line: int = 0
    """Where the statement begins."""
    function: bool = False
    table: bool = False
    """Within a value that a module or class names, or after `in`: a tuple there is a set of members."""


def mutants(tree: ast.Module) -> list[Mutant]:
    """List the mutants of a source, in the order of its lines; their names are unique within it."""
    seen: Counter[str] = Counter()
    found = []
    for mutant in _walk(tree, _Scope()):
        seen[mutant.id] += 1
        times = seen[mutant.id]
        name = mutant.id if times == 1 else f"{mutant.id} ({times})"
        found.append(replace(mutant, id=name))
    return found


def exchange(place: Where, new: Any) -> Any:  # noqa: ANN401 - any node or list of nodes
    """Put something in a place of the tree, and give what was there."""
    node, field, index = place
    if index is None:
        old = getattr(node, field)
        setattr(node, field, new)
        return old
    items = getattr(node, field)
    old, items[index] = items[index], new
    return old


def _walk(node: ast.AST, scope: _Scope) -> Iterator[Mutant]:
    for field, value in ast.iter_fields(node):
        if field in SPARED:
            continue
        items = value if isinstance(value, list) else [value]
        for index, item in enumerate(items):
            if not isinstance(item, ast.AST) or _is_docstring(field, item):
                continue
            place = (node, field, index if isinstance(value, list) else None)
            inner = _scope(node, field, item, scope)
            yield from _changes(item, place, inner)
            if not isinstance(item, ast.JoinedStr):
                yield from _walk(item, inner)


def _is_docstring(field: str, item: ast.AST) -> bool:
    return field == "body" and isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant)


def _scope(node: ast.AST, field: str, item: ast.AST, scope: _Scope) -> _Scope:
    if isinstance(item, ast.stmt):
        scope = replace(scope, line=item.lineno)
    if isinstance(item, (ast.FunctionDef, ast.ClassDef)):
        return replace(scope, name=f"{scope.name}.{item.name}" if scope.name else item.name, table=False)
    if isinstance(node, (ast.FunctionDef, ast.Lambda)) and field == "body":
        return replace(scope, function=True)
    named = isinstance(node, (ast.Assign, ast.AnnAssign)) and not scope.function
    listed = isinstance(node, ast.Compare) and field == "comparators"
    return replace(scope, table=scope.table or named or listed)


def _changes(node: ast.AST, place: Where, scope: _Scope) -> Iterator[Mutant]:
    for what, at, new in _edits(node, place, scope):
        where = scope.name or "module"
        last = getattr(node, "end_lineno", None) or scope.line
        yield Mutant(id=f"{where}: {what}", lines=(scope.line, last), function=scope.function, place=at, new=new)


def _edits(node: ast.AST, place: Where, scope: _Scope) -> Iterator[tuple[str, Where, object]]:
    """Give what is changed in words, where, and into what."""
    if isinstance(node, ast.Compare):
        yield from _compared(node)
    elif isinstance(node, ast.BoolOp):
        yield from _joined(node, place)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield _told(node, node.operand), place, node.operand
    elif isinstance(node, (ast.BinOp, ast.AugAssign)):
        yield from _counted(node)
    elif isinstance(node, ast.Constant):
        yield from _constant(node, place)
    elif isinstance(node, (ast.Set, ast.List, ast.Tuple, ast.Dict)):
        yield from _members(node, place, scope)
    elif isinstance(node, ast.Call):
        yield from _called(node, place)
    yield from _conditions(node)
    yield from _steps(node, place)


def _compared(node: ast.Compare) -> Iterator[tuple[str, Where, object]]:
    for index, operator in enumerate(node.ops):
        for other in COMPARED[type(operator)]:
            ops = [*node.ops[:index], other(), *node.ops[index + 1 :]]
            changed = ast.Compare(left=node.left, ops=ops, comparators=node.comparators)
            yield _told(node, changed), (node, "ops", index), other()


def _joined(node: ast.BoolOp, place: Where) -> Iterator[tuple[str, Where, object]]:
    other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
    yield _told(node, ast.BoolOp(op=other, values=node.values)), (node, "op", None), other
    for index, value in enumerate(node.values):
        rest = [*node.values[:index], *node.values[index + 1 :]]
        new = rest[0] if len(rest) == 1 else ast.copy_location(ast.BoolOp(op=node.op, values=rest), node)
        yield f"`{_text(node)}` without `{_text(value)}`", place, new


def _counted(node: ast.BinOp | ast.AugAssign) -> Iterator[tuple[str, Where, object]]:
    other = COUNTED.get(type(node.op))
    sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.value,)
    texts = any(
        isinstance(s, ast.JoinedStr) or (isinstance(s, ast.Constant) and isinstance(s.value, str)) for s in sides
    )
    if other is None or texts:
        return
    old = node.op
    before = _text(node)
    node.op = other()
    after = _text(node)
    node.op = old
    yield f"`{before}` → `{after}`", (node, "op", None), other()


def _constant(node: ast.Constant, place: Where) -> Iterator[tuple[str, Where, object]]:
    if isinstance(node.value, bool):
        yield f"`{_around(place)}`: {node.value} → {not node.value}", place, _like(node, ast.Constant(not node.value))
    elif isinstance(node.value, (int, float)):
        more = node.value + 1
        yield f"`{_around(place)}`: {node.value} → {more}", place, _like(node, ast.Constant(more))


def _members(
    node: ast.Set | ast.List | ast.Tuple | ast.Dict, place: Where, scope: _Scope
) -> Iterator[tuple[str, Where, object]]:
    """Leave out each member of what has several. A tuple elsewhere than in a table is unpacked, so its length is no choice."""
    if isinstance(node, ast.Dict):
        for index, key in enumerate(node.keys if len(node.keys) > 1 else ()):
            less = ast.Dict(keys=_but(node.keys, index), values=_but(node.values, index))
            yield f"a table without `{_text(key or node.values[index])}`", place, _like(node, less)
        return
    stored = isinstance(node, (ast.List, ast.Tuple)) and not isinstance(node.ctx, ast.Load)
    named = isinstance(place[0], ast.Subscript)  # parameters of a type, or indexes
    if len(node.elts) == 1 or stored or named or (isinstance(node, ast.Tuple) and not scope.table):
        return
    for index, member in enumerate(node.elts):
        rest = _but(node.elts, index)
        fewer = ast.Set(elts=rest) if isinstance(node, ast.Set) else type(node)(elts=rest, ctx=ast.Load())
        yield f"`{_text(node)}` without `{_text(member)}`", place, _like(node, fewer)


def _called(node: ast.Call, place: Where) -> Iterator[tuple[str, Where, object]]:
    function = node.func
    if isinstance(function, ast.Name) and function.id in CALLED:
        name = CALLED[function.id]
        yield f"`{_text(node)}` → {name}", (node, "func", None), _like(function, ast.Name(id=name, ctx=ast.Load()))
    if isinstance(function, ast.Attribute) and function.attr in TIDIED and not node.args and not node.keywords:
        yield _told(node, function.value), place, function.value


def _conditions(node: ast.AST) -> Iterator[tuple[str, Where, object]]:
    if isinstance(node, (ast.If, ast.IfExp)) and not isinstance(node.test, (ast.Compare, ast.BoolOp, ast.UnaryOp)):
        turned = _like(node.test, ast.UnaryOp(op=ast.Not(), operand=node.test))
        yield f"if `{_text(node.test)}` → if not", (node, "test", None), turned
    if isinstance(node, ast.comprehension):
        for index, test in enumerate(node.ifs):
            yield f"`for {_text(node.target)} …` without `if {_text(test)}`", (node, "ifs", None), _but(node.ifs, index)


def _steps(node: ast.AST, place: Where) -> Iterator[tuple[str, Where, object]]:
    if isinstance(node, ast.Return) and node.value and not isinstance(node.value, ast.Constant):
        yield f"`{_text(node)}` → nothing", (node, "value", None), _like(node.value, ast.Constant(None))
    elif isinstance(node, (ast.Expr, ast.Raise, ast.AugAssign, ast.Delete)):
        yield f"without `{_text(node)}`", place, _like(node, ast.Pass())
    elif isinstance(node, ast.Continue):
        yield "continue → break", place, _like(node, ast.Break())
    elif isinstance(node, ast.Break):
        yield "break → continue", place, _like(node, ast.Continue())


def _but(items: list[Any], index: int) -> list[Any]:
    return [*items[:index], *items[index + 1 :]]


def _like(node: ast.AST, new: ast.AST) -> ast.AST:
    return ast.fix_missing_locations(ast.copy_location(new, node))


def _told(before: ast.AST, after: ast.AST) -> str:
    return f"`{_text(before)}` → `{_text(after)}`"


def _around(place: Where) -> str:
    node = place[0]
    return f"{node.arg}={_text(node.value)}" if isinstance(node, ast.keyword) else _text(node)


def _text(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= TEXT else f"{text[: TEXT - 1]}…"
