"""The function that looks how the import job is getting on."""
