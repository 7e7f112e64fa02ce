"""Letter texts: Markdown with ``{{placeholders}}``, filled with escaped values, safe as HTML.

The texts are data: the general ones lie in ``templates/`` beside this module, a plugin
brings its own. Numbers come from ``portal.documents.registers``; PDF is not made here.
"""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import markdown
import nh3
from flask_babel import gettext as _
from markupsafe import Markup

from portal.errors import Invalid, NotFound

_PLACEHOLDER = re.compile(r"\{\{\s*([a-z][a-z0-9_]*)\s*\}\}")
_FOLDER = Path(__file__).parent / "templates"

_TAGS = {
    *("p", "br", "hr", "strong", "em", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "a"),
    *("table", "thead", "tbody", "tr", "th", "td", "code", "pre"),
}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "th": {"scope"}}
# Every sign that Markdown or HTML could read something into, as a character reference.
_ESCAPED = {ord(sign): f"&#{ord(sign)};" for sign in string.punctuation}


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """A letter's text: ``key``, ``title`` (its first line) and Markdown ``body``."""

    key: str
    title: str
    body: str

    @property
    def placeholders(self) -> tuple[str, ...]:
        """The names to be filled, in the order of the text, each once."""
        return tuple(dict.fromkeys(_PLACEHOLDER.findall(self.body)))

    def fill(self, values: Mapping[str, str]) -> str:
        """The body as Markdown with the values in it; a value cannot become markup.

        Raises:
            Invalid: a placeholder has no value (an empty text is one).
        """
        if missing := [name for name in self.placeholders if name not in values]:
            raise Invalid(
                _("Isi surat belum lengkap: %(names)s.", names=", ".join(missing)),
                {name: _("Wajib diisi.") for name in missing},
            )
        return _PLACEHOLDER.sub(lambda found: escape_markdown(values[found[1]]), self.body)

    def render(self, values: Mapping[str, str]) -> Markup:
        """The filled letter as safe HTML."""
        return render_markdown(self.fill(values))


def parse_template(key: str, text: str) -> LetterTemplate:
    """Read a template: the first line ``# Judul`` is its title, the rest its body."""
    first, _newline, body = text.strip().partition("\n")
    if not first.startswith("# ") or not body.strip():
        raise Invalid(_("Templat surat harus diawali baris judul, misalnya “# Memorandum”."))
    return LetterTemplate(key, first[2:].strip(), body.strip() + "\n")


@cache
def shipped_template(key: str) -> LetterTemplate:
    """A general template of the core: ``memorandum`` or ``surat``.

    Raises:
        NotFound: there is none of that key.
    """
    path = _FOLDER / f"{key}.md"
    if not key.isidentifier() or not path.is_file():
        raise NotFound(_("Templat surat “%(key)s” tidak ada.", key=key))
    return parse_template(key, path.read_text(encoding="utf-8"))


def escape_markdown(value: str) -> str:
    """A value as Markdown that shows just that value; its line breaks stay."""
    lines = [" ".join(line.split()) for line in value.strip().splitlines()]
    return "<br>".join(line.translate(_ESCAPED) for line in lines)


def render_markdown(text: str, *, breaks: bool = True) -> Markup:
    """Markdown as HTML that is safe to show, whoever wrote it.

    ``breaks``: a line break of the text is one on the page, as people expect of a letter.
    Headings begin at the second level (a page has one ``h1``); pictures, styles and
    scripts are left out; links keep http(s) and mailto only.
    """
    extensions = ["sane_lists", "tables", *(["nl2br"] if breaks else [])]
    html = markdown.markdown(text, extensions=extensions, output_format="html")
    html = re.sub(r"<(/?)h1>", r"<\1h2>", html)
    return Markup(
        nh3.clean(
            html,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer",
        )
    )
