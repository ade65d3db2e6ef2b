"""What the embedded AWS promises, asked through boto3."""
