"""The checks of the conformance kit as functions: each returns what is wrong, in English.

``conformance.py`` makes tests of them for one plugin; nothing here knows pytest.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import inspect
from sqlalchemy.engine import Engine
from werkzeug.routing import BuildError, Rule

from portal import migrate
from portal.plugins import tables
from portal.plugins.discovery import Candidate

ALLOWED = ("portal.api", "portal.testing")
NOT_LET_IN = (401, 403)
_WORDS = re.compile(r"[^\W\d_]{3,}")
SAFE = ("GET", "HEAD", "OPTIONS")

_WATCH = """
import importlib, json, sys, threading
sys.dont_write_bytecode = True
import portal.api
seen = []
WRITES = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.putenv", "os.system",
          "subprocess.Popen", "socket.connect", "socket.bind", "sqlite3.connect"}
def watch(event, args):
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        seen.append(f"opens {args[0]} for writing")
    elif event in WRITES:
        seen.append(f"{event} {args!r}")
threads = threading.active_count()
sys.addaudithook(watch)
module = importlib.import_module(sys.argv[1])
module.portal_plugin()
if threading.active_count() > threads:
    seen.append("starts a thread")
sys.stdout.write("\\n" + json.dumps(seen))
"""


def side_effects(package: str) -> list[str]:
    """What importing the plugin does to the world, seen in a fresh interpreter."""
    done = subprocess.run(  # our own interpreter with a fixed program
        [sys.executable, "-c", _WATCH, package],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": ":".join(path for path in sys.path if path)},
        timeout=60,
    )
    if done.returncode:
        return [f"cannot be imported by itself: {done.stderr.strip().splitlines()[-1]}"]
    printed, _newline, seen = done.stdout.rpartition("\n")
    found: list[str] = json.loads(seen)
    return [*found, *([f"prints {printed.strip()!r}"] if printed.strip() else [])]


def closed_imports(candidate: Candidate) -> list[str]:
    """Imports of what is not the portal's public interface."""
    return [
        f"{path.relative_to(candidate.folder)}:{line} imports {name}"
        for path in sorted(candidate.folder.rglob("*.py"))
        if "tests" not in path.relative_to(candidate.folder).parts
        for line, name in _imports(path)
        if _closed(name, candidate.package)
    ]


def readme(candidate: Candidate) -> list[str]:
    """A README in the package or beside it, with more than a heading."""
    for folder in (candidate.folder, candidate.folder.parent):
        path = folder / "README.md"
        if path.is_file() and (folder == candidate.folder or (folder / "setup.cfg").exists()):
            lines = [row for row in path.read_text(encoding="utf-8").splitlines() if row.strip()]
            return [] if len(lines) > 1 else [f"{path.name} says nothing"]
    return ["there is no README.md"]


def open_doors(app: Flask, candidate: Candidate) -> list[str]:
    """Routes of the plugin that let an anonymous visitor in."""
    client = app.test_client()
    found: list[str] = []
    for rule in rules_of(app, candidate):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            answer = client.open(address_of(app, rule), method=method)
            to_log_in = answer.status_code in (302, 303) and answer.location.startswith("/masuk")
            # A form without its token is refused before anybody asks who sent it.
            refused = answer.status_code == 400 and method not in SAFE
            if not (to_log_in or refused or answer.status_code in NOT_LET_IN):
                found.append(f"{method} {rule.rule} answers {answer.status_code}")
    return found


def stray_names(candidate: Candidate) -> list[str]:
    """Tables, templates and routes outside the plugin's own names."""
    prefix = f"{candidate.manifest.table_prefix}_"
    found = [
        f"table {table.name} does not begin with {prefix}"
        for table in tables.of(candidate.package)
        if not table.name.startswith(prefix)
    ]
    templates = candidate.folder / "templates"
    found += [
        f"template {path.relative_to(templates)} does not lie in {candidate.key}/"
        for path in sorted(templates.rglob("*"))
        if path.is_file() and path.relative_to(templates).parts[0] != candidate.key
    ]
    home = f"/layanan/{candidate.slug}"
    trial = Flask("portal", static_folder=None)
    for blueprint in candidate.manifest.blueprints:
        trial.register_blueprint(blueprint)
    found += [
        f"route {rule.rule} does not lie below {home}/"
        for rule in trial.url_map.iter_rules()
        if not f"{rule.rule}/".startswith(f"{home}/")
    ]
    return found


def drift(engine: Engine, candidate: Candidate) -> list[str]:
    """Differences between migrations and models; up, down, and up again.

    The database has the core's tables and none of the plugin's.
    """
    owner = candidate.owner
    if owner is None:
        return []
    migrate.upgrade(engine, owner)
    found = [f"the models have, the migrations lack: {row}" for row in _flat(engine, owner)]
    migrate.downgrade(engine, owner)
    left = [name for name in inspect(engine).get_table_names() if owner.owns(name)]
    found += [f"table {name} is still there after the downgrade" for name in left]
    if not left:
        migrate.upgrade(engine, owner)
    return found


def untranslated(candidate: Candidate) -> list[str]:
    """Words of templates that stand outside ``_('…')``: no other language could show them."""
    found = []
    for path in sorted((candidate.folder / "templates").rglob("*.html")):
        for number, line in enumerate(_bare(path.read_text(encoding="utf-8")).splitlines(), 1):
            if words := _WORDS.search(line):
                found.append(f"{path.name}:{number} says {words[0]!r} without _()")
    return found


def _bare(template: str) -> str:
    """What is left of a template without its code and tags; the lines stay where they are."""
    kept = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>|&\w+;", re.DOTALL)
    return kept.sub(lambda match: "\n" * match[0].count("\n"), template)


def _flat(engine: Engine, owner: migrate.Owner) -> list[str]:
    return [str(row) for row in migrate.differences(engine, owner)]


def rules_of(app: Flask, candidate: Candidate) -> list[Rule]:
    """The routes of the plugin's own blueprints."""
    own = tuple(blueprint.name for blueprint in candidate.manifest.blueprints)
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[0] in own]


def address_of(app: Flask, rule: Rule) -> str:
    """An address that the rule matches; most converters take a number, one wants a UUID."""
    adapter = app.url_map.bind("")
    for value in (1, UUID(int=1)):
        try:
            return adapter.build(rule.endpoint, dict.fromkeys(rule.arguments, value))
        except (BuildError, ValueError):
            continue
    raise ValueError(f"cannot make an address of {rule.rule}")


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every absolute import of a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            names = [alias.name for alias in node.names]
            whole = node.module in ("portal", "plugins")
            for name in names if whole else [""]:
                yield node.lineno, f"{node.module}.{name}".rstrip(".")


def _closed(name: str, package: str) -> bool:
    def within(whole: str) -> bool:
        return name == whole or name.startswith(f"{whole}.")

    if within(package) or any(within(allowed) for allowed in ALLOWED):
        return False
    return within("portal") or within("plugins") or within("site_static")
