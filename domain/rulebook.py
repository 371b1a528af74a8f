"""By which rules a life goes: those of the release that opened it, to its end.

A rule that asks for other errands or plans other times than before may not change under a life that runs: the
workflow could not be replayed. So it asks for the number that the life began with, and the stored histories
of older ones prove that nothing changed for them.
"""

EMPTY_LADDERS_END = 2
"""A ladder with nobody on any level is climbed once; before, as often as it repeats, in the same instant."""
NEWEST = 2
