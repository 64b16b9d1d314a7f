"""What keeps a run from being one: told in a sentence, exit code 2."""


class CannotRun(Exception):
    """The words are for the person who started it."""
