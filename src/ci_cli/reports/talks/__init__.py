"""What customers do and say."""
