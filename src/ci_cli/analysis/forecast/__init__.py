"""Who will buy in the weeks to come, how often, for how much, and how sure that is.

``bgnbd`` says how often customers come back and ``gamma_gamma`` what a purchase brings; both are
fitted by ``maximum``. ``by_rhythm`` answers where the first of them cannot. ``correction`` learns
from how the forecast of an earlier day turned out on the same data. ``outlook`` puts these together
for a whole base (``history``), ``backtest`` tells how good they were.

Everything here is causal: a forecast for a day is made from what was known on that day.
"""
