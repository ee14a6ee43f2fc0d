"""Files in, rows of text out, each with the line it came from; start at :mod:`.opening`."""
