"""The page that follows the stream of a connection."""
