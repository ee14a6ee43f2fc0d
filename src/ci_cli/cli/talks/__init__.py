"""Commands about what customers do and say: log, tag, feedback, surveys."""
