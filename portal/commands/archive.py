"""The folder of a backup: names inside it, its manifest, and whether it is whole.

A backup is made in a hidden folder beside its place and renamed when it is complete, so
that a killed one never looks whole. Making one is in ``backup``, putting it back in
``restore``.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from portal.config import Settings
from portal.errors import Conflict, Invalid, NotFound

FORMAT = 1
MANIFEST = "manifest.json"
FILES = "files"
STORE = "publications"
SECRETS = "secrets"
DATABASES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
"""The file of the database, by its kind."""

_TRACE = ".portal-backup-"
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Piece:
    """A file of a backup: SHA-256 and size in bytes."""

    sha256: str
    size: int


@dataclass(slots=True, kw_only=True)
class Manifest:
    """What a backup holds; ``audit_key`` is a fingerprint of the key, never the key.

    ``missing`` are the tokens of files that the database names and the backup lacks.
    """

    made_at: str
    portal: str
    database: str
    revisions: dict[str, str]
    settings: dict[str, str]
    audit_key: str
    demo: bool = False
    secrets: bool = False
    missing: list[str] = field(default_factory=list)
    files: dict[str, Piece] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        """Put it into the folder."""
        text = json.dumps({"format": FORMAT, **asdict(self)}, indent=1, sort_keys=True)
        path = folder / MANIFEST
        path.write_text(text + "\n", encoding="utf-8")
        path.chmod(0o600)

    @property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(piece.size for piece in self.files.values())


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup.

    Raises:
        NotFound: there is no complete backup in this folder.
        Invalid: the manifest is damaged or of a later release.
    """
    try:
        data = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError as error:
        inside = sorted(path.parent.name for path in folder.glob(f"*/{MANIFEST}"))
        hint = f" Mungkin maksud Anda {folder / inside[-1]}." if inside else ""
        raise NotFound(f"Tidak ada cadangan yang utuh di {folder}.{hint}") from error
    except (OSError, ValueError) as error:
        raise Invalid(f"Berkas {folder / MANIFEST} tidak dapat dibaca.") from error
    try:
        if data.pop("format") != FORMAT:
            raise Invalid("Cadangan ini dibuat rilis yang lebih baru; pasang rilis itu dahulu.")
        files = {_safe(name): Piece(**piece) for name, piece in data.pop("files").items()}
        manifest = Manifest(**data, files=files)
        if manifest.database not in DATABASES or DATABASES[manifest.database] not in files:
            raise ValueError("no database")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Invalid(f"Berkas {folder / MANIFEST} rusak.") from error
    return manifest


def _safe(name: str) -> str:
    """A name that stays inside the folder; raises ValueError."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or path.as_posix() != name or "\\" in name:
        raise ValueError(name)
    if len(path.parts) == 1 and name not in DATABASES.values():
        raise ValueError(name)
    if len(path.parts) > 1 and path.parts[0] not in (FILES, STORE, SECRETS):
        raise ValueError(name)
    return name


def problems(folder: Path, manifest: Manifest) -> Iterator[str]:
    """A line for each file that is not as the manifest says."""
    for name, piece in manifest.files.items():
        try:
            digest, size = hash_file(folder / name)
        except OSError as error:
            yield f"{name} tidak dapat dibaca ({error.strerror})"
            continue
        if (digest, size) != (piece.sha256, piece.size):
            yield f"{name} telah berubah"


def copy_file(source: Path, target: Path) -> Piece:
    """Copy one file, readable by its owner only; gives what was copied."""
    _make(target.parent)
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as reading, _private(target) as writing:
        while chunk := reading.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            writing.write(chunk)
    return Piece(digest.hexdigest(), size)


def put_file(content: bytes, target: Path) -> Piece:
    """Write one file, readable by its owner only."""
    _make(target.parent)
    with _private(target) as writing:
        writing.write(content)
    return Piece(hashlib.sha256(content).hexdigest(), len(content))


def _make(folder: Path) -> None:
    """Make a folder and those above it, for its owner alone."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def hash_file(path: Path) -> tuple[str, int]:
    """SHA-256 and size of a file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return digest.hexdigest(), size


def fingerprint(key: bytes) -> str:
    """Tells one audit key from another without giving it away."""
    return hmac.new(key, b"portal.backup", hashlib.sha256).hexdigest()


def plain_settings(settings: Settings) -> dict[str, str]:
    """The settings that an instance needs to go on as before, without secrets or places."""
    plugins = settings.plugins
    return {
        "PORTAL_BASE_URL": settings.base_url,
        "PORTAL_PUBLIC_URL": settings.public_url,
        "PORTAL_PLUGINS": "" if plugins is None else ",".join(plugins),
        "PORTAL_PLUGINS_OFF": ",".join(settings.plugins_off),
        "PORTAL_MAX_UPLOAD": str(settings.max_upload),
        "PORTAL_TIMEZONE": settings.timezone,
    }


def changed_settings(manifest: Manifest, settings: Settings) -> Mapping[str, tuple[str, str]]:
    """Settings that differ between a backup and an instance: name → (there, here)."""
    here = plain_settings(settings)
    return {
        name: (value, here[name])
        for name, value in manifest.settings.items()
        if name in here and here[name] != value
    }


@contextmanager
def building(target: Path) -> Iterator[Path]:
    """A hidden folder that becomes ``target`` when the block ends well, and vanishes if not.

    Raises:
        Conflict: there is something at that place already.
    """
    _require_free(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    clear_traces(target.parent)
    folder = Path(tempfile.mkdtemp(prefix=_TRACE, dir=target.parent))
    with (folder / ".lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield folder
            (folder / ".lock").unlink()
            os.sync()  # all of it is on the disk before anybody sees it
            _require_free(target)
            folder.rename(target)
        except BaseException:  # also Ctrl-C: half a backup must not stay
            shutil.rmtree(folder, ignore_errors=True)
            raise
    _sync(target.parent)


def _require_free(target: Path) -> None:
    if target.is_symlink() or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
        raise Conflict(f"{target} sudah ada dan tidak kosong; pilih folder yang belum ada.")


def clear_traces(parent: Path) -> None:
    """Remove what killed backups left beside this place; one that still runs is left alone."""
    for trace in parent.glob(f"{_TRACE}*"):
        try:
            with (trace / ".lock").open("ab") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(trace, ignore_errors=True)
        except BlockingIOError:
            continue
        except FileNotFoundError:
            shutil.rmtree(trace, ignore_errors=True)


def remove(folder: Path) -> None:
    """Remove a backup, so that a kill on the way leaves nothing that looks whole."""
    trace = folder.with_name(f"{_TRACE}{folder.name}")
    folder.rename(trace)
    shutil.rmtree(trace, ignore_errors=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
