"""Memory of a serving process: what was needed for a moment goes back to the system.

Hashing a password takes 19 MiB. After the first one glibc serves such blocks from the
heap of the thread instead of mapping them, and never gives those heaps back: eight
threads that each took one log-in held 260 MB instead of 100.
"""

from __future__ import annotations

import ctypes

M_MMAP_THRESHOLD = -3
LARGE = 4 * 1024 * 1024


def give_back_large_blocks() -> bool:
    """Have blocks of 4 MiB and more mapped and unmapped one by one; False without glibc."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False
    return bool(mallopt(M_MMAP_THRESHOLD, LARGE))
