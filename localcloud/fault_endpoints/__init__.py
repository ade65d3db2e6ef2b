"""Where the server records calls and lets them fail: middleware for all requests, and the paths that set it up."""
