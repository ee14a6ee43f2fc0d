"""Early warning: is a product category in decline, since when, by how much, and why?

``calendar_effects`` knows the moving Spring Festival, ``shapes`` what a decline looks like and what
else might have happened, ``evidence`` weighs them for one signal of many categories at once,
``signals`` makes the signals from monthly cells, ``verdict`` puts the evidence of all signals
together and says it, ``screening`` keeps many categories from raising many false alarms.

Everything here is causal: what is said of a month is computed from that month and those before it.
"""
