"""Commands on where the company and its programme stand: goals, pivots, one-page reports."""
