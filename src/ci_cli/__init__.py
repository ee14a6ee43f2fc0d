"""ci-cli: one SQLite file as the master customer database of a small company."""

__version__ = "0.1.0"
