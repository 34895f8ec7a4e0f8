"""Decode utterances with the own loop and with transformers' generate, and count equal tokens.

``python -m benchmarks.whisper.equality [UTTERANCES] [SIZE] [--timestamps]`` prints one line each
and ends with exit code 1 when any differs. Weights are synthetic, so nothing else can be judged.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from collector.measure.stage_timer import NoTimer
from collector.speech import corpus
from collector.suites.whisper import Whisper, model
from collector.suites.whisper.options import WhisperOptions
from history.items import transcripts
from history.words.records import Item

if TYPE_CHECKING:
    from collector.contract import Process, WorkOutcome

WORKSPACE = Path(".soundmark/cache")


def transcribe(options: WhisperOptions, process: Process) -> WorkOutcome:
    """One repeat of one way of transcribing."""
    suite = Whisper()
    (case,) = (one for one in suite.plan(options, "quick").cases if one.process == process.name)
    session = suite.open(process, options, "quick", WORKSPACE)
    work = session.prepare(case)
    work.run(NoTimer())
    outcome = work.finish()
    session.close()
    return outcome


def main() -> int:
    """Compare and print."""
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    sizes = [word for word in sys.argv[1:] if word in model.SIZES]
    options = WhisperOptions(
        size=sizes[0] if sizes else "micro",
        files=numbers[0] if numbers else len(corpus.TEXTS),
        precisions=("fp32",),
        timestamps="--timestamps" in sys.argv,
    )
    sides = []
    for process in Whisper().plan(options, "quick").processes:
        began = time.perf_counter()
        outcome = transcribe(options, process)
        print(f"{process.name}: {time.perf_counter() - began:.1f} s with loading")
        sides.append(
            [
                Item(
                    suite="whisper",
                    benchmark="transcribe",
                    item=name,
                    text=outcome.texts[name],
                    facts=facts,
                )
                for name, facts in outcome.items.items()
            ]
        )
    found = transcripts.compare(*sides)
    tokens = 0
    for one in found.files:
        count = len(one.left.split())
        tokens += options.tokens()
        state = "equal" if one.same_tokens else f"differs at token {one.first}"
        print(f"{one.item}: {state}, {count} words, {len(set(one.left.split()))} different")
    print(f"{found.equal} of {len(found.files)} utterances equal, {tokens} tokens each side")
    return 0 if found.equal == len(found.files) else 1


if __name__ == "__main__":
    raise SystemExit(main())
