"""What more than one side of the product must spell alike, each spelled here once. Standard library only."""
