"""The function that notes the new ids of imported users."""
