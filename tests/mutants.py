"""Do the tests notice a fault in validation or disclosure control? `python -m tests.mutants [PLACE ...]`.

One fault at a time is put into one module of a process of its own; no file is changed. A fault that no test notices is
printed with its place. `transforms/checking` or `warehouse/disclosure/sums.py:4` tries only the faults of places that
begin so. Left out are types, decorators and a zip's `strict`, which is there for whoever changes the code.
"""

import ast
import copy
import os
import resource
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from importlib.machinery import SourceFileLoader
from itertools import chain
from pathlib import Path

import pytest

CHECKING, DISCLOSURE = "transforms/checking", "warehouse/disclosure"
ROOMS = {
    "validation": (*sorted(Path(CHECKING).glob("*.py")), Path("transforms/prepare.py")),
    "disclosure control": tuple(sorted(Path(DISCLOSURE).rglob("*.py"))),
}
TESTS = {  # module, or its folder -> the tests that are to notice, beside those of the module's own name
    **dict.fromkeys(
        (CHECKING, "transforms"),
        (
            f"tests/{CHECKING}",
            *(f"tests/transforms/{n}.py" for n in ("test_parts", "reading/test_layouts", "test_prepare")),
        ),
    ),
    DISCLOSURE: tuple(f"tests/{DISCLOSURE}/test_{name}.py" for name in ("overlaps", "control", "past")),
    **dict.fromkeys(
        (f"{DISCLOSURE}/{name}.py" for name in ("counted", "sums", "system")),
        tuple(f"tests/{DISCLOSURE}/test_{name}.py" for name in ("system", "system_blocks", "counted", "control")),
    ),
    f"{DISCLOSURE}/suppression": tuple(
        f"tests/{DISCLOSURE}/{name}.py" for name in ("suppression/test_suppression", "test_system", "test_control")
    ),
}
OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "--assert=plain", "--tb=no", "-k", "not random_tables")
KILLED, TIMEOUT, SURVIVED = "killed", "timed out", "survived"
SECONDS = 60  # of a processor: a fault that makes the tests go on and on is noticed
HANGS = 900  # seconds of a clock, where they wait instead
PAIRS = (
    *((ast.Lt, ast.LtE), (ast.Gt, ast.GtE), (ast.Eq, ast.NotEq), (ast.In, ast.NotIn), (ast.Is, ast.IsNot)),
    *((ast.And, ast.Or), (ast.Add, ast.Sub), (ast.Mult, ast.Div), (ast.BitAnd, ast.BitOr)),
    *(("and_", "or_"), ("min", "max"), ("any", "all")),
)
SWAPPED = {one: other for pair in PAIRS for one, other in (pair, pair[::-1])}


class Fault(ast.NodeTransformer):
    """Puts in the fault of that number; `places` then holds every fault that could be made: line, before, after."""

    def __init__(self, number: int = -1) -> None:
        self.number, self.places = number, []

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Types are not run."""
        node.value = node.value and self.visit(node.value)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Neither are those of arguments and of what comes back, nor is a decorator a fault's place."""
        node.args.defaults = [self.visit(default) for default in node.args.defaults]
        return self.visit_ClassDef(node)

    def visit_ClassDef(self, node: ast.ClassDef | ast.FunctionDef) -> ast.AST:
        """A class has decorators too: whether it is frozen changes nothing that anybody sees."""
        node.body = [self.visit(line) for line in node.body]
        return node

    def visit_keyword(self, node: ast.keyword) -> ast.AST:
        """A zip's `strict` guards against what no run does."""
        return node if node.arg == "strict" else self.generic_visit(node)

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """The node, with the fault if it is the one."""
        super().generic_visit(node)
        for name, value in _faults(node):
            faulty = copy.copy(node) if name else value
            if name:
                setattr(faulty, name, value)
            texts = (ast.unparse(one).strip().partition("\n")[0] for one in (node, faulty))
            self.places.append((getattr(node, "target", node).lineno, *texts))
            if len(self.places) - 1 == self.number:
                return faulty
        return node


def _faults(node: ast.AST) -> Iterator[tuple[str, object]]:
    """Field and faulty value; no field where the whole node is replaced."""
    yield from _of_operators(node)
    yield from _of_values(node)
    yield from _of_conditions(node)


