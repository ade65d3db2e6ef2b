"""What every function needs around its work: settings, logging, lazy clients, the sorting of errors."""
