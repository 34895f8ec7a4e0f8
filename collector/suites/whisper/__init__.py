"""Whisper on ONNX Runtime: three graphs, an own log-mel, and the decoder loop stage by stage."""

from collector.suites.whisper.suite import Whisper

__all__ = ["Whisper"]
