"""tcptui shows TCP as it really happened: connections, segments and what each of them means."""

__version__ = "0.1.0"
