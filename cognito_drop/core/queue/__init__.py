"""The import queue: which run may have the active import job."""
