"""What rooms hand to each other: plain rows, nothing else; one module for each thing talked of."""
