"""What sells to whom: rfm, procat, forecasts, white space."""
