"""Reports without a screen: JSON Lines, and a table of connections."""
