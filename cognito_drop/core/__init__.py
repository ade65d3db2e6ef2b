"""The decisions of the product as pure functions: no boto3, no environment, no clock."""
