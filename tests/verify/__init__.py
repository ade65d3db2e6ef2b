"""Tests of the kit that settles in a real account what is guessed."""
