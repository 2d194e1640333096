"""The engine on PyVRP: an iterated local search that is fast, for the part of the model it has.

The library is imported by `engine` alone and what it imports; see there for what it cannot say.
"""
