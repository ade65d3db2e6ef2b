"""Tests that stay inside this process: no socket, no sleep, no machine's credentials."""
