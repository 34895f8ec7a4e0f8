"""The golden pipeline: components, first token, real-time factor, memory and output checks."""

from collector.suites.golden.suite import Golden

__all__ = ["Golden"]
