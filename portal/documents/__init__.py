"""Documents: numbered registers and letter texts. Files and PDF come with later issues."""
