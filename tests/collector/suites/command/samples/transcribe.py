# ruff: noqa: INP001 - a program, not a module
"""A plain script that says how long its parts took."""

import json
import sys
import time

seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 0.01
begin = time.perf_counter()
time.sleep(seconds)
encoder_s = time.perf_counter() - begin
sum(range(1000))
total_s = time.perf_counter() - begin
print("listening ...")
print(
    json.dumps(
        {
            "soundmark": 1,
            "item": "hello.wav",
            "facts": {"duration_s": 2.0},
            "stages": {"encoder_time": encoder_s},
            "metrics": {"total_time": total_s, "rtf": total_s / 2.0},
            "text": "hello",
        }
    )
)
