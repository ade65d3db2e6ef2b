"""User pools: what is chosen for each, and how their users are looked up."""
