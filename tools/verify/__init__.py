"""The kit that settles in a real AWS account what is still guessed about user import jobs."""
