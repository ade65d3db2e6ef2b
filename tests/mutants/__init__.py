"""Changes the product's code at random places, and counts the changes that no test notices."""
