"""The menu: what a person may open, the present page marked, plugins never break it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from portal.plugins.manifest import MenuItem

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def labels(page: str) -> list[str]:
    """The texts of the menu's links."""
    menu = page.split('id="menu"', 1)[1].split("</nav>", 1)[0]
    links = re.findall(r"<a [^>]*>(.*?)</a>", menu, flags=re.S)
    return [re.split(r"\s{2,}", re.sub(r"<[^>]+>", "", link).strip())[0] for link in links]


class Host:
    """A plugin host that offers the given items beside what the real one does."""

    def __init__(self, real: Any, *items: MenuItem) -> None:
        self.real, self.items = real, items

    def menu(self) -> list[MenuItem]:
        return list(self.items)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


def offer(app: Flask, *items: MenuItem) -> None:
    """Let a plugin add items to the menu."""
    app.extensions["portal_host"] = Host(app.extensions["portal_host"], *items)


def test_an_official_sees_the_daily_pages(client: Any, world: Any) -> None:
    client.login("karo-otlak")
    shown = labels(client.get("/organisasi").text)
    assert shown[:2] == ["Kotak tugas", "Permohonan saya"]
    assert "Organisasi" in shown
    assert "Administrasi" not in shown


def test_an_administrator_sees_the_administration(client: Any, world: Any) -> None:
    client.login("admin")
    assert "Administrasi" in labels(client.get("/organisasi").text)
    assert "/sistem/pengguna" in client.get("/sistem").text


def test_the_administration_is_closed_to_officials(client: Any, world: Any) -> None:
    client.login("karo-otlak")
    assert client.get("/sistem").status_code == 403


def test_the_present_page_is_marked_once(client: Any, world: Any) -> None:
    client.login("admin")
    menu = client.get("/sistem/pengguna").text.split('id="menu"', 1)[1].split("</nav>", 1)[0]
    assert re.findall(r'<a href="([^"]+)" aria-current="page"', menu) == ["/sistem"]


def test_a_plugins_item_stands_under_its_heading(app: Flask, client: Any, world: Any) -> None:
    offer(app, MenuItem(label="Agenda", endpoint="web.search", group="Contoh", badge=lambda a: 3))
    client.login("karo-otlak")
    page = client.get("/organisasi").text
    assert "<h2>Contoh</h2>" in page
    assert "Agenda" in labels(page)


def test_an_item_without_the_permission_is_not_shown(app: Flask, client: Any, world: Any) -> None:
    offer(app, MenuItem(label="Rahasia", endpoint="web.search", permission="nobody.may"))
    client.login("karo-otlak")
    assert "Rahasia" not in labels(client.get("/organisasi").text)


@pytest.mark.parametrize("endpoint", ["web.search", "nowhere.at_all"])
def test_an_item_that_raises_is_left_out(
    app: Flask, client: Any, world: Any, endpoint: str
) -> None:
    def broken(actor: Any) -> int:
        raise RuntimeError("broken badge")

    app.config["PORTAL"] = replace(app.config["PORTAL"], strict=False)
    offer(app, MenuItem(label="Rusak", endpoint=endpoint, badge=broken))
    client.login("karo-otlak")
    answer = client.get("/organisasi")
    assert answer.status_code == 200
    assert "Rusak" not in labels(answer.text)


@pytest.mark.parametrize("words", ["", "halo", "//evil.example", "PK-2026-0042/../x"])
def test_anything_else_stays_on_the_search_page(client: Any, world: Any, words: str) -> None:
    client.login("karo-otlak")
    answer = client.get("/cari", query_string={"q": words})
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
