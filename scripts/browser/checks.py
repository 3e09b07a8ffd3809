"""Checks that are counted, and told one a line."""

import sys
import time
import traceback


def same(found, expected):
    """Raises unless both are equal."""
    if found != expected:
        raise AssertionError(f"expected {expected!r}, found {found!r}")


class Checks:
    """Runs checks, each a function that raises where something is wrong."""

    def __init__(self, only=""):
        """With `only`, those alone whose titles have it."""
        self.passed = self.failed = 0
        self.only = only

    def wants(self, *titles):
        """Whether one of them is to be run."""
        return any(self.only in title for title in titles)

    def one(self, title, check, *arguments):
        """Runs one check, and says how it went."""
        if not self.wants(title):
            return
        start = time.monotonic()
        try:
            check(*arguments)
        except Exception as error:
            self.failed += 1
            print(f"FAILED {title}: {type(error).__name__}: {error}", flush=True)
            traceback.print_exc(limit=-2)
        else:
            self.passed += 1
            print(f"ok     {title} ({time.monotonic() - start:.1f} s)", flush=True)

    def end(self):
        """Prints the sum, and ends the program."""
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(self.failed > 0)
