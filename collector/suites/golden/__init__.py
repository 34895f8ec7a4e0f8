"""One pipeline against its targets: components, first token, real-time factor, memory, output."""

from collector.suites.golden.suite import Golden

__all__ = ["Golden"]
