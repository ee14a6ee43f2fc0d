"""The only schema: SQLModel tables, one module per data family, and bookkeeping.

The store itself is made by the frozen SQL of ``store/migrations``; a test holds that SQL and these
models to the same schema. So commands that only read need not load SQLModel (about a second).
"""
