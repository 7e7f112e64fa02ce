"""Typed settings, read from the environment and the instance's ``.env`` file.

Nothing else in the portal reads ``os.environ``. A wrong value raises
:class:`ConfigurationError` with one line that names the variable.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from portal.errors import ConfigurationError
from portal.mailserver import MailServer, parse


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The effective configuration of one instance.

    ``max_upload`` is in bytes, ``timezone`` an IANA name, ``public_url`` the
    address under which the public site will be read (no trailing slash),
    ``trusted_proxies`` the number of reverse proxies that a request passes; ``mail`` is
    what ``smtp_url`` and ``mail_from`` say together.
    """

    instance: Path
    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    audit_key: bytes = field(repr=False)
    base_url: str = ""
    public_url: str = ""
    plugins: tuple[str, ...] | None = None
    plugins_off: tuple[str, ...] = ()
    strict: bool = False
    files: Path
    max_upload: int = 50 * 1024 * 1024
    smtp_url: str = field(default="", repr=False)
    mail_from: str = ""
    mail: MailServer | None = None
    public_output: Path
    timezone: str = "Asia/Jakarta"
    trusted_proxies: int = 0
    demo: bool = False

    @property
    def sqlite(self) -> bool:
        """True when the database is the embedded one."""
        return make_url(self.database_url).get_backend_name() == "sqlite"

    @property
    def publications(self) -> Path:
        """The folder of the publication store."""
        return self.instance / "publications"


def environment(*, instance: str) -> dict[str, str]:
    """The process's environment, with another default for the instance folder."""
    return {"PORTAL_INSTANCE": instance, **os.environ}


def instance_path(environ: Mapping[str, str] | None = None) -> Path:
    """The instance folder named by ``PORTAL_INSTANCE`` (default ``instance/``)."""
    env = os.environ if environ is None else environ
    return Path(env.get("PORTAL_INSTANCE") or "instance").expanduser().resolve()


def read_env_file(path: Path) -> dict[str, str]:
    """Read a ``.env`` file; raises :class:`ConfigurationError` with the line at fault."""
    if not path.exists():
        return {}
    try:
        with path.open(encoding="utf-8") as stream:
            for binding in parse_stream(stream):
                if binding.error:
                    line = binding.original.line
                    raise ConfigurationError(
                        f"Berkas {path} baris {line} tidak dapat dibaca; tulis NAMA=nilai."
                    )
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"Berkas {path} tidak dapat dibaca: {error}") from error
    return {key: value for key, value in dotenv_values(path).items() if value is not None}


def load_settings(environ: Mapping[str, str] | None = None, *, create: bool = False) -> Settings:
    """Read the settings; with ``create`` make the instance folder and its two keys.

    Raises:
        ConfigurationError: a value is wrong, or the instance is missing or unwritable.
    """
    env = os.environ if environ is None else environ
    instance = instance_path(env)
    if create:
        make_instance(instance)
    values = {**read_env_file(instance / ".env"), **env}

    def text(name: str, default: str = "") -> str:
        return (values.get(name) or default).strip()

    url = text("PORTAL_DATABASE_URL", f"sqlite:///{instance / 'portal.db'}")
    if url.startswith(("postgres://", "postgresql://")):
        url = "postgresql+psycopg://" + url.split("://", 1)[1]
    try:
        backend = make_url(url).get_backend_name()
    except ArgumentError as error:
        raise ConfigurationError(
            "PORTAL_DATABASE_URL bukan alamat basis data; contoh: postgresql://nama@host/portal."
        ) from error
    if backend not in ("sqlite", "postgresql"):
        raise ConfigurationError(
            f"PORTAL_DATABASE_URL memakai {backend}; yang didukung hanya sqlite dan postgresql."
        )
    zone = text("PORTAL_TIMEZONE", "Asia/Jakarta")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ConfigurationError(
            f"PORTAL_TIMEZONE={zone} tidak dikenal; contoh: Asia/Jakarta."
        ) from error
    return Settings(
        instance=instance,
        database_url=url,
        secret_key=_secret(values, instance),
        audit_key=_audit_key(values, instance),
        base_url=_address(values, "PORTAL_BASE_URL"),
        public_url=_address(values, "PORTAL_PUBLIC_URL"),
        plugins=_names(values.get("PORTAL_PLUGINS")),
        plugins_off=_names(values.get("PORTAL_PLUGINS_OFF")) or (),
        strict=_flag(values, "PORTAL_STRICT"),
        files=Path(text("PORTAL_FILES", str(instance / "files"))),
        max_upload=_size(values, "PORTAL_MAX_UPLOAD", 50 * 1024 * 1024),
        smtp_url=text("PORTAL_SMTP_URL"),
        mail_from=text("PORTAL_MAIL_FROM"),
        mail=parse(text("PORTAL_SMTP_URL"), text("PORTAL_MAIL_FROM")),
        public_output=Path(text("PORTAL_PUBLIC_OUTPUT", str(instance / "public"))),
        timezone=zone,
        trusted_proxies=_count(values, "PORTAL_TRUSTED_PROXIES"),
        demo=(instance / "demo").exists(),
    )


