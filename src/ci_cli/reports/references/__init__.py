"""Customers who vouch for us."""
