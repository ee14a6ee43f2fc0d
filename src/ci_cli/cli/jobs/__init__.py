"""Commands that run saved sets of other commands."""
