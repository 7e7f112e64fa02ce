"""What must not be in the repository, and what must be: by name, by text, by link."""

from __future__ import annotations

import configparser
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = {
    ".py", ".md", ".cfg", ".toml", ".txt", ".lock", ".html", ".css", ".js", ".json", ".csv",
    ".yaml", ".yml", ".mako", ".typ", ".svg", ".po", "",
}  # fmt: skip

#: Paths of one machine; those of systems and of examples (/srv, /usr, /var) are fine.
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+|workspace|mnt)/\w")
INDEX = re.compile(r"https?://[\w.-]*(?:pypi|pythonhosted|artifactory|nexus|devpi)[\w.-]*[/:]|"
                   r"--(?:extra-)?index-url|--trusted-host", re.IGNORECASE)  # fmt: skip
SHARED = re.compile(r"\.\./shared\b|['\"/]shared/(?:standards|design|mockups)")
LINK = re.compile(r"(?<!!)!?\[[^\]]*\]\(([^)\s]+)\)")


def tracked() -> list[Path]:
    """The files of the repository, or of the folder where there is no git."""
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if done.returncode == 0:
        names = done.stdout.decode().split("\0")
        return [ROOT / name for name in names if name and (ROOT / name).is_file()]
    skip = {".venv", "node_modules", "build", "instance"}
    return [p for p in ROOT.rglob("*") if p.is_file() and not skip & set(p.parts)]


def texts() -> list[Path]:
    """Text files that we wrote: nothing vendored, nothing generated."""
    return [
        path
        for path in tracked()
        if path.suffix in TEXT
        and not path.name.endswith((".min.js", ".min.css"))
        and path.name not in ("package-lock.json", "test_repository.py")
        and not {"vendor", "node_modules"} & set(path.parts)
    ]


def hits(pattern: re.Pattern[str], paths: Iterable[Path]) -> list[str]:
    """``file:line`` of every hit."""
    found = []
    for path in paths:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        found += [
            f"{path.relative_to(ROOT) if path.is_relative_to(ROOT) else path}:{number}"
            for number, line in enumerate(lines, 1)
            if pattern.search(line)
        ]
    return found


def broken_links(path: Path, root: Path) -> list[str]:
    """Relative links of a Markdown page that lead nowhere, headings included."""
    found = []
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, heading = target.partition("#")
        file = (root / name.lstrip("/")) if name.startswith("/") else (path.parent / name)
        file = path if not name else file
        if not file.exists() or (heading and heading not in anchors(file)):
            found.append(f"{path.name}: {target}")
    return found


def anchors(path: Path) -> set[str]:
    """The anchors that a Markdown page's headings get."""
    headings = re.findall(r"^#+\s+(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-") for h in headings}


def pins(text: str) -> list[str]:
    """The lines of a lock file that are no plain ``name==version``."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.-]+==[\w.!+]+", line)]


def test_no_path_of_one_machine_is_in_the_repository() -> None:
    assert hits(MACHINE, texts()) == []


def test_no_package_index_is_named() -> None:
    assert hits(INDEX, texts()) == []


def test_nothing_reads_the_owners_folder_at_run_time() -> None:
    code = [p for p in texts() if p.suffix in {".py", ".cfg", ".toml", ".html"}]
    assert hits(SHARED, code) == []


def test_links_in_the_docs_lead_somewhere() -> None:
    pages = [path for path in tracked() if path.suffix == ".md" and path.name != "standard.md"]
    assert pages
    assert [link for page in pages for link in broken_links(page, ROOT)] == []


def test_the_lock_file_holds_exact_versions_only_and_covers_every_requirement() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert pins(text) == []
    locked = {re.sub(r"[-_.]+", "-", line.split("==")[0]).lower() for line in text.splitlines()}
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    wanted = [setup["options"]["install_requires"], *setup["options.extras_require"].values()]
    names = {
        re.sub(r"[-_.]+", "-", re.split(r"[\s<>=\[;]", line.strip(), maxsplit=1)[0]).lower()
        for block in wanted
        for line in block.splitlines()
        if line.strip()
    }
    assert names - locked - {"portal-layanan"} == set()


def test_every_template_line_is_under_120_characters() -> None:
    long = re.compile(r"^.{120,}$")
    assert hits(long, [path for path in texts() if path.suffix == ".html"]) == []


def test_no_template_has_inline_style_script_or_handlers() -> None:
    inline = re.compile(
        r"<[^>]*\s(style|on\w+)=|<script(?![^>]*\b(src=|type=.application/))|<style\b",
        re.IGNORECASE,
    )
    pages = [p for p in texts() if p.suffix == ".html" and "templates" in p.parts]
    assert hits(inline, pages) == []


# -- each check can fail -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "line", "hit"),
    [
        (MACHINE, "open('/home/someone/file')", True),
        (MACHINE, "see /home/someone/main", True),
        (MACHINE, "the folder /srv/portal/instance and /usr/lib/postgresql", False),
        (INDEX, "pip install --index-url x", True),
        (INDEX, "https://files.pythonhosted.org/packages/a", True),
        (INDEX, "https://peraturan.go.id/", False),
        (SHARED, "Path('../shared/standards')", True),
        (SHARED, "a shared folder", False),
    ],
)
def test_a_forbidden_text_is_found(
    tmp_path: Path, pattern: re.Pattern[str], line: str, hit: bool
) -> None:
    path = tmp_path / "sample.py"
    path.write_text(line, encoding="utf-8")
    assert bool(hits(pattern, [path])) is hit


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One two\n[a](page.md#one-two) [b](gone.md) [c](#gone)\n", encoding="utf-8")
    assert broken_links(page, tmp_path) == ["page.md: gone.md", "page.md: #gone"]


def test_a_loose_pin_is_found() -> None:
    assert pins("flask==3.1.3\nnh3>=0.2\n-e .\nx @ file:///tmp/x\n") == [
        "nh3>=0.2",
        "-e .",
        "x @ file:///tmp/x",
    ]
