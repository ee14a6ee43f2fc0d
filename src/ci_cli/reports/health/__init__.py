"""How healthy customers are."""
