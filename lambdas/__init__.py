"""Everything that ships to AWS Lambda: one folder a function, and the core, adapters and runtime that they share."""
