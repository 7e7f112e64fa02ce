"""``portal bench``: the speed figures, each measured on an instance of its own.

Only the commands are here. Instances are made in ``instance.py``, rows in ``bulk.py`` and
``copies.py``; what is timed, and how, is in ``acts.py``, ``pages.py``, ``lists.py``,
``starting.py`` and ``measure.py``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

LEAST_CASES = 1000
"""With fewer the busy position has less than one page of tasks."""


def _sizes(ctx: click.Context, param: click.Parameter, text: str) -> list[int]:
    """At least two numbers of cases, in order."""
    try:
        sizes = sorted({int(part) for part in text.split(",")})
    except ValueError:
        sizes = []
    if len(sizes) < 2 or sizes[0] < LEAST_CASES:
        raise click.BadParameter(
            f"tulis paling sedikit dua jumlah yang berbeda, masing-masing ≥ {LEAST_CASES},"
            " dipisahkan koma",
            ctx,
            param,
        )
    return sizes


def _stored(ctx: click.Context, param: click.Parameter, path: Path | None) -> dict[str, Any]:
    """The figures in a file; read before anything is measured."""
    if path is None:
        return {}
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        stored = None
    if not isinstance(stored, dict):
        raise click.BadParameter("bukan hasil `portal bench --json`", ctx, param)
    return stored


as_json = click.option("--json", "as_json", is_flag=True, help="Cetak satu objek JSON saja.")
compared = click.option(
    "--baseline",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    callback=_stored,
    help="Berkas hasil terdahulu; selisihnya ditulis ke galat standar.",
)

repeated = click.option(
    "--runs", type=click.IntRange(3, 1000), default=30, show_default=True, help="Banyak ulangan."
)
elsewhere = click.option(
    "--database-url",
    default="",
    help="Basis data PostgreSQL kosong; tanpa opsi ini SQLite di folder sementara.",
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
def act(acts: int, as_json: bool, baseline: dict[str, Any]) -> None:
    """Ukur waktu CPU tiap tindakan pada kasus dengan banyak unit.

    Contoh: portal bench act --acts 300 --json
    """
    from portal.bench import acts as played

    report(played.run(acts, progress), as_json, baseline)


@bench.command()
@click.option(
    "--cases",
    default="1000,100000",
    show_default=True,
    callback=_sizes,
    help="Jumlah kasus, dipisahkan koma.",
)
@repeated
@elsewhere
@as_json
@compared
def inbox(
    cases: list[int], runs: int, database_url: str, as_json: bool, baseline: dict[str, Any]
) -> None:
    """Ukur halaman kotak tugas pada beberapa jumlah kasus, berselang-seling.

    Contoh: portal bench inbox --cases 1000,100000 --json
    """
    from portal.bench import pages

    report(pages.run(cases, runs, database_url, progress), as_json, baseline)


def _lists(name: str, help: str) -> None:
    """Add the command that measures the lists and submits of one subject."""

    @bench.command(name, help=f"{help}\n\nContoh: portal bench {name} --rows 1000,100000 --json")
    @click.option(
        "--rows",
        default="1000,100000",
        show_default=True,
        callback=_sizes,
        help="Jumlah baris, dipisahkan koma.",
    )
    @repeated
    @elsewhere
    @as_json
    @compared
    def measure(
        rows: list[int], runs: int, database_url: str, as_json: bool, baseline: dict[str, Any]
    ) -> None:
        from portal.bench import lists

        report(lists.run(name, rows, runs, database_url, progress), as_json, baseline)


_lists("cases", "Ukur daftar kasus, pencarian, dan permohonan pada beberapa jumlah kasus.")
_lists("register", "Ukur buku register dan pencatatan surat pada beberapa jumlah surat.")
_lists("complaints", "Ukur daftar dan penyampaian pengaduan pada beberapa jumlah pengaduan.")


@bench.command()
@as_json
@compared
def start(as_json: bool, baseline: dict[str, Any]) -> None:
    """Ukur waktu sampai halaman pertama dan memori server.

    Contoh: portal bench start --json
    """
    from portal.bench import starting

    report(starting.run(progress), as_json, baseline)


def progress(line: str) -> None:
    """Say on standard error what is being done."""
    click.echo(line, err=True)


def report(figures: Mapping[str, Any], as_json: bool, baseline: Mapping[str, Any]) -> None:
    """Print the figures, and on standard error how they differ from the baseline's."""
    if as_json:
        click.echo(json.dumps(figures))
    else:
        for name, value in figures.items():
            click.echo(f"{name:>18}: {value}")
    for line in differences(figures, baseline):
        progress(line)


def differences(figures: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    """One line per number that both have and that is another now."""
    return [
        f"{name}: {before[name]} -> {value}"
        for name, value in figures.items()
        if isinstance(value, int | float) and before.get(name, value) != value
    ]
