"""``portal bench``: the speed figures, each measured on an instance of its own.

Only the commands are here. Instances are made in ``instance.py``, rows in ``bulk.py``;
what is timed, and how, is in ``acts.py``, ``pages.py`` and ``measure.py``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from portal.errors import Invalid

LEAST_CASES = 1000
"""With fewer the busy position has less than one page of tasks."""

as_json = click.option("--json", "as_json", is_flag=True, help="Cetak satu objek JSON saja.")
compared = click.option(
    "--baseline",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Berkas hasil terdahulu; selisihnya ditulis ke galat standar.",
)


@click.group()
def bench() -> None:
    """Ukur kecepatan portal pada instans sementara.

    Contoh: portal bench act --json
    """


@bench.command()
@click.option(
    "--acts",
    type=click.IntRange(1, 5000),
    default=100,
    show_default=True,
    help="Paling sedikit sekian tindakan; kasus dimainkan sampai selesai.",
)
@as_json
@compared
def act(acts: int, as_json: bool, baseline: Path | None) -> None:
    """Ukur waktu CPU tiap tindakan pada kasus dengan banyak unit.

    Contoh: portal bench act --acts 300 --json
    """
    from portal.bench import acts as played

    report(played.run(acts, progress), as_json, baseline)


@bench.command()
@click.option(
    "--cases", default="1000,100000", show_default=True, help="Jumlah kasus, dipisahkan koma."
)
@click.option(
    "--runs", type=click.IntRange(3, 1000), default=30, show_default=True, help="Banyak ulangan."
)
@click.option(
    "--database-url",
    default="",
    help="Basis data PostgreSQL kosong; tanpa opsi ini SQLite di folder sementara.",
)
@as_json
@compared
def inbox(cases: str, runs: int, database_url: str, as_json: bool, baseline: Path | None) -> None:
    """Ukur halaman kotak tugas pada beberapa jumlah kasus, berselang-seling.

    Contoh: portal bench inbox --cases 1000,100000 --json
    """
    from portal.bench import pages

    report(pages.run(_sizes(cases), runs, database_url, progress), as_json, baseline)


def progress(line: str) -> None:
    """Say on standard error what is being done."""
    click.echo(line, err=True)


def report(figures: Mapping[str, Any], as_json: bool, baseline: Path | None) -> None:
    """Print the figures, and on standard error how they differ from the baseline's."""
    if as_json:
        click.echo(json.dumps(figures))
    else:
        for name, value in figures.items():
            click.echo(f"{name:>18}: {value}")
    if baseline is not None:
        for line in differences(figures, _stored(baseline)):
            progress(line)


def differences(figures: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    """One line per number that both have and that is another now."""
    return [
        f"{name}: {before[name]} -> {value}"
        for name, value in figures.items()
        if isinstance(value, int | float) and before.get(name, value) != value
    ]


def _stored(path: Path) -> dict[str, Any]:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Invalid(f"{path} bukan berkas JSON hasil `portal bench`.") from error
    if not isinstance(stored, dict):
        raise Invalid(f"{path} bukan berkas JSON hasil `portal bench`.")
    return stored


def _sizes(text: str) -> list[int]:
    try:
        sizes = [int(part) for part in text.split(",")]
    except ValueError as error:
        raise click.BadParameter(
            "tulis bilangan yang dipisahkan koma, misalnya 1000,100000", param_hint="--cases"
        ) from error
    if len(set(sizes)) < 2 or min(sizes) < LEAST_CASES:
        raise click.BadParameter(
            f"perlu paling sedikit dua jumlah yang berbeda, masing-masing ≥ {LEAST_CASES}",
            param_hint="--cases",
        )
    return sorted(set(sizes))
