"""Text to speech in stages: prefill, talker, code predictor, decoder."""

from collector.suites.tts.suite import Tts

__all__ = ["Tts"]
