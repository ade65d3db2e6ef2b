"""The row engine: every row of a file accounted for."""
