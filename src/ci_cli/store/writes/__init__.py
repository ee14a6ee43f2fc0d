"""Everything that changes the store; the caller holds the transaction."""
