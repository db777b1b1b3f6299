"""Small programs whose conversations are recorded: what each side does with a connected socket."""
