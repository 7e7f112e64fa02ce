"""Passwords: the rules for a new one, hashing with argon2, one-time passwords.

Who has which password is in ``portal.auth.accounts``; how often one may guess is
in ``portal.auth.throttle``. There is no rule of composition and no rotation: length
counts, and what everybody would guess is refused.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from flask_babel import gettext as _

MIN_LENGTH = 15
"""Characters, for an account without a second factor."""
MAX_LENGTH = 256
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike on paper

_WORDS = """
    admin administrator aku aman asdf asdfgh asdfghjkl bandung bismillah cinta dewa
    garuda gunung halo hello iloveyou indonesia indonesiamerdeka indonesiaraya istana
    jakarta jakartapusat kantor katasandi kemensetneg kementerian
    kementeriansekretariatnegara ksn kucing letmein login masuk menteri merahputih
    merdeka monyet nkri pancasila pass passw password passwordpassword pegawai portal
    portallayanan presiden qazwsx qazwsxedc qwerty qwertyuiop qwertyuiopasdfgh
    qwertyuiopasdfghjkl qwertyuiopasdfghjklzxcvbnm rahasia rahasianegara republikindonesia
    sandi sayang sayangku sekretariat sekretariatnegara selamat selamatdatang
    selamatpagi setneg sukarno surabaya terserah test testing trustno welcome
    wakilpresiden yogyakarta zxcvbn zxcvbnm
"""
COMMON = frozenset(_WORDS.split())
"""Words that carry no secret by themselves, repeated or with digits around them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one hash costs: memory in KiB, passes, lanes."""

    memory_kib: int = 19 * 1024
    passes: int = 2
    lanes: int = 1


class _State:
    """The hasher in use, with a hash that no password fits (for unknown names)."""

    cost: Cost
    hasher: PasswordHasher
    nobody: str | None = None


def set_cost(cost: Cost) -> None:
    """Hash at this cost from now on; older hashes are renewed at log-in."""
    _State.cost = cost
    _State.hasher = PasswordHasher(
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        type=Type.ID,
    )
    _State.nobody = None


@contextmanager
def at_cost(cost: Cost) -> Iterator[None]:
    """Hash at this cost within the block (the sample data of a demo)."""
    before = _State.cost
    set_cost(cost)
    try:
        yield
    finally:
        set_cost(before)


set_cost(Cost())


def hash_password(password: str) -> str:
    """The argon2id hash of a password, with its parameters and salt."""
    return _State.hasher.hash(_normal(password))


def verify(password_hash: str | None, password: str) -> bool:
    """True when the password fits; None (no such account) takes as long and is False."""
    if password_hash is None:
        if _State.nobody is None:
            _State.nobody = hash_password(secrets.token_urlsafe(24))
        password_hash, known = _State.nobody, False
    else:
        known = True
    if len(password) > MAX_LENGTH:
        password, known = "", False
    try:
        _State.hasher.verify(password_hash, _normal(password))
    except (VerificationError, InvalidHashError):
        return False
    return known


def needs_rehash(password_hash: str) -> bool:
    """True when the hash was made at another cost than the present one."""
    try:
        return _State.hasher.check_needs_rehash(password_hash)
    except InvalidHashError:
        return True


def one_time() -> str:
    """A random password to print once: four groups of five, about 99 bits."""
    groups = ("".join(secrets.choice(_ALPHABET) for _n in range(5)) for _g in range(4))
    return "-".join(groups)


def problem(password: str, *, username: str = "", name: str = "") -> str | None:
    """What is wrong with a new password, as a sentence to the person, or None."""
    if len(password) < MIN_LENGTH:
        message = _(
            "Kata sandi terlalu pendek: %(length)d karakter. Pakai paling sedikit"
            " %(least)d karakter, misalnya beberapa kata yang hanya Anda yang tahu.",
            length=len(password),
            least=MIN_LENGTH,
        )
    elif len(password) > MAX_LENGTH:
        message = _(
            "Kata sandi terlalu panjang. Pakai paling banyak %(most)d karakter.",
            most=MAX_LENGTH,
        )
    elif _is_own(password, username, name):
        message = _("Kata sandi tidak boleh sama dengan nama atau nama pengguna. Pilih yang lain.")
    elif _guessable(password):
        message = _("Kata sandi ini terlalu mudah ditebak. Pilih rangkaian kata yang lain.")
    else:
        return None
    return str(message)


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _plain(text: str) -> str:
    """Letters and digits only, in lower case."""
    return re.sub(r"[\W_]+", "", _normal(text).casefold())


def _core(text: str) -> str:
    """The plain text without the digits at both ends."""
    plain = _plain(text)
    return plain.strip("0123456789") or plain


def _repeats(text: str, part: str) -> bool:
    return bool(text and part) and text.replace(part, "") == ""


def _is_own(password: str, username: str, name: str) -> bool:
    core = _core(password)
    return any(_repeats(core, _core(own)) for own in (username, name))


def _guessable(password: str) -> bool:
    plain, core = _plain(password), _core(password)
    if len(set(plain)) <= 3:
        return True
    if plain.isdigit() and any(plain in row * 26 for row in ("0123456789", "9876543210")):
        return True
    return any(_repeats(core, word) for word in COMMON)
