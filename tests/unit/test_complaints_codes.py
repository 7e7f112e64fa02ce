"""Tracking codes: long, without order, readable, the same for the same form only."""

from __future__ import annotations

from portal.complaints.codes import ALPHABET, LENGTH, code_of, hash_of


def test_a_code_has_eighty_bits() -> None:
    assert len(set(ALPHABET)) == 32
    assert LENGTH * 5 >= 80


def test_codes_of_a_thousand_forms_differ_everywhere() -> None:
    codes = {code_of("secret", 7, f"form-{n}") for n in range(1000)}
    assert len(codes) == 1000
    for place in range(19):
        letters = {code[place] for code in codes}
        assert letters == {"-"} if place % 5 == 4 else len(letters) == 32


def test_a_code_depends_on_form_person_and_secret() -> None:
    code = code_of("secret", 7, "form")
    assert code == code_of("secret", 7, "form")
    assert code not in (code_of("secret", 8, "form"), code_of("other", 7, "form"))


def test_what_is_typed_may_lack_marks_and_mix_up_letters() -> None:
    assert hash_of("10AB-CDEF") == hash_of(" io ab cdef ") == hash_of("lOAB CDEF")
    assert hash_of("") == hash_of("---")
    assert hash_of("10AB") != hash_of("10AC")
