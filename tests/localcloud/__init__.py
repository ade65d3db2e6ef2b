"""What the emulator promises, asked through boto3."""