def _of_operators(node: ast.AST) -> Iterator[tuple[str, object]]:
    if isinstance(node, ast.Compare):
        for n, op in enumerate(node.ops):
            yield "ops", [*node.ops[:n], SWAPPED[type(op)](), *node.ops[n + 1 :]]
    if isinstance(node, ast.BoolOp | ast.BinOp | ast.AugAssign) and type(node.op) in SWAPPED:
        yield "op", SWAPPED[type(node.op)]()
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "", node.operand


def _of_values(node: ast.AST) -> Iterator[tuple[str, object]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):  # a bool is an int
        yield "value", not node.value if isinstance(node.value, bool) else node.value + 1
    for field in ("id", "attr"):
        if getattr(node, field, None) in SWAPPED:
            yield field, SWAPPED[getattr(node, field)]


def _of_conditions(node: ast.AST) -> Iterator[tuple[str, object]]:
    if isinstance(node, ast.comprehension) and node.ifs:
        yield "ifs", node.ifs[1:]
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield "test", ast.Constant(False)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "invert":
        yield "", node.args[0]


def main(*wanted: str) -> int:
    """Try the faults and print what was noticed; 1 where fewer than 85 in 100 were in one of the rooms."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # they take longer to load than a fault to be noticed
    _import_all()
    return int(min([_noticed_in(room, wanted or ("",)) for room in ROOMS]) < 0.85)


def _noticed_in(room: str, wanted: tuple[str, ...]) -> float:
    """The share of faults noticed in the room; its line of totals and its survivors are printed."""
    faults = [(file, n, *place) for file in ROOMS[room] for n, place in enumerate(_places(file))]
    faults = [fault for fault in faults if f"{fault[0]}:{fault[2]}".startswith(wanted)]
    if any(_outcome(file, -1) != SURVIVED for file in {_tests(fault[0])[1:]: fault[0] for fault in faults}.values()):
        sys.exit("Tests fail without a fault too: run make test, and mend what it names first.")
    found = Counter({KILLED: 0, TIMEOUT: 0, SURVIVED: 0})
    for file, number, line, before, after in faults:
        outcome = _outcome(file, number)
        found[outcome] += 1
        if outcome == SURVIVED:
            print(f"survived: {file}:{line}: {before}  ->  {after}", flush=True)
    share = 1 - found[SURVIVED] / max(len(faults), 1)
    counts = ", ".join(f"{count} {outcome}" for outcome, count in found.items())
    print(f"{room}: {len(faults)} faults, {counts}; {share:.1%} noticed", flush=True)
    return share


def _places(file: Path) -> list[tuple[int, str, str]]:
    fault = Fault()
    fault.visit(ast.parse(file.read_text(encoding="utf-8")))
    return fault.places


def _import_all() -> None:
    """Import the libraries once for all processes; of this repository only what is below both rooms stays imported."""
    for test in map(Path, chain.from_iterable(TESTS.values())):
        for file in [test] if test.is_file() else test.glob("test_*.py"):
            import_module(".".join(file.with_suffix("").parts))
    for name in [name for name in sys.modules if name.split(".")[0] in ("flows", "transforms", "warehouse", "tests")]:
        del sys.modules[name]


def _outcome(file: Path, number: int) -> str:
    """Of a process of its own: killed, timeout or survived."""
    if not (child := os.fork()):
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
        signal.alarm(HANGS)
        os._exit(_tried(file, number))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return TIMEOUT if code in (-signal.SIGXCPU, -signal.SIGALRM) else KILLED if code else SURVIVED


def _tried(file: Path, number: int) -> int:
    """The exit code of the tests with the fault in."""
    tree = ast.fix_missing_locations(Fault(number).visit(ast.parse(file.read_text(encoding="utf-8"))))
    usual = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, name: str) -> object:
        return compile(tree, str(file), "exec") if Path(self.path) == file.resolve() else usual(self, name)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]
    for number_of_stream in (1, 2):
        os.dup2(os.open(os.devnull, os.O_WRONLY), number_of_stream)
    return int(pytest.main([*OPTIONS, *_tests(file)]))


def _tests(file: Path) -> tuple[str, ...]:
    """What is to notice a fault in the module, in order."""
    own, others = f"tests/{file.parent}/test_{file.name}", TESTS.get(str(file)) or TESTS[str(file.parent)]
    return others if own in others or not Path(own).is_file() else (own, *others)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
