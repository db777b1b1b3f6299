"""The display filter: its prompt, its evaluation in the background, and what else helps to write one."""
