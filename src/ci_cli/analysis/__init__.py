"""Numbers in, numbers out: every formula of the product, pure and usable as a library.

Nothing here reads a store, prints, or looks at a clock; each function says where its formula
comes from. ``reports`` lays out what is computed here.
"""
