"""The deployed stack on the emulator, end to end, seen from outside."""
