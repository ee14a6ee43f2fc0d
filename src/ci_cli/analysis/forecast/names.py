"""What forecasts call their methods and verdicts; apart, so that reports need no numpy for them."""

from __future__ import annotations

# how a forecast was made
MODEL = "bg-nbd"
RHYTHM = "rhythm"
NOTHING = "nothing"

# why the model does not answer
TOO_FEW = "too-few"  # customers or repeat buyers
ALIKE = "alike"  # the fit says that all customers buy equally often, which no real base does
UNSETTLED = "unsettled"  # the search for the parameters did not end
NO_REPEAT = "no-repeat"  # nobody ever came back

MIN_CUSTOMERS = 50
MIN_REPEAT = 20

# scores that a backtest compares
FORECAST = "forecast"
MODEL_ALONE = "before-correction"
EXPECTED = "expected-purchases"
SILENCE = "rhythm"
RECENCY = "r-score"

# verdicts on a band of chances
IN_BAND = "as-said"
HIGH = "fewer-bought"
LOW = "more-bought"
FEW = "too-few"
MIN_IN_BAND = 20  # customers
