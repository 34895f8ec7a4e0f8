"""Measure the suites on one NVIDIA GPU, and hold what soundmark says of it against other readings.

``python -m benchmarks.gpu.run [--out FOLDER]``: at most eight minutes. It leaves a run file in
``FOLDER/runs`` and a page in ``FOLDER/findings.md``, and ends with 1 when something is not as
documented, with 3 where there is no such device.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import multiprocessing
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from benchmarks.gpu.findings import Leak, Seen, Timed, page, problems
from collector.measure.gpu import open_gpu, reasons_text, survey
from collector.speech import runtime

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from collector.measure.gpu import Gpu

LIMIT_S: Final = 480.0
RESERVE_S: Final = 60.0
"""Kept for the checks after the suites."""
GRACE_S: Final = 20.0
"""For storing what was measured when the time was up."""
LIBRARIES: Final = ("torch", "onnxruntime-gpu", "onnxruntime", "nvidia-ml-py", "transformers")
REPEATS: Final = 50
LEAK_ITERATIONS: Final = 30
LEAK_BYTES: Final = 16 * 2**20
"""A driver gives memory away in blocks of 2 MiB, so a leak must be a multiple of it."""

FoundT = TypeVar("FoundT")

CONFIG: Final = """\
project = "soundmark on a GPU"

[[suite]]
use = "micro"
device = "cuda"

[[suite]]
use = "alignment"
runtimes = ["torch", "onnxruntime"]
device = "cuda"

[[suite]]
use = "whisper"
device = "cuda"
precisions = ["fp32"]

