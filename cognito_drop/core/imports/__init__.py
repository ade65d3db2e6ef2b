"""Import jobs: their statuses and limits, when one is started, polled, or over."""
