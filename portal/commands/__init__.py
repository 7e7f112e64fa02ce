"""Commands of the portal as a whole; those of a domain are in the domain's ``cli.py``."""
