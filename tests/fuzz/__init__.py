"""Broken files, by the million: nothing in a file may crash the row engine or hold it up."""
