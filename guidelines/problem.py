"""A problem that the user can mend, told in one line; knows nothing of who raises or prints it."""


def one_line(text: str) -> str:
    """Return the text with every run of blanks, line ends and control characters as one space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


class Problem(Exception):
    """What went wrong (with its value), why, and the command that mends it.

    Never give it question text: exception messages are logged.
    """

    def __init__(self, what: str, why: str, mend: str) -> None:
        # All three go to `args`, so a Problem survives pickling between processes.
        super().__init__(what, why, mend)

    @property
    def what(self) -> str:
        """The thing that went wrong, with its value."""
        return one_line(str(self.args[0]))

    @property
    def why(self) -> str:
        """The reason, without a closing full stop."""
        return one_line(str(self.args[1])).rstrip(" .")

    @property
    def mend(self) -> str:
        """The command that mends it."""
        return one_line(str(self.args[2]))

    def __str__(self) -> str:
        return f"{self.what}: {self.why}. Mend: {self.mend}"
