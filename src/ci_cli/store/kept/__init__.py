"""Figures kept in the store, so that a report need not go through every order line.

``marks`` knows whether they are up to date, ``refresh`` brings them there, ``lines`` reads what
they are made of, ``days`` and ``cells`` make them, ``answers`` reads them. Whoever asks for facts
looks at ``marks.current`` first and adds the lines up where the answer is no.
"""
