"""Text for people: names made printable, links into the AWS console."""
