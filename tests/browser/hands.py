"""Three ways to work a page: with the mouse, with the keyboard alone, and without JavaScript.

A test is written once, with :class:`Hands`; ``hands`` in the conftest runs it each way.
"""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

MANY = 250
"""More stops of Tab than any page has between its top and what a test wants."""

FOCUS = """element => {
  const style = getComputedStyle(element), box = element.getClientRects()[0];
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    free: element.contains(top) || (top !== null && top.contains(element)),
    what: element.outerHTML.slice(0, 200),
  };
}"""


class Hands:
    """With the mouse; ``javascript`` False is the same in a browser that has none."""

    def __init__(self, name: str, *, javascript: bool = True) -> None:
        self.name = name
        self.javascript = javascript

    def press(self, target: Locator) -> None:
        """Press a button or follow a link."""
        target.click()

    def write(self, target: Locator, text: str) -> None:
        """Replace what stands in a field; a day is written 2026-11-23."""
        target.fill(text)

    def tick(self, target: Locator) -> None:
        """Tick a box or choose a radio button."""
        target.check()

    def pick(self, target: Locator, label: str) -> None:
        """Choose from a list."""
        target.select_option(label=label)


class Keyboard(Hands):
    """With Tab, Space, Enter and the arrows; where the focus is must be seen each time."""

    def press(self, target: Locator) -> None:
        self._reach(target)
        target.page.keyboard.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        self._reach(target)
        if target.get_attribute("type") == "date":
            # part by part, in the order in which the test's browser shows them
            year, month, day = text.split("-")
            target.page.keyboard.type(f"{month}{day}{year}")
            return
        if target.get_attribute("type") == "datetime-local":
            self._write_instant(target, text)
            return
        target.page.keyboard.press("Control+A")
        if text:
            target.page.keyboard.insert_text(text)
        else:
            target.page.keyboard.press("Delete")

    def _write_instant(self, target: Locator, text: str) -> None:
        """Day and time part by part; the year does not end by itself."""
        year, month, day = text[:10].split("-")
        hour, minute = int(text[11:13]), text[14:16]
        keyboard = target.page.keyboard
        keyboard.type(f"{month}{day}{year}")
        keyboard.press("ArrowRight")
        keyboard.type(f"{hour % 12 or 12:02}{minute}{'PM' if hour > 11 else 'AM'}")
        expect(target).to_have_value(text)

    def tick(self, target: Locator) -> None:
        self._reach(target)
        if not target.is_checked():
            target.page.keyboard.press("Space")
        expect(target).to_be_checked()

    def pick(self, target: Locator, label: str) -> None:
        self._reach(target)
        labels = [each.strip() for each in target.locator("option").all_inner_texts()]
        at = int(target.evaluate("element => element.selectedIndex"))
        for _ in range(labels.index(label) - at):
            target.page.keyboard.press("ArrowDown")

    def _reach(self, target: Locator) -> None:
        """Tab to an element; arrows inside a group of radio buttons."""
        page = target.page
        expect(target).to_have_count(1)
        group = target.evaluate("e => e.type === 'radio' ? e.name : ''")
        for _ in range(MANY):
            if _focused(target):
                break
            here = page.evaluate("(document.activeElement || {}).name || ''")
            page.keyboard.press("ArrowDown" if group and here == group else "Tab")
        else:
            raise AssertionError(f"Tab never reaches {target}")
        expect(target).to_be_in_viewport()
        target.element_handle().wait_for_element_state("stable")  # the page may still scroll
        found = target.evaluate(FOCUS)
        assert found["ring"], f"the focus is not seen: {found['what']}"
        assert found["free"], f"something lies on the focus: {found['what']}"


def _focused(target: Locator) -> bool:
    return bool(target.evaluate("element => element === document.activeElement"))


WAYS = {
    "mouse": Hands("mouse"),
    "keyboard": Keyboard("keyboard"),
    "without-javascript": Hands("without-javascript", javascript=False),
}


def main(page: Page) -> Locator:
    """The page's own part."""
    return page.locator("main")
