"""For any WSGI server: ``gunicorn --threads 8 wsgi:app`` (settings as for ``portal serve``).

On SQLite ``portal serve`` also runs the worker; here start ``portal worker`` beside it.
"""

from portal.app import create_app
from portal.memory import give_back_large_blocks

give_back_large_blocks()
app = create_app()
