"""Commands about the health of customers."""
