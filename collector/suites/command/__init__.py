"""Any program as a suite: build it, run it, read what it leaves."""

from collector.suites.command.suite import CommandSuite

__all__ = ["CommandSuite"]
