"""Memory over repeated load and inference: destroy and recreate against reuse."""

from collector.suites.lifecycle.suite import Lifecycle

__all__ = ["Lifecycle"]
