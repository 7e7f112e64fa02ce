"""Documents: numbered registers, letter texts, uploaded files and their previews."""
