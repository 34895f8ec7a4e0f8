"""Which providers a session of ONNX Runtime is asked for, told by recorded builds of it."""

from types import SimpleNamespace

from collector.speech import runtime
from collector.speech.runtime import CPU, CUDA, Settings


def build(*available, loaded):
    return SimpleNamespace(
        get_available_providers=lambda: list(available),
        preload_dlls=lambda: loaded.append("CUDA"),
    )


def test_cuda_is_asked_for_in_single_precision_once_its_libraries_are_found():
    loaded: list[str] = []
    found = runtime._providers(build(CUDA, CPU, loaded=loaded), Settings(device="cuda"))
    assert found == [(CUDA, {"use_tf32": "0"}), (CPU, {})]
    assert loaded == ["CUDA"]


def test_the_processor_needs_no_libraries_of_cuda():
    loaded: list[str] = []
    found = runtime._providers(build(CUDA, CPU, loaded=loaded), Settings())
    assert found == [(CPU, {})]
    assert loaded == []


def test_a_build_without_cuda_is_asked_for_the_processor_alone():
    found = runtime._providers(build(CPU, loaded=[]), Settings(device="cuda"))
    assert found == [(CPU, {})]
