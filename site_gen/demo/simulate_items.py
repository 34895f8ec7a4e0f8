"""Simulate utterances and memory over iterations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from history.words.records import Item, Measured, Point, Variant

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

UTTERANCES = 12
ITERATIONS = 40
_MIB = float(2**20)
_TEXTS = (
    "seven quiet harbours kept the morning light",
    "the ferry waits until the last lamp is lit",
    "nobody counted the steps to the upper garden",
)


def items(
    share: float, variant: Variant, speed: float, random: np.random.Generator
) -> Iterator[Item]:
    """Utterances of the alignment suite as one variant ran them; the second has one odd one."""
    quick = 0.72 if variant.runtime == "onnxruntime" else 1.0
    for number in range(UTTERANCES):
        frames, states = 75 + 40 * number, 21 + 12 * (number * 5 % UTTERANCES)
        viterbi = speed * (4e-6 * frames + 6e-8 * frames * states)
        if number == 7 and quick < 1:
            viterbi *= 1.9
        level = speed * (0.02 + 0.011 * number) * (1 + share / 10) * quick
        noise = 1 + 0.02 * random.standard_normal((2, 9))
        odd = number == 4 and quick < 1
        level *= 1.3 if odd else 1.0
        yield Item(
            suite="alignment",
            benchmark="pipeline",
            params={"seconds": "5"},
            item=f"utterance-{number:02d}",
            variant=variant,
            facts={"duration_s": 1.5 + 0.8 * number, "frames": frames, "states": states},
            values={
                "total_time": float(sorted(level * noise[0])[4]),
                "dp_time": float(sorted(viterbi * noise[1])[4]),
            },
            samples={"total_time": tuple(round(float(x), 9) for x in level * noise[0])},
            fingerprint=f"{number}{'b' if odd else 'a'}",
            text=_TEXTS[number % 3].replace("harbours", "arbours" if odd else "harbours")
            if number % 3 == 0 or not odd
            else _TEXTS[number % 3].replace("waits", "waited").replace("steps", "step"),
        )


def memory(night: int, nights: int, random: np.random.Generator) -> Iterator[Point]:
    """Memory of two methods, one of which begins to leak late, and of the control."""
    began = night >= nights * 4 // 5
    methods = (
        ("control", "recreate", 1.0),
        ("onnx_session", "recreate", 0.31 if began else 0.0),
        ("onnx_session", "reuse", 0.0),
    )
    for benchmark, way, leak in methods:
        noise = 0.03 * random.standard_normal(ITERATIONS)
        rss = [
            round((180 + leak * number + float(noise[number])) * _MIB)
            for number in range(ITERATIONS)
        ]
        rate = leak * _MIB + 400 * float(random.standard_normal())
        first = 0.021 if way == "reuse" else 0.064
        variant = Variant(implementation=way, runtime="onnxruntime", device="cpu")
        numbers = {
            "rss": (float(sorted(rss)[ITERATIONS // 2]), tuple(float(one) for one in rss)),
            "rss_growth_rate": (rate, ()),
            "rss_growth_naive": ((rss[-1] - rss[0]) / ITERATIONS, ()),
            "first_token_time": (first * (1 + 0.02 * float(random.standard_normal())), ()),
            "characters_per_second": (140 * (1 + 0.02 * float(random.standard_normal())), ()),
        }
        for metric, (value, samples) in numbers.items():
            yield Point(
                suite="lifecycle",
                benchmark=benchmark,
                metric=metric,
                outcome=Measured(value=value, n=ITERATIONS, aggregate="median", samples=samples),
                variant=variant,
            )
