"""The outcome of every row: Cognito's log of each part, joined with the lines of the dropped file."""
