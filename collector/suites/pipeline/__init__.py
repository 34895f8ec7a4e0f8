"""Trained models that packages ship: speech, voice activity, recognition, alignment."""

from collector.suites.pipeline.suite import Pipeline

__all__ = ["Pipeline"]
