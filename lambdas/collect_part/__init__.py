"""The function that reads what Cognito's log says of the rows of a part."""
