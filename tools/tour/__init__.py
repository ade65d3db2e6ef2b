"""Plays docs/tour.md against the local emulator, and writes the page with what the commands have written."""
