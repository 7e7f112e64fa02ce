"""Rules and hashing of passwords."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.auth import passwords
from portal.auth.passwords import Cost

CHEAP = Cost(memory_kib=8, passes=1)
GOOD = "sungai kecil di belakang rumah"


@pytest.fixture
def cheap() -> Iterator[None]:
    """Hash at the least cost that argon2 allows."""
    with passwords.at_cost(CHEAP):
        yield


def test_a_long_phrase_is_accepted() -> None:
    assert passwords.problem(GOOD, username="karo-otlak", name="Kepala Biro") is None


@pytest.mark.parametrize(
    ("password", "part"),
    [
        ("empat belas ka", "terlalu pendek"),
        ("x" * 257, "terlalu panjang"),
        ("Karo-Otlak karo otlak", "nama pengguna"),
        ("Kepala Biro Umum 2026", "nama pengguna"),
        ("passwordpassword", "mudah ditebak"),
        ("Password1234567890", "mudah ditebak"),
        ("rahasia rahasia 99", "mudah ditebak"),
        ("123456789012345", "mudah ditebak"),
        ("0987654321098765", "mudah ditebak"),
        ("aaaaaaaaaaaaaaaaaa", "mudah ditebak"),
        ("abababababababababab", "mudah ditebak"),
        ("Kementerian Sekretariat Negara", "mudah ditebak"),
        ("---------------", "mudah ditebak"),
    ],
)
def test_a_weak_password_is_refused_with_a_sentence(password: str, part: str) -> None:
    message = passwords.problem(password, username="karo-otlak", name="Kepala Biro Umum")
    assert message is not None
    assert part in message


def test_fifteen_characters_are_enough() -> None:
    assert passwords.problem("lima belas kata") is None


@pytest.mark.usefixtures("cheap")
def test_verifying() -> None:
    stored = passwords.hash_password(GOOD)
    assert stored.startswith("$argon2id$")
    assert passwords.verify(stored, GOOD)
    assert not passwords.verify(stored, GOOD + ".")
    assert not passwords.verify(stored, "x" * 1000)
    assert not passwords.verify("not a hash", GOOD)
    assert not passwords.verify(None, GOOD)


@pytest.mark.usefixtures("cheap")
def test_composed_and_decomposed_letters_are_the_same_password() -> None:
    assert passwords.verify(passwords.hash_password("kafé di ujung jalan"), "kafé di ujung jalan")


def test_the_cost_is_nineteen_mebibytes_and_two_passes() -> None:
    with passwords.at_cost(Cost()):
        assert "m=19456,t=2,p=1" in passwords.hash_password(GOOD)


@pytest.mark.usefixtures("cheap")
def test_a_hash_of_another_cost_is_renewed() -> None:
    with passwords.at_cost(Cost(memory_kib=16, passes=1)):
        old = passwords.hash_password(GOOD)
        assert not passwords.needs_rehash(old)
    assert passwords.needs_rehash(old)
    assert passwords.needs_rehash("not a hash")
    assert passwords.verify(old, GOOD)


def test_one_time_passwords_differ_and_keep_the_rules() -> None:
    made = {passwords.one_time() for _ in range(50)}
    assert len(made) == 50
    assert all(passwords.problem(password) is None for password in made)
