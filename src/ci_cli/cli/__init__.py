"""The only room that knows Typer: commands translate options, call the rooms below, and show."""
