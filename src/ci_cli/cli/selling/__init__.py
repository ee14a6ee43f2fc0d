"""Commands about what sells: rfm, procat with its early warning, forecasts, white space."""
