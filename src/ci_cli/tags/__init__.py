"""Tags: what customers do, in words that mean the same to everybody, and rules that find it.

Pure, but for the use-case ``apply``: a catalogue, a small language of conditions, an evaluation
that takes facts and gives findings, decay, and the follow-up priority.
"""
