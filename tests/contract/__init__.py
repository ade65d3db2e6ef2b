"""What holds in AWS and in localcloud alike: the same tests run against both (docs/verify.md)."""
