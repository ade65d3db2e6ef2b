"""Memberships: users added to groups after their import."""
