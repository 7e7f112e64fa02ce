"""What a machine cannot run is left out in one line, or fails when it is required."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SUITE = """
import pytest

@pytest.mark.browser
def test_in_a_browser(): pass

@pytest.mark.postgres
def test_on_postgresql(): pass

def test_anywhere(): pass
"""


def run(tmp_path: Path, required: str) -> subprocess.CompletedProcess[str]:
    """Run the little suite on a "machine" without Chromium."""
    (tmp_path / "test_it.py").write_text(SUITE, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\n", "utf-8")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "PORTAL"))}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        env={**kept, "PATH": str(tmp_path), "PORTAL_REQUIRE": required},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_group_that_cannot_run_is_named_in_one_line(tmp_path: Path) -> None:
    done = run(tmp_path, "")
    assert done.returncode == 0, done.stdout
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("Left out: ")]
    assert "1 tests of browser (no chromium on PATH)" in line


def test_a_required_group_that_cannot_run_fails(tmp_path: Path) -> None:
    done = run(tmp_path, "browser")
    assert done.returncode == 1
    assert "PORTAL_REQUIRE names browser" in done.stdout
    assert "1 error" in done.stdout
