"""An instance with the sample plugin, its processes, and officials at work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from portal.config import Settings
from portal.plugins.discovery import GROUP
from portal.serve import open_engine
from portal.testing.databases import Seed
from portal.testing.processes import Processes
from portal.testing.world import plant
from tests.reliability.office import Office


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant,)


@pytest.fixture
def site(tmp_path: Path) -> list[Path]:
    """Folders in which Python finds the plugin as an installed distribution."""
    info = tmp_path / "site" / "portal_steady-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: portal-steady\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\nsteady = steady\n")
    return [info.parent, Path(__file__).parent]


@pytest.fixture
def variables(settings: Settings) -> dict[str, str]:
    """The variables of this instance."""
    return {
        "PORTAL_INSTANCE": str(settings.instance),
        "PORTAL_DATABASE_URL": settings.database_url,
        "PORTAL_PUBLIC_URL": settings.public_url,
        "PORTAL_PLUGINS": "steady",
        "PORTAL_STRICT": "1",
    }


@pytest.fixture
def processes(tmp_path: Path, variables: dict[str, str], site: list[Path]) -> Iterator[Processes]:
    with Processes(tmp_path, variables, site) as started:
        yield started


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """The database, past the portal."""
    made = open_engine(settings)
    yield made
    made.dispose()


@pytest.fixture
def office(engine: Engine) -> Office:
    return Office(engine)
