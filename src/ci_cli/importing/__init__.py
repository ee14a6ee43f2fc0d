"""From text rows to records and orders: what a column means, what a value is, what goes in."""
