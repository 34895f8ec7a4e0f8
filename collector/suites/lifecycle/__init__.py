"""Memory over repeated load and inference: recreate compared with reuse."""

from collector.suites.lifecycle.suite import Lifecycle

__all__ = ["Lifecycle"]
