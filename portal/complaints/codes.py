"""Tracking codes: 80 random bits in letters that are not mixed up; only their hash is stored.

A code is drawn from the form's own key under the portal's secret, so that a second click
shows the same code although nobody keeps it.
"""

from __future__ import annotations

import hashlib
import hmac

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: without I, L, O and U."""
LENGTH = 16
_MISREAD = str.maketrans("ILO", "110")


def code_of(secret: str, person_id: int, form_key: str) -> str:
    """The code of a form that a person sent: "7KQM-X4TD-92RF-1HZA"."""
    text = f"complaint-code:{person_id}:{form_key}"
    number = int.from_bytes(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())
    letters = "".join(ALPHABET[(number >> 5 * place) & 31] for place in range(LENGTH))
    return "-".join(letters[at : at + 4] for at in range(0, LENGTH, 4))


def hash_of(code: str) -> str:
    """What is stored and looked up; marks, blanks and case of what was typed do not count.

    The same work for every text, whether it can be a code or not.
    """
    plain = "".join(c for c in code.upper().translate(_MISREAD) if c.isalnum())[:64]
    return hashlib.sha256(f"complaint:{plain}".encode()).hexdigest()
