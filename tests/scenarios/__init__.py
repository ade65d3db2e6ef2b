"""The deployed stack on the embedded AWS, end to end, seen from outside."""
