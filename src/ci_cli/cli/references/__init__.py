"""Commands about customers who vouch for us."""
