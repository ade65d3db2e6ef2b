"""What was released, as it was deployed: upgrades are tested from there."""
