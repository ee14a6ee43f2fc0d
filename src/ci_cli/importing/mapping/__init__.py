"""Which column of a spreadsheet is which field: headers read, weighed against values, explained."""
