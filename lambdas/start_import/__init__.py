"""The function that creates, uploads and starts the import job."""
