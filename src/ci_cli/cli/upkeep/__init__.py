"""Commands that look after the store: figures, fields, privacy, sources."""
