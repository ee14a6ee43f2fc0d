"""Saved sets of steps that cron runs as one: what their files say, and what became of a run."""
