"""Complaints: intake, identity apart, routing by clause H, handling, tracking.

They run on the workflow engine as a core workflow (``definition.py``). Which official may
not have a complaint is decided by one pure rule (``conflict.py``).
"""
