"""Text of cells to exact values: one decision per column, a reject where text cannot be read."""
