"""Every error a person can see: one clear sentence, and the exit status that goes with it."""


class UserError(Exception):
    """An error told to the user in one line; never a traceback."""

    exit_status = 1
    """Exit status of a run that ends with this error."""
    detail: tuple[str, ...] = ()
    """Lines that are printed below the message where it is told on a command line."""


class InputError(UserError):
    """A file or an interface that can't be used: exit status 1."""


class UsageError(UserError):
    """A command line that can't be understood, an uncompilable filter included: exit status 2."""

    exit_status = 2
