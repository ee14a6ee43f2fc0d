"""What needs somebody, and what came of it."""
