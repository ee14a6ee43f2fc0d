"""The only room that writes for people: a Report becomes a screen or a file, safely.

``render`` is the door for reports, ``messages`` for everything that is said beside them.
"""
