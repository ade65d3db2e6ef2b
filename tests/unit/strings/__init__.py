"""A snapshot of every string that a user can read; `make strings` writes it again."""
