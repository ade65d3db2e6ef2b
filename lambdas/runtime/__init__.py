"""What every function needs around its use case: composition, environment, log, metrics, lazy clients, and errors."""
