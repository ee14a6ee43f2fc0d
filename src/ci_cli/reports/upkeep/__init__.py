"""What the store holds."""
