"""Reports without a screen: JSON Lines, a table of connections, a copy of the frames."""
