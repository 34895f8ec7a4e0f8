import numpy as np

from history.read.series import SKIPPED
from site_gen.catalogue import Suite
from site_gen.pages import matrix
from tests.site_gen.builders import benchmark, series

CPU = "runtime=torch;device=cpu;precision=fp32"
CUDA = "runtime=torch;device=cuda;precision=bf16;features=flash-attn"


def skipped(variant, reason):
    return series([np.nan], variant=variant, status=[SKIPPED], reasons={0: reason})


def synthesize(name, *rows):
    return benchmark(
        *rows, suite="tts", name="synthesize", params=(("input", name),), path=f"suites/tts/{name}"
    )


def test_what_ran_has_a_number_and_what_did_not_has_a_reason():
    first = series([0.2], variant=CPU, metric="first_audio_time")
    short = synthesize("short", series([1.5], variant=CPU), first, skipped(CUDA, "no device"))
    medium = synthesize("medium", series([4.5], variant=CPU))
    (found,) = matrix.build(Suite("tts", "suites/tts", (short, medium)))
    cpu, cuda = found.rows
    assert (cpu.device, cpu.precision, cpu.features) == ("cpu", "fp32", "–")
    assert [cell.value for cell in cpu.cells] == ["1.50 s", "4.50 s"]
    assert cpu.cells[0].beside == (("first_audio_time", "200 ms"),)
    assert (cuda.device, cuda.features) == ("cuda", "flash-attn")
    assert [(cell.status, cell.reason) for cell in cuda.cells] == [
        ("skipped", "no device"),
        ("missing", "not tried"),
    ]


def test_one_device_needs_no_matrix():
    one = synthesize("short", series([1.5], variant=CPU))
    assert matrix.build(Suite("tts", "suites/tts", (one,))) == ()


def test_what_else_differs_is_said_beside_the_device():
    rows = [
        series([1.0], variant=f"implementation={way};device={device}")
        for way, device in (("rust", "cpu"), ("python", "cpu"), ("rust", "cuda"))
    ]
    (found,) = matrix.build(Suite("tts", "suites/tts", (synthesize("short", *rows),)))
    assert [(row.device, row.other) for row in found.rows] == [
        ("cpu", "python"),
        ("cpu", "rust"),
        ("cuda", "rust"),
    ]