def make_instance(instance: Path) -> None:
    """Create the instance folder with its keys; existing keys are kept.

    The folder is closed to others when its first key is made; what an operator opens
    later stays as it is.
    """
    try:
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (instance / "secret_key").exists():
            instance.chmod(0o700)
        for name in ("secret_key", "audit_key"):
            path = instance / name
            if not path.exists():
                path.touch(mode=0o600)
                path.write_text(secrets.token_hex(32), encoding="ascii")
    except OSError as error:
        raise ConfigurationError(
            f"Folder instans {instance} tidak dapat ditulisi: {error.strerror}."
        ) from error


def secret_files(instance: Path, environ: Mapping[str, str] | None = None) -> dict[str, Path]:
    """Where the two keys and the settings of an instance lie, whether they exist or not."""
    values = {**read_env_file(instance / ".env"), **(os.environ if environ is None else environ)}
    return {
        "audit_key": Path(values.get("PORTAL_AUDIT_KEY_FILE") or instance / "audit_key"),
        "secret_key": Path(values.get("PORTAL_SECRET_KEY_FILE") or instance / "secret_key"),
        "env": instance / ".env",
    }


def _read_key(path: Path, name: str) -> str:
    try:
        key = path.read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise ConfigurationError(
            f"{name}: berkas {path} tidak ada; jalankan `portal init` lebih dahulu."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{name}: berkas {path} tidak dapat dibaca.") from error
    if len(key) < 32:
        raise ConfigurationError(f"{name}: berkas {path} terlalu pendek; paling sedikit 32 huruf.")
    return key


def _secret(values: Mapping[str, str], instance: Path) -> str:
    if values.get("PORTAL_SECRET_KEY"):
        key = values["PORTAL_SECRET_KEY"]
        if len(key) < 32:
            raise ConfigurationError("PORTAL_SECRET_KEY terlalu pendek; paling sedikit 32 huruf.")
        return key
    file = values.get("PORTAL_SECRET_KEY_FILE") or str(instance / "secret_key")
    return _read_key(Path(file), "PORTAL_SECRET_KEY_FILE")


def _audit_key(values: Mapping[str, str], instance: Path) -> bytes:
    file = values.get("PORTAL_AUDIT_KEY_FILE") or str(instance / "audit_key")
    return _read_key(Path(file), "PORTAL_AUDIT_KEY_FILE").encode("ascii")


def _names(value: str | None) -> tuple[str, ...] | None:
    if value is None or not value.strip():
        return None
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _flag(values: Mapping[str, str], name: str) -> bool:
    value = (values.get(name) or "0").strip().lower()
    if value in ("1", "true", "ya", "yes"):
        return True
    if value in ("0", "false", "tidak", "no"):
        return False
    raise ConfigurationError(f"{name}={value} tidak dikenal; tulis 1 atau 0.")


def _count(values: Mapping[str, str], name: str) -> int:
    value = (values.get(name) or "0").strip()
    if not value.isascii() or not value.isdigit() or int(value) > 10:
        raise ConfigurationError(f"{name}={value} bukan jumlah; tulis 0 sampai 10.")
    return int(value)


def _size(values: Mapping[str, str], name: str, default: int) -> int:
    value = (values.get(name) or "").strip()
    if not value:
        return default
    units = {"K": 1024, "M": 1024**2, "G": 1024**3}
    factor = units.get(value[-1].upper(), 1)
    digits = value[:-1] if factor > 1 else value
    if not digits.isascii() or not digits.isdigit() or int(digits) == 0:
        raise ConfigurationError(f"{name}={value} bukan ukuran; contoh: 50M.")
    return int(digits) * factor


def _address(values: Mapping[str, str], name: str) -> str:
    value = (values.get(name) or "").strip().rstrip("/")
    if value and not value.startswith(("http://", "https://")):
        raise ConfigurationError(f"{name}={value} harus diawali http:// atau https://.")
    return value
