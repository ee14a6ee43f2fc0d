"""Commands that find, review, merge and split records of the same customer."""
