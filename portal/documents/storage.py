"""The folder of uploaded files: contents are written whole or not at all, under random names.

What a file is, whose it is and who may read it is in ``files``.
"""

from __future__ import annotations

import hashlib
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from flask import current_app
from flask_babel import gettext as _

from portal.config import Settings
from portal.errors import PortalError

log = logging.getLogger(__name__)

_CHUNK = 1024 * 1024


class StorageFull(PortalError):
    """The file could not be written; nothing of it is left."""


@dataclass(frozen=True, slots=True)
class Storage:
    """The folder of files; ``limit`` in bytes for one file."""

    folder: Path
    limit: int

    def path(self, token: str) -> Path:
        """Where the content of a token lies."""
        return self.folder / token[:2] / token

    def write(self, stream: BinaryIO, token: str) -> tuple[int, str]:
        """Copy a stream to its place, whole or not at all; returns size and SHA-256.

        Raises:
            StorageFull: the disk is full or the folder cannot be written.
        """
        path = self.path(token)
        temporary = path.with_name(f".{token}.tmp")
        digest, size = hashlib.sha256(), 0
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("xb") as target:
                while chunk := stream.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            temporary.replace(path)
            _sync(path.parent)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            path.unlink(missing_ok=True)
            log.error("a file could not be stored", exc_info=error)
            raise StorageFull(
                _("Penyimpanan portal sedang tidak dapat menerima berkas. Isian Anda tetap ada; "
                  "coba lagi nanti atau hubungi administrator.")
            ) from error  # fmt: skip
        return size, digest.hexdigest()


def storage() -> Storage:
    """The storage of the running app."""
    settings: Settings = current_app.config["PORTAL"]
    return Storage(settings.files, settings.max_upload)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
