"""Texts as people type them -> standard forms that can be compared.

Everything here is a plain function of its arguments. What a value means is decided elsewhere; a
value that cannot be read gives None or an empty part, never an error.
"""
