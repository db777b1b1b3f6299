"""Which frames are wanted: capture filters over batches of frames."""
