"""How imported users sign in for the first time: by the pool's settings, its app clients, and each row."""
