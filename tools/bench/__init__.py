"""How fast a file is checked, beside others who read CSV. `make bench` runs it."""
