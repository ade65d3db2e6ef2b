"""Tests of what would be deployed: the synthesized template, its checks, its state machine, the package."""
