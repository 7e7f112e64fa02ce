"""The authors' reference cannot drift: its lists are what the code says.

After a change of the code, ``python tests/unit/test_api_docs.py`` writes the lists anew.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
from pathlib import Path
from types import FunctionType

import pytest

import portal.api
from portal.plugins import hookspecs, manifest

DOCS = Path(__file__).parents[2] / "docs" / "authors"
MARK = "<!-- What follows is written from the code. -->\n"
PARTS = ("When", "Result", "Ties", "On error", "Since")


def hooks() -> str:
    """One section per hook with its signature, then the slots."""
    sections = []
    for hook in hookspecs.HOOKS:
        first, *parts = _parts(hook)
        lines = "\n".join(f"- **{name}:** {text}" for name, text in parts)
        head = f"## {hook.__name__}\n\n    {_signature(hook)}"
        sections.append(f"{head}\n\n{first}\n\n{lines}\n")
    slots = "\n".join(f"- `{name}`: {text}" for name, text in hookspecs.SLOTS.items())
    return "\n".join([*sections, f"## Slots\n\n{slots}\n"])


def fields() -> str:
    """One section per field of the manifest."""
    source = inspect.getsource(manifest.Plugin)
    return "\n".join(
        f"## {field.name}\n\n`{field.type}`{_default(field)}\n\n{_field_text(source, field.name)}\n"
        for field in dataclasses.fields(manifest.Plugin)
    )


def names() -> str:
    """Every public name with the first sentence of its docstring."""
    return "".join(f"- `{name}`: {_about(name)}\n" for name in sorted(portal.api.__all__))


PAGES = {"hooks.md": hooks, "manifest.md": fields, "api.md": names}


@pytest.mark.parametrize("name", PAGES)
def test_the_reference_is_what_the_code_says(name: str) -> None:
    _intro, _mark, written = (DOCS / name).read_text(encoding="utf-8").partition(MARK)
    same = written.strip() == _markdown(PAGES[name]()).strip()
    assert same, f"{name} has drifted: run python tests/unit/test_api_docs.py"


@pytest.mark.parametrize("hook", hookspecs.HOOKS, ids=lambda hook: hook.__name__)
def test_every_hook_says_when_what_and_what_else(hook: FunctionType) -> None:
    assert tuple(name for name, _text in _parts(hook)[1:]) == PARTS


@pytest.mark.parametrize("name", [f.name for f in dataclasses.fields(manifest.Plugin)])
def test_every_field_says_what_happens_and_since_when(name: str) -> None:
    text = _field_text(inspect.getsource(manifest.Plugin), name)
    assert text.endswith("Since 1.")
    assert len(text.split()) > 8


@pytest.mark.parametrize("name", portal.api.__all__)
def test_every_public_name_is_there_and_described(name: str) -> None:
    assert _about(name)


def test_the_public_interface_has_no_other_names() -> None:
    public = {
        name
        for name, value in vars(portal.api).items()
        if not name.startswith("_") and name != "annotations" and not inspect.ismodule(value)
    }
    assert public == set(portal.api.__all__)


def _signature(hook: FunctionType) -> str:
    text = re.sub(r"\(self(, )?", "(", str(inspect.signature(hook)).replace("'", ""))
    return f"def {hook.__name__}{text}"


def _markdown(text: str) -> str:
    """A docstring's marks as Markdown has them."""
    return re.sub(r"(?::\w+:)?``?([^`\n]+)``?", r"`\1`", text)


def _parts(hook: FunctionType) -> list[tuple[str, str]]:
    """First line, then (name, text) of each labelled part of a docstring."""
    first, _blank, rest = (inspect.getdoc(hook) or "").partition("\n\n")
    found = re.findall(r"^([A-Z][a-z ]+): (.+?)(?=^[A-Z][a-z ]+: |\Z)", rest, re.M | re.S)
    return [first, *((name, " ".join(text.split())) for name, text in found)]  # type: ignore[list-item]


def _field_text(source: str, name: str) -> str:
    found = re.search(rf'^    {name}: .+?\n    """(.+?)"""', source, re.M | re.S)
    return " ".join(found[1].split()) if found else ""


def _default(field: dataclasses.Field[object]) -> str:
    if field.default_factory is not dataclasses.MISSING:
        return ", default `{}`"
    return "" if field.default is dataclasses.MISSING else f", default `{field.default!r}`"


#: Names whose value has no docstring of its own.
SAID = {
    "Block": "A step, a stage, or one of the blocks that hold them.",
    "COLUMN_TYPES": "How annotated columns are stored: the `type_annotation_map` of every base.",
    "hookimpl": "Marks a function of the plugin's package as a hook.",
    "metadata": "The one metadata of the core and all plugins, for a base of one's own.",
}


def _about(name: str) -> str:
    value = getattr(portal.api, name)
    if name in SAID:
        return SAID[name]
    text = (inspect.getdoc(value) or "").partition("\n\n")[0]
    return " ".join(text.split())


def write() -> None:
    """Write the lists below the pages' introductions."""
    for page, make in PAGES.items():
        path = DOCS / page
        intro = path.read_text(encoding="utf-8").partition(MARK)[0]
        path.write_text(f"{intro}{MARK}\n{_markdown(make())}", encoding="utf-8")


if __name__ == "__main__":
    write()
