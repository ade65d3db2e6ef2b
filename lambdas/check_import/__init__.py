"""The function that polls the import job."""
