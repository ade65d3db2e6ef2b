"""The one part of the functions that speaks HTTP itself, against a server on this machine."""
