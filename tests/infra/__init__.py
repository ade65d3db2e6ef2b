"""Tests of what would be deployed: the synthesised template, its checks, its state machine, the package."""
