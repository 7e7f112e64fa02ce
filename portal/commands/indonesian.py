"""Click's own words in Indonesian: the frame of ``--help`` and usage errors.

Click would translate through the locale of the terminal, which says nothing about
the language of the portal.
"""

from __future__ import annotations

import re

import click

_HELP = (
    (re.compile(r"^Usage: ", re.MULTILINE), "Pemakaian: "),
    (re.compile(r"^Options:$", re.MULTILINE), "Opsi:"),
    (re.compile(r"^Commands:$", re.MULTILINE), "Perintah:"),
    (re.compile(r"\[OPTIONS\]"), "[OPSI]"),
    (re.compile(r"\bCOMMAND \[ARGS\]"), "PERINTAH [ARGUMEN]"),
    (re.compile(r"Show this message and exit\."), "Tampilkan bantuan ini."),
    (re.compile(r"Show the version and exit\."), "Tampilkan versi."),
    (re.compile(r"\[required\]"), "[wajib]"),
    (re.compile(r"\[default: "), "[bawaan: "),
)


class Formatter(click.HelpFormatter):
    """Writes help as click does, then puts our words for click's."""

    def getvalue(self) -> str:
        """The whole text of the help."""
        text = super().getvalue()
        for pattern, ours in _HELP:
            text = pattern.sub(ours, text)
        return text


class Context(click.Context):
    """A context whose help is Indonesian."""

    formatter_class = Formatter


def speak(command: click.Command) -> None:
    """Let a command and all below it write their help in Indonesian."""
    command.context_class = Context
    if isinstance(command, click.Group):
        for child in command.commands.values():
            speak(child)


def usage(error: click.UsageError) -> str:
    """A usage error as one Indonesian sentence."""
    name = getattr(error, "option_name", "") or ""
    if isinstance(error, click.NoSuchOption):
        return f"Opsi {name} tidak dikenal."
    if isinstance(error, click.MissingParameter):
        what = error.param.get_error_hint(error.ctx) if error.param and error.ctx else ""
        return f"{what or 'Parameter'} wajib diisi."
    if isinstance(error, click.BadParameter):
        what = error.param.get_error_hint(error.ctx) if error.param and error.ctx else "Parameter"
        # Click's own words are English; what a command of ours raised is not.
        ours = not re.search(r" is not | does not |invalid", error.message)
        return f"Nilai {what} tidak sah" + (f": {error.message}" if ours else ".")
    if isinstance(error, click.BadOptionUsage):
        return f"Opsi {name} dipakai dengan keliru."
    message = error.format_message()
    if message.startswith("No such command"):
        return f"Perintah {message.split()[3].rstrip('.')} tidak dikenal."
    if message.startswith("Got unexpected extra"):
        return "Terlalu banyak argumen."
    if message.startswith("Missing command"):
        return "Perintah belum disebut."
    return message