[[suite]]
use = "tts"
devices = ["cuda"]
"""


def lacking() -> list[str]:
    """What this machine has not got; empty when everything can run."""
    seen = survey()
    if not seen.name:
        return [f"no NVIDIA GPU ({seen.note.rstrip('.') or 'no device and no driver'})"]
    found: list[str] = []
    try:
        import torch
    except ImportError:
        return [*found, "no torch (pip install 'soundmark[speech-gpu]')"]
    if not torch.cuda.is_available():
        found.append(f"no CUDA in torch {torch.__version__}")
    try:
        import onnxruntime
    except ImportError:
        return [*found, "no onnxruntime-gpu (pip install 'soundmark[speech-gpu]')"]
    if runtime.CUDA not in onnxruntime.get_available_providers():
        found.append(f"no {runtime.CUDA} in onnxruntime {onnxruntime.__version__}")
    elif not found and runtime.CUDA not in alone(providers):
        # It is in the package, but libraries of another CUDA are here, or none.
        wanted = getattr(onnxruntime, "cuda_version", "") or "unknown"
        found.append(
            f"onnxruntime {onnxruntime.__version__} (built for CUDA {wanted}) cannot start"
            f" {runtime.CUDA} beside torch {torch.__version__} (CUDA {torch.version.cuda})"
        )
    return found


def versions(names: Sequence[str] = LIBRARIES) -> dict[str, str]:
    """Those that are installed; either runtime has CUDA in some build."""
    found = {}
    for name in names:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def state(gpu: Gpu) -> dict[str, Any]:
    """Clocks, temperature, power and reasons now, by name."""
    found = gpu.read()._asdict()
    reasons = found.pop("reasons")
    return {**found, "throttle reasons": reasons_text(reasons) if reasons else "none"}


def timed(torch: Any, stage: str, work: Callable[[], object]) -> Timed:  # noqa: ANN401 - a module
    """Repeats of one stage, by events and by the clock in turn."""
    events, wall = [], []
    for _ in range(5):
        work()
    for _ in range(REPEATS):
        torch.cuda.synchronize()
        first, last = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        first.record()
        work()
        last.record()
        torch.cuda.synchronize()
        events.append(first.elapsed_time(last) / 1e3)
        began = time.perf_counter()
        work()
        torch.cuda.synchronize()
        wall.append(time.perf_counter() - began)
    return Timed(stage, tuple(events), tuple(wall))


def stages(torch: Any) -> list[Timed]:  # noqa: ANN401 - a module
    """Work of milliseconds, so that starting a kernel is a small part of it."""
    square = torch.randn(8_192, 8_192, device="cuda")
    sound = torch.randn(16, 512, 64_000, device="cuda")
    kernel = torch.randn(512, 512, 3, device="cuda")
    return [
        timed(torch, "matrix product 8192", lambda: square @ square),
        timed(torch, "convolution 512 x 512 x 3", lambda: torch.conv1d(sound, kernel)),
        timed(torch, "sort of 67 million", lambda: square.sort(dim=1)),
    ]


def leak(torch: Any, gpu: Gpu) -> Leak:  # noqa: ANN401 - a module
    """Keep a block of known size in every iteration, and read both counts of memory."""
    torch.cuda.empty_cache()
    kept, driver, allocator = [], [], []
    for _ in range(LEAK_ITERATIONS):
        kept.append(torch.empty(LEAK_BYTES, dtype=torch.uint8, device="cuda"))
        torch.cuda.synchronize()
        driver.append(float(gpu.used_bytes() or 0))
        allocator.append(float(torch.cuda.memory_allocated()))
    return Leak(LEAK_BYTES, tuple(driver), tuple(allocator))


def alone(work: Callable[[], FoundT]) -> FoundT:
    """What a function gives in a process of its own.

    It has imported no torch, as the children that measure ONNX Runtime have not, and leaves no
    context on the device behind.
    """
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=context) as pool:
        return pool.submit(work).result()


def providers() -> list[str]:
    """What is in force in a session that asks for CUDA."""
    import onnx
    from onnx import helper

    value = helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [4])
    out = helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [4])
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "g", [value], [out])
    opset = helper.make_opsetid("", 18)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "relu.onnx"
        onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=10), path)
        session = runtime.session(path, runtime.Settings(device="cuda"))
        return list(session.get_providers())


def collected(out: Path, limit_s: float) -> int:
    """Measure the suites into the folder; when the time was up, what was measured is kept: 124."""
    config = out / "soundmark.toml"
    config.write_text(CONFIG, encoding="utf-8")
    command = [
        *(sys.executable, "-m", "soundmark", "collect", "--profile", "quick"),
        *("--config", str(config)),
        *("--history", str(out / "history.duckdb"), "--ledger", str(out / "runs")),
    ]
    return ended(command, limit_s)


def ended(command: Sequence[str], limit_s: float) -> int:
    """Exit code of a command; 124 when it was asked to end, as by Ctrl-C, and killed if it did not.

    Not killed at once: `soundmark collect` stores what it has.
    """
    with subprocess.Popen(command) as running:
        try:
            return running.wait(limit_s)
        except subprocess.TimeoutExpired:
            running.send_signal(signal.SIGINT)
        try:
            running.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            running.kill()
    return 124


def main() -> int:
    """Everything, in the order in which it matters if time runs out."""
    parser = argparse.ArgumentParser(description="Measure the suites on one NVIDIA GPU.")
    parser.add_argument("--out", type=Path, default=Path("build/gpu"))
    out: Path = parser.parse_args().out
    missing = lacking()
    gpu = None if missing else open_gpu()
    if missing or gpu is None:
        sys.stderr.write(f"Nothing was measured: {'; '.join(missing) or 'no GPU'}.\n")
        return 3
    import torch

    began = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    before = state(gpu)
    code = collected(out, LIMIT_S - RESERVE_S)
    device = gpu.device()
    seen = Seen(
        device=device.name,
        driver=device.driver,
        libraries=versions(),
        before=before,
        after=state(gpu),
        requested=runtime.CUDA,
        actual=alone(providers),
        timed=stages(torch),
        leak=leak(torch, gpu),
        collected=code,
        took_s=time.monotonic() - began,
    )
    text = page(seen)
    (out / "findings.md").write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return int(bool(problems(seen)))


if __name__ == "__main__":
    raise SystemExit(main())
