"""Where the company and its programme stand."""
