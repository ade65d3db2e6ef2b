"""Delivery pipelines: the apps that make what a pipeline needs in AWS, and the smoke test that each of them runs."""
