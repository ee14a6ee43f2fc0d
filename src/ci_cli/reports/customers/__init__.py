"""One customer, or the customers somebody has to turn to."""
