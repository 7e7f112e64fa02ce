"""Who may import whom: the walls of the design, each proven able to fail on a bad sample."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 400

#: From the ground up: a layer imports only those before it, and itself.
LAYERS = (
    ("errors", "clock", "mailserver", "config", "memory", "db", "audit", "migrate", "events",
     "formats", "forms"),
    ("jobs",),
    ("org",),
    ("auth",),
    ("documents",),
    ("standards",),
    ("workflow",),
    ("complaints",),
    ("publishing",),
    ("plugins",),
    ("web",),
)  # fmt: skip
AUTH = LAYERS.index(("auth",))
#: The pages and commands of a domain below ``auth`` still must ask who is there and what
#: that person may; its services and models must not.
PAGES = ("views", "admin", "cli")
#: What stands over all layers: it wires them, or it is what plugin authors see.
TOP = ("api", "app", "bench", "cli", "commands", "demo", "serve", "testing")


@dataclass(frozen=True)
class Import:
    """One import statement: who, what, where, and whether it runs when the module loads."""

    module: str
    target: str
    line: int
    at_load: bool

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.target}"


def imports(module: str, source: str, package: bool = False) -> Iterator[Import]:
    """Every import in a source text, relative ones resolved; TYPE_CHECKING does not load."""
    base = module.split(".") if package else module.split(".")[:-1]
    tree = ast.parse(source)
    later: set[int] = set()
    for node in ast.walk(tree):
        # What is inside a function or behind TYPE_CHECKING does not run at load time.
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            later |= {id(child) for child in ast.walk(node)}
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            later |= {id(child) for part in node.body for child in ast.walk(part)}
    for node in ast.walk(tree):
        at_load = id(node) not in later
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module, alias.name, node.lineno, at_load)
        elif isinstance(node, ast.ImportFrom):
            parts = base[: len(base) - node.level + 1] if node.level else []
            origin = ".".join([*parts, *([node.module] if node.module else [])])
            for alias in node.names:
                yield Import(module, f"{origin}.{alias.name}", node.lineno, at_load)


def within(name: str, package: str) -> bool:
    """Whether a dotted name is the package or inside it."""
    return name == package or name.startswith(f"{package}.")


def layer_of(name: str) -> int | None:
    """The height of a core module; None for those over all layers and for others."""
    parts = name.split(".")
    if parts[0] != "portal" or len(parts) < 2:
        return None
    for height, names in enumerate(LAYERS):
        if parts[1] in names:
            return height
    return None


def wall(found: Iterable[Import]) -> list[str]:
    """Imports between core, plugins and public site that the design forbids."""
    return [str(each) for each in found if _forbidden(each.module, each.target)]


def _forbidden(who: str, what: str) -> bool:
    def of(*packages: str) -> bool:
        return any(within(what, package) for package in packages)

    if within(who, "portal"):
        may_write = within(who, "portal.publishing") or within(who, "portal.testing")
        return of("plugins") or (of("site_static") and not may_write)
    if within(who, "site_static"):
        return of("portal", "plugins", "sqlalchemy", "flask_sqlalchemy", "sqlite3", "psycopg")
    own = ".".join(who.split(".")[:2])
    closed = of("portal") and not of("portal.api", "portal.testing")
    return closed or of("site_static") or (of("plugins") and not of(own))


def upward(found: Iterable[Import]) -> list[str]:
    """Imports of a higher layer by a lower one, inside functions too."""
    broken = []
    for each in found:
        mine, theirs = layer_of(each.module), layer_of(each.target)
        if mine is not None and each.module.split(".")[-1].startswith(PAGES):
            mine = max(mine, AUTH)
        top = within(each.target, "portal") and len(each.target.split(".")) > 1
        top = top and each.target.split(".")[1] in TOP
        if mine is not None and (top or (theirs is not None and theirs > mine)):
            broken.append(str(each))
    return broken


def cycles(found: Iterable[Import], modules: Iterable[str]) -> list[str]:
    """Import cycles among the modules, by what runs at load time."""
    known = set(modules)
    edges: dict[str, set[str]] = {name: set() for name in known}
    for each in found:
        target = each.target
        while target and target not in known:
            target = target.rpartition(".")[0]
        if each.at_load and target and target != each.module and each.module in edges:
            edges[each.module].add(target)
    return [" -> ".join(cycle) for cycle in _walk(edges)]


def _walk(edges: Mapping[str, set[str]]) -> list[list[str]]:
    state: dict[str, int] = {}
    path: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        state[name] = 1
        path.append(name)
        for target in sorted(edges[name]):
            # ``from package import module`` makes the package's own file no user of it.
            if state.get(target, 0) == 1 and not target.startswith(f"{name}."):
                found.append([*path[path.index(target) :], target])
            elif state.get(target, 0) == 0:
                visit(target)
        path.pop()
        state[name] = 2

    for name in sorted(edges):
        if state.get(name, 0) == 0:
            visit(name)
    return found


def too_long(sources: Mapping[str, str]) -> list[str]:
    """Modules over the limit."""
    counts = {name: len(text.splitlines()) for name, text in sources.items()}
    return [f"{name}: {count} lines" for name, count in counts.items() if count > LONGEST]


# -- the repository ------------------------------------------------------------------------


def files() -> list[Path]:
    """The Python files of the three parts, without tests, builds and samples."""
    parts = ("portal", "plugins", "site_static")
    found = [path for part in parts for path in (ROOT / part).rglob("*.py")]
    skip = {"tests", "versions", "build", "build.releases", "scaffold", "__pycache__"}
    return [path for path in found if not skip & set(path.relative_to(ROOT).parts)]


def name_of(path: Path) -> str:
    """The dotted name of a file."""
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    return {name_of(path): path.read_text(encoding="utf-8") for path in files()}


@pytest.fixture(scope="module")
def found() -> list[Import]:
    return [
        each
        for path in files()
        for each in imports(
            name_of(path), path.read_text(encoding="utf-8"), path.name == "__init__.py"
        )
    ]


def test_the_walls_between_core_plugins_and_public_site_hold(found: list[Import]) -> None:
    assert wall(found) == []


def test_the_tests_of_a_plugin_use_the_public_api_only() -> None:
    paths = [p for p in (ROOT / "plugins").rglob("*.py") if "tests" in p.parts]
    found = [e for p in paths for e in imports(name_of(p), p.read_text(encoding="utf-8"))]
    assert wall(found) == []


def test_no_layer_imports_a_higher_one(found: list[Import]) -> None:
    assert upward(found) == []


def test_every_module_of_the_core_has_its_layer(sources: dict[str, str]) -> None:
    known = {name for names in LAYERS for name in names} | set(TOP) | {"migrations"}
    first = {name.split(".")[1] for name in sources if name.startswith("portal.")}
    assert first - known == set()


def test_there_are_no_import_cycles(found: list[Import], sources: dict[str, str]) -> None:
    assert cycles(found, sources) == []


def test_no_module_is_over_400_lines(sources: dict[str, str]) -> None:
    assert too_long(sources) == []


# -- each check can fail -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("portal.org.views", "import plugins.performance_agreement"),
        ("portal.org.views", "def f():\n    from plugins import performance_agreement"),
        ("portal.org.views", "from site_static.schema import Document"),
        ("site_static.app", "from portal.clock import now"),
        ("site_static.app", "import sqlite3"),
        ("site_static.app", "from sqlalchemy import select"),
        ("plugins.one.views", "from portal.db import db"),
        ("plugins.one.views", "import portal.workflow.engine"),
        ("plugins.one.views", "from plugins.two import models"),
        ("plugins.one.views", "from ..two import models"),
        ("plugins.one.views", "from portal import db"),
    ],
)
def test_a_hole_in_a_wall_is_found(module: str, source: str) -> None:
    assert len(wall(imports(module, source))) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("plugins.one.views", "from portal.api import Plugin"),
        ("plugins.one.tests.test_a", "from portal.testing import PluginConformance"),
        ("plugins.one.views", "from . import models"),
        ("portal.publishing.writer", "from site_static.schema import Document"),
    ],
)
def test_a_door_in_a_wall_is_open(module: str, source: str) -> None:
    assert wall(imports(module, source)) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("portal.org.service", "from portal.workflow import models"),
        ("portal.org.service", "def f():\n    from ..workflow.models import Case"),
        ("portal.db", "import portal.org.models"),
        ("portal.auth.views", "from portal.web.frame import menu"),
        ("portal.workflow.views", "from portal.app import create_app"),
        ("portal.org.views", "from portal.workflow.models import Case"),
        ("portal.org.service", "from portal.auth.rights import require"),
    ],
)
def test_an_import_from_above_is_found(module: str, source: str) -> None:
    assert len(upward(imports(module, source))) == 1


def test_a_page_of_a_lower_domain_may_ask_for_rights() -> None:
    assert (
        upward(imports("portal.org.admin_people", "from portal.auth.rights import require")) == []
    )


def test_a_cycle_is_found() -> None:
    modules = {
        "portal.org.a": "from portal.org import b",
        "portal.org.b": "from .c import x",
        "portal.org.c": "import portal.org.a",
    }
    found = [each for name, text in modules.items() for each in imports(name, text)]
    assert cycles(found, modules) == [
        "portal.org.a -> portal.org.b -> portal.org.c -> portal.org.a"
    ]


def test_an_import_inside_a_function_makes_no_cycle() -> None:
    modules = {"portal.a": "import portal.b", "portal.b": "def f():\n    import portal.a"}
    found = [each for name, text in modules.items() for each in imports(name, text)]
    assert cycles(found, modules) == []


def test_a_long_module_is_found() -> None:
    assert too_long({"portal.a": "\n" * 401, "portal.b": "\n" * 400}) == ["portal.a: 401 lines"]
