"""``portal person``: accounts from the command line."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from portal.auth import accounts, passwords
from portal.auth.cli import person
from portal.errors import Invalid, NotFound

PASSWORD = re.compile(r"[a-z2-9]{5}(?:-[a-z2-9]{5}){3}")


def run(*arguments: str) -> str:
    result = CliRunner().invoke(person, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_add_disable_and_reset(session: Session) -> None:
    output = run("add", "operator", "--name", "Operator Portal", "--admin")
    shown = PASSWORD.search(output)
    assert shown is not None
    account = accounts.account_named(session, "operator")
    assert account.is_admin
    assert account.must_change
    assert passwords.verify(account.password_hash, shown.group())
    run("add", "staf-contoh", "--name", "Staf Contoh", "--email", "staf@contoh.id")
    assert "dinonaktifkan" in run("disable", "staf-contoh")
    session.expire_all()
    assert accounts.account_named(session, "staf-contoh").disabled_at is not None
    again = PASSWORD.search(run("reset-password", "operator"))
    assert again is not None
    assert again.group() != shown.group()


@pytest.mark.usefixtures("session")
def test_errors_are_sentences_for_the_operator() -> None:
    with pytest.raises(NotFound, match="tidak-ada"):
        run("disable", "tidak-ada")
    with pytest.raises(Invalid, match="huruf kecil"):
        run("add", "dua kata", "--name", "Dua Kata")


@pytest.mark.parametrize("command", ["", "add", "disable", "reset-password"])
def test_help_has_an_example(command: str) -> None:
    output = run(*([command] if command else []), "--help")
    assert "Contoh: portal person" in output
