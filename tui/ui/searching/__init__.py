"""How one looks for something on the screen."""
