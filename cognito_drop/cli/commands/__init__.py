"""One module a command; each gives back a result and shows nothing itself."""
