"""What holds for all files and pools, as far as generated ones can show."""
