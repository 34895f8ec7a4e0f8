"""Whisper on ONNX Runtime: three graphs, our own log-mel and decoder loop."""

from collector.suites.whisper.suite import Whisper

__all__ = ["Whisper"]
