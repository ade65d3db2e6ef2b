"""Metrics of runs, jobs, and pools."""
