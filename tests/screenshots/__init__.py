"""The pictures in screenshots/: what they show, how they are drawn, and what can be read from them again."""
