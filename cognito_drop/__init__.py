"""Imports dropped CSV files into Amazon Cognito user pools. Import what you need from the packages in it."""
