"""Becomes a shell that runs a script, on the terminal on which it was started: `run_in_shell SCRIPT ARGUMENT...`."""

import os
import sys

if __name__ == "__main__":
    os.execvp("sh", ["sh", "-c", sys.argv[1], "sh", *sys.argv[2:]])
