"""The command ``portal``: finds subcommands when they are called, turns errors into one line.

Each domain keeps its own commands; they are imported only when used, so that
``portal --help`` answers at once and a broken part breaks only its own command.
"""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, ClassVar

import click

from portal import __version__
from portal.commands.indonesian import Context, speak, usage
from portal.errors import PortalError

#: name → (where the command is, its line in ``portal --help``)
COMMANDS: dict[str, tuple[str, str]] = {
    "audit": ("portal.commands.audit:audit", "Memeriksa rantai catatan."),
    "backup": ("portal.commands.backup:backup", "Membuat cadangan selagi portal dipakai."),
    "bench": ("portal.bench:bench", "Mengukur kecepatan tindakan dan kotak tugas."),
    "calendar": ("portal.workflow.calendar_cli:calendar", "Hari libur dan jam kerja."),
    "check": ("portal.commands.check:check", "Memeriksa setelan, basis data, plugin, dan data."),
    "db": ("portal.commands.database:database", "Skema basis data dan migrasinya."),
    "demo": ("portal.demo:demo", "Menyiapkan dan menjalankan portal peragaan."),
    "export": ("portal.publishing.cli:export", "Membangun situs publik."),
    "init": ("portal.commands.init:init", "Membuat instans baru dan administrator pertama."),
    "org": ("portal.org.cli:org", "Impor, ekspor, dan pemeriksaan organisasi."),
    "person": ("portal.auth.cli:person", "Akun orang: tambah, nonaktifkan, ganti sandi."),
    "plugin": ("portal.plugins.cli:plugin", "Daftar dan pemeriksaan plugin."),
    "restore": ("portal.commands.restore:restore", "Memulihkan cadangan ke instans kosong."),
    "serve": ("portal.commands.serve:serve", "Menjalankan server."),
    "standard": ("portal.standards.cli:standard", "Standar pelayanan: lihat, periksa, diagram."),
    "worker": ("portal.commands.serve:worker", "Menjalankan pekerjaan latar dan pengingat."),
    "workflow": ("portal.workflow.cli:workflow", "Memeriksa dan menyimulasikan alur kerja."),
}

#: Commands that run before there is an application, or make one in their own way.
WITHOUT_APP = frozenset(
    {"backup", "bench", "check", "db", "demo", "export", "init", "plugin"}
    | {"restore", "serve", "worker"}
)


class Failure(click.ClickException):
    """One line on standard error; exit code 1."""

    def show(self, file: Any = None) -> None:
        """Print the message without click's English prefix."""
        click.echo(f"Galat: {self.format_message()}", file=file, err=file is None)


class LazyGroup(click.Group):
    """A group that imports a subcommand when it is called, not before."""

    context_class = Context
    _prepared: ClassVar[set[str]] = set()

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in order."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return a subcommand."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        if cmd_name not in self._prepared:
            speak(command)
            if cmd_name not in WITHOUT_APP:
                _give_app_context(command)
            self._prepared.add(cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list in ``--help``, without importing anything."""
        with formatter.section("Perintah"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in sorted(COMMANDS)])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; any error leaves as one line and an exit code."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:  # ``| head`` has seen enough: no error, so SIGPIPE's own code
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # for what is flushed at the end
            raise SystemExit(128 + signal.SIGPIPE) from None
        except Exception as error:  # the last line of defence: nobody shall see a traceback
            raise Failure(explain(error)) from error

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run as a program; a usage error is one Indonesian line and exit code 2."""
        try:
            result = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            raise SystemExit(2) from None
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx else "portal"
            click.echo(f"Galat: {usage(error)} Lihat `{path} --help`.", err=True)
            raise SystemExit(2) from None
        except click.ClickException as error:
            Failure(error.format_message()).show()
            raise SystemExit(1) from None
        except OSError as error:  # such as help that cannot be written
            Failure(explain(error)).show()
            raise SystemExit(1) from None
        except (click.Abort, KeyboardInterrupt):
            click.echo("Dibatalkan.", err=True)
            raise SystemExit(130) from None
        raise SystemExit(result if isinstance(result, int) else 0)


def _give_app_context(command: click.Command) -> None:
    """Let the commands below run in an application context; ``--help`` needs none."""
    from flask.cli import with_appcontext

    if isinstance(command, click.Group):
        for child in command.commands.values():
            _give_app_context(child)
    elif command.callback is not None:
        command.callback = with_appcontext(command.callback)


def explain(error: BaseException) -> str:
    """One Indonesian line for an error, which says what to do."""
    if isinstance(error, PortalError):
        return " ".join(str(error).split())
    if isinstance(error, ModuleNotFoundError) and (error.name or "").startswith("portal"):
        return f"Perintah ini belum tersedia dalam rilis ini ({error.name})."
    if isinstance(error, OSError):
        name = f" {error.filename}" if error.filename else ""
        return f"Sistem menolak{name}: {error.strerror or error}."
    if type(error).__module__.startswith("sqlalchemy"):
        return database_trouble(error)
    return f"Kesalahan yang tidak terduga ({type(error).__name__}).{_keep(error)}"


def database_trouble(error: BaseException) -> str:
    """What an error of the database means to an operator."""
    text = " ".join(str(getattr(error, "orig", None) or error).split())
    lower = text.lower()
    if any(sign in lower for sign in ("no such table", "no such column", "does not exist")) and (
        "database" not in lower and "role" not in lower
    ):
        return "Basis data belum mutakhir; jalankan `portal db upgrade`."
    if "locked" in lower:
        return "Basis data sedang dipakai proses lain; coba lagi."
    if "not a database" in lower or "malformed" in lower:
        return "Berkas basis data rusak atau bukan basis data; pulihkan dari cadangan."
    if "readonly" in lower or "read-only" in lower or "unable to open" in lower:
        return "Berkas basis data tidak dapat dibuka atau ditulisi; periksa izin folder instans."
    if type(error).__name__ in ("OperationalError", "InterfaceError"):
        return f"Basis data tidak dapat dihubungi: {text[:200]}"
    return f"Basis data menolak ({type(error).__name__}).{_keep(error)}"


def _keep(error: BaseException) -> str:
    """Write the traceback where an engineer finds it, if the instance can be written."""
    from portal.config import instance_path

    path = instance_path() / "portal-error.log"
    try:
        with path.open("a", encoding="utf-8") as log:
            traceback.print_exception(error, file=log)
    except OSError:
        return ""
    return f" Rinciannya ada di {path}."


def script_info(environ: Mapping[str, str] | None = None) -> Any:
    """Flask's handle on the application, so that commands may use ``with_appcontext``."""
    from flask.cli import ScriptInfo

    from portal.app import create_app
    from portal.config import load_settings

    return ScriptInfo(create_app=lambda: create_app(load_settings(environ)), set_debug_flag=False)


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Contoh: portal demo  |  PORTAL_INSTANCE=/srv/portal portal serve --port 8000",
)
@click.version_option(__version__, prog_name="portal", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Portal layanan: standar pelayanan yang berjalan sebagai program.

    Folder instans dipilih dengan PORTAL_INSTANCE (bawaan: instance/).
    """
    if ctx.obj is None:
        ctx.obj = script_info()
