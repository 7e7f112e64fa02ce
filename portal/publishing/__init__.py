"""Finalizing documents, putting them into the publication store, exporting the public site.

``service`` freezes and decides, ``jobs`` carries out, ``writer`` writes the store,
``export`` builds the site from it. The store's schema and reader are ``site_static``.
"""
