"""Do the tests notice a fault in validation or disclosure control? `python -m tests.mutants [HOW MANY] [SEED]`.

One fault at a time, taken at random, is put into one module of a process of its own; no file is changed. A fault that
no test notices is printed with its place. Some of these change nothing that anybody could see.
"""

import ast
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.machinery import SourceFileLoader
from pathlib import Path

import duckdb  # noqa: F401  what every process needs is imported once
import hypothesis  # noqa: F401
import pandera.pandas  # noqa: F401
import pytest
import scipy.optimize  # noqa: F401

CHECKING, DISCLOSURE = "transforms/checking", "warehouse/disclosure"
VALIDATION = ("tests/transforms/checking", "tests/transforms/test_prepare.py", "tests/transforms/test_parts.py")
TESTS = {  # module, or room -> the tests that are to notice
    CHECKING: (*VALIDATION, "tests/transforms/reading/test_layouts.py"),
    DISCLOSURE: (f"tests/{DISCLOSURE}/test_control.py", f"tests/{DISCLOSURE}/test_differences.py"),
    **dict.fromkeys(
        (f"{DISCLOSURE}/{name}.py" for name in ("block", "solver", "sums", "suppression")),
        tuple(f"tests/{DISCLOSURE}/test_{name}.py" for name in ("sums", "suppression", "control")),
    ),
}
SLOW = "not random_tables"
SECONDS = 300  # a fault that makes the tests go on and on is noticed
SWAPPED: dict[type, type] = {
    **{ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq},
    **{ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And},
    **{ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.BitAnd: ast.BitOr},
    **{ast.BitOr: ast.BitAnd},
}
RENAMED = {"or_": "and_", "and_": "or_", "min": "max", "max": "min", "any": "all", "all": "any"}


class Fault(ast.NodeTransformer):
    """Puts in the fault of that number; `places` then holds every fault that could be made, with its line."""

    def __init__(self, number: int = -1) -> None:
        self.number, self.places = number, []

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Types are not run."""
        node.value = node.value and self.visit(node.value)
        return node

    def visit_arguments(self, node: ast.arguments) -> ast.AST:
        """Neither are those of arguments."""
        node.defaults = [self.visit(default) for default in node.defaults]
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Nor what comes back, nor the decorators."""
        self.visit(node.args)
        node.body = [self.visit(line) for line in node.body]
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """The node, with the fault if it is the one."""
        super().generic_visit(node)
        for name, value in _faults(node):
            self.places.append((getattr(node, "lineno", 0), ast.unparse(node)))
            if len(self.places) - 1 == self.number:
                if not name:
                    return value
                setattr(node, name, value)
        return node


def _faults(node: ast.AST) -> Iterator[tuple[str, object]]:
    """Field and faulty value; no field where the whole node is replaced."""
    yield from _of_operators(node)
    yield from _of_values(node)
    yield from _of_conditions(node)


def _of_operators(node: ast.AST) -> Iterator[tuple[str, object]]:
    if isinstance(node, ast.Compare):
        yield "ops", [SWAPPED[type(node.ops[0])](), *node.ops[1:]]
    if isinstance(node, ast.BoolOp | ast.BinOp | ast.AugAssign) and type(node.op) in SWAPPED:
        yield "op", SWAPPED[type(node.op)]()
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "", node.operand


def _of_values(node: ast.AST) -> Iterator[tuple[str, object]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):  # a bool is an int
        yield "value", not node.value if isinstance(node.value, bool) else node.value + 1
    for field in ("id", "attr"):
        if getattr(node, field, None) in RENAMED:
            yield field, RENAMED[getattr(node, field)]


def _of_conditions(node: ast.AST) -> Iterator[tuple[str, object]]:
    if isinstance(node, ast.comprehension) and node.ifs:
        yield "ifs", node.ifs[1:]
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield "test", ast.Constant(False)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "invert":
        yield "", node.args[0]


def main(count: int = 300, seed: int = 1) -> int:
    """Put in so many faults and print what was noticed; 1 where fewer than 85 in 100 were."""
    files = [file for room in (CHECKING, DISCLOSURE) for file in sorted(Path(room).glob("*.py"))]
    every = [(file, number) for file in files for number in range(len(_places(file)))]
    chosen = random.Random(seed).sample(every, min(count, len(every)))
    if any(_is_noticed(file, -1) for file in (Path(CHECKING, "validate.py"), Path(DISCLOSURE, "solver.py"))):
        sys.exit("Tests fail without a fault too: run make test, and mend what it names first.")
    noticed = dict.fromkeys((CHECKING, DISCLOSURE), 0)
    tried = noticed.copy()
    for file, number in chosen:
        room = str(file.parent)
        is_noticed = _is_noticed(file, number)
        tried[room], noticed[room] = tried[room] + 1, noticed[room] + is_noticed
        if not is_noticed:
            line, text = _places(file)[number]
            print(f"not noticed: {file}:{line}: {text} (fault {number})", flush=True)
    for room in tried:
        print(f"{room}: {noticed[room]} of {tried[room]} noticed", flush=True)
    return int(sum(noticed.values()) < 0.85 * len(chosen))


def _places(file: Path) -> Sequence[tuple[int, str]]:
    fault = Fault()
    fault.visit(ast.parse(file.read_text(encoding="utf-8")))
    return fault.places


def _is_noticed(file: Path, number: int) -> bool:
    child = os.fork()
    if child == 0:
        os._exit(_tried(file, number))
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status) != 0
        time.sleep(0.05)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return True


def _tried(file: Path, number: int) -> int:
    """The exit code of the tests with the fault in."""
    tree = ast.fix_missing_locations(Fault(number).visit(ast.parse(file.read_text(encoding="utf-8"))))
    usual = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, name: str) -> object:
        is_it = Path(self.path).resolve() == file.resolve()
        return compile(tree, str(file), "exec") if is_it else usual(self, name)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    tests = TESTS.get(str(file)) or TESTS[str(file.parent)]
    options = ["-x", "-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning", "-k", SLOW]
    return int(pytest.main([*options, *tests]))


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
