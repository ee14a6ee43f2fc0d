"""Who may vouch for us, on which day and for what: rules over dated acts, without any store."""
