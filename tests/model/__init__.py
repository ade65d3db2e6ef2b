"""An explicit-state model of the way of a drop, explored exhaustively, and random histories of it with a clock."""
