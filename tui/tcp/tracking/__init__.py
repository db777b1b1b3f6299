"""Applying the rules to a capture: batches of segments, all connections at once, state carried over between batches."""
