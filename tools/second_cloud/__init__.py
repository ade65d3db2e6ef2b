"""The stack on a second, independent emulator: `python -m tools.second_cloud`."""
