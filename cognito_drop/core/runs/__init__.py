"""A run: the drop it comes from, its states, its record in the ledger, its outcome, and its events."""
