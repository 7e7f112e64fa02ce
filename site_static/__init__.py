"""The public site: the schema and reader of the publication store, and the app over it.

Nothing here knows the intranet: no import of ``portal`` and no database, so
that no intranet page can leak and the site can be rebuilt from the store alone.
"""
