"""The only room that knows SQL: opening, migrating, reading facts, writing, backing up."""
