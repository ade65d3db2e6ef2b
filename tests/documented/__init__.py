"""The shell blocks of the documentation: found on the pages, and run as written in a fresh checkout."""
