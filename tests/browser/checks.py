"""What every page promises, checked in the browser: see :func:`check_page`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

AXE = (files("portal.testing") / "static" / "axe.min.js").read_text(encoding="utf-8")

ENGLISH = re.compile(
    r"\b(?:"
    # What WTForms, Flask, Flask-WTF and Flask-Login say by themselves
    r"this field|is required|not a valid|invalid|field must|number must|must be|please|"
    r"not found|forbidden|bad request|internal server|method not allowed|unauthorized|"
    r"the requested|the browser|csrf|missing|expired|too many|conflict|gone|not allowed|"
    # What a page is built of
    r"submit|save|cancel|delete|remove|search|next|previous|back|home|menu bar|log ?in|log ?out|"
    r"sign in|username|user name|loading|warning|success|close|open|edit|add|new|all|yes|"
    r"today|yesterday|days?|hours?|minutes?|ago|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|"
    r"january|february|march|may|june|july|august|october|december|"
    # What a template shows when something is missing
    r"none|true|false|undefined|null|nan"
    r")\b|%\(",
    re.IGNORECASE,
)
"""Words that no Indonesian page shows; "September" and the like are the same in both."""

TEXTS = """() => {
  const names = ['placeholder', 'aria-label', 'title', 'alt', 'aria-description'];
  const foreign = element => element.closest('[lang]').lang !== 'id';
  const said = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!foreign(parent) && !parent.closest('script, style, template'))
      said.push(walker.currentNode.data);
  }
  for (const name of names)
    for (const element of document.querySelectorAll(`[${name}]`))
      if (!foreign(element)) said.push(element.getAttribute(name));
  return said;
}"""
"""Everything that is shown or read aloud, but what says that it is in another language."""

LAYOUT = """() => ({
  lang: document.documentElement.lang,
  headings: document.querySelectorAll('h1').length,
  width: document.documentElement.scrollWidth,
  room: document.documentElement.clientWidth,
  wide: [...document.querySelectorAll('body *')]
    .filter(element => element.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map(element => element.outerHTML.slice(0, 120)),
  ids: [...document.querySelectorAll('[id]')].map(element => element.id),
})"""

RUN_AXE = """rules => axe.run(document, {resultTypes: ['violations'],
  ...(rules ? {runOnly: rules} : {})}).then(result => result.violations)"""

COLOURS = ["color-contrast", "link-in-text-block"]
"""All that can differ between light and dark; the other rules need to look once."""

SIZES = {1366: 900, 360: 740}
"""Widths and heights of a desk and of a phone."""


def check_page(page: Page) -> None:
    """Fail with everything that is wrong with the page that is open."""
    _lighten(page)
    faults = [*_layout(page), *_english(page)]
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    faults += _axe(page, "light", None)
    _darken(page)
    faults += _axe(page, "dark", COLOURS)
    assert not faults, "\n".join([page.url, *faults])


def check_widths(page: Page) -> None:
    """The same at both widths, as a desk first; loading the page once takes half the time."""
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        check_page(page)


def _layout(page: Page) -> Iterator[str]:
    found = page.evaluate(LAYOUT)
    if found["lang"] != "id":
        yield f"lang is {found['lang']!r}"
    if found["headings"] != 1:
        yield f"{found['headings']} h1"
    if found["width"] > found["room"]:
        yield f"scrolls sideways, {found['width']} in {found['room']} px: {found['wide']}"
    twice = {each for each in found["ids"] if found["ids"].count(each) > 1}
    if twice:
        yield f"ids used twice: {sorted(twice)}"


def _english(page: Page) -> Iterator[str]:
    for text in page.evaluate(TEXTS):
        for match in ENGLISH.finditer(text or ""):
            around = text[max(match.start() - 30, 0) : match.end() + 30]
            yield f"not Indonesian: {match.group()!r} in {' '.join(around.split())!r}"


def _axe(page: Page, theme: str, rules: list[str] | None) -> Iterator[str]:
    violations: list[dict[str, Any]] = page.evaluate(RUN_AXE, rules)
    for rule in violations:
        where = "; ".join(f"{node['target']} {node['html'][:160]}" for node in rule["nodes"][:3])
        yield f"axe, {theme}: {rule['id']}: {rule['help']}: {where}"


def _darken(page: Page) -> None:
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    if page.locator("html[data-bs-theme]").count():
        page.evaluate("document.documentElement.setAttribute('data-bs-theme', 'dark')")


def _lighten(page: Page) -> None:
    """Back to light, after a look at the same page in the dark."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    if page.locator("html[data-bs-theme]").count():
        page.evaluate("document.documentElement.setAttribute('data-bs-theme', 'light')")
