"""Commands about customers, and the views people live in: show, brief, today, search."""
