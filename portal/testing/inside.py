"""What tests of plugins may look at beyond ``portal.api``: what the portal made of their acts.

Reading only: registers, the kinds of holders, the steps of a workflow, the jobs and
the export. A plugin itself never imports this.
"""

from __future__ import annotations

from portal.auth.rights import actor_of
from portal.config import Settings
from portal.db import db
from portal.documents.models import Register, RegisterEntry
from portal.jobs.runner import run_pending
from portal.org.models import HolderKind
from portal.publishing.export import export
from portal.workflow.actors_text import walk_tasks

__all__ = [
    "HolderKind",
    "Register",
    "RegisterEntry",
    "Settings",
    "actor_of",
    "db",
    "export",
    "run_pending",
    "walk_tasks",
]
