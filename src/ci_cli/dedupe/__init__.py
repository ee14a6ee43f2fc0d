"""Find records of the same customer: standard forms, pairs, weights, clusters."""
