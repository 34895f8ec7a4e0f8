"""Short ways to say what a series looks like."""

import numpy as np

from history.detect.interface import Detection, Observations
from history.detect.preprocess import Signal, measured, prepare
from history.detect.step_detector import StepDetector


def noisy(n: int, sigma: float = 0.01, seed: int = 1, level: float = 100.0) -> np.ndarray:
    return level * np.exp(np.random.default_rng(seed).normal(0, sigma, n))


def stepped(
    n: int = 100, at: int = 60, by: float = 0.10, sigma: float = 0.01, seed: int = 1
) -> np.ndarray:
    values = noisy(n, sigma, seed)
    values[at:] *= 1 + by
    return values


def ramp(
    n: int = 200, start: int = 60, end: int = 140, by: float = 0.3, sigma: float = 0.01
) -> np.ndarray:
    return noisy(n, sigma) * np.exp(np.interp(np.arange(n), [start, end], [0, np.log1p(by)]))


def detect(values: np.ndarray, minimum_effect: float = 0.02) -> Detection:
    return StepDetector().detect(Observations(np.asarray(values, float)), minimum_effect)


def prepared(values: np.ndarray) -> Signal:
    observations = Observations(np.asarray(values, float))
    return prepare(observations, measured(observations), 0.02)
