"""What the server asks of the C library, and what happens where it has no such call."""

from __future__ import annotations

import ctypes
from types import SimpleNamespace

import pytest

from portal.memory import LARGE, M_MMAP_THRESHOLD, give_back_large_blocks


def test_glibc_is_asked_for_a_fixed_threshold(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    def mallopt(name: int, value: int) -> int:
        asked.append((name, value))
        return 1

    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace(mallopt=mallopt))

    assert give_back_large_blocks() is True
    assert asked == [(M_MMAP_THRESHOLD, LARGE)]


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda name: SimpleNamespace())

    assert give_back_large_blocks() is False
