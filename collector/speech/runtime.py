"""Open a model on ONNX Runtime or torch in one way, and report the settings in force."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec

from history.words.errors import BrokenEnvironmentError

CPU: Final = "CPUExecutionProvider"
CUDA: Final = "CUDAExecutionProvider"

_LEVELS: Final = {
    "disabled": "ORT_DISABLE_ALL",
    "basic": "ORT_ENABLE_BASIC",
    "extended": "ORT_ENABLE_EXTENDED",
    "all": "ORT_ENABLE_ALL",
}


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The options of an ONNX Runtime session; every field is a fact of the run."""

    threads: int = 1
    inter_op: int = 1
    spin: bool = False
    """Whether waiting threads spin."""
    execution_mode: str = "sequential"
    """``sequential`` or ``parallel``."""
    graph_opt: str = "all"
    """``all``, ``extended``, ``basic`` or ``disabled``."""
    cpu_mem_arena: bool = True
    mem_pattern: bool = True
    device: str = "cpu"
    """``cpu`` or ``cuda``."""

    @property
    def provider(self) -> str:
        """The execution provider that is asked for."""
        return CUDA if self.device == "cuda" else CPU


def provider(runtime: str, device: str) -> str:
    """Name of the execution provider, or of torch's device, that must be in force."""
    return device if runtime == "torch" else Settings(device=device).provider


def session(path: Path, settings: Settings) -> Any:  # noqa: ANN401 - onnxruntime ships no types
    """A session of a graph. Raises BrokenEnvironmentError when it cannot be loaded."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = settings.threads
    options.inter_op_num_threads = settings.inter_op
    modes, levels = onnxruntime.ExecutionMode, onnxruntime.GraphOptimizationLevel
    parallel = settings.execution_mode == "parallel"
    options.execution_mode = modes.ORT_PARALLEL if parallel else modes.ORT_SEQUENTIAL
    options.graph_optimization_level = getattr(levels, _LEVELS[settings.graph_opt])
    options.enable_cpu_mem_arena = settings.cpu_mem_arena
    options.enable_mem_pattern = settings.mem_pattern
    options.log_severity_level = 3  # a fall-back to the CPU is found by asking, not by reading
    spin = "1" if settings.spin else "0"
    options.add_session_config_entry("session.intra_op.allow_spinning", spin)
    options.add_session_config_entry("session.inter_op.allow_spinning", spin)
    try:
        return onnxruntime.InferenceSession(
            str(path), options, providers=_providers(onnxruntime, settings)
        )
    except Exception as error:  # onnxruntime raises many kinds, all without a common base
        reason = str(error).splitlines()[0].replace(str(path.parent), path.parent.name)
        raise BrokenEnvironmentError(
            f"{path.name} cannot be loaded by ONNX Runtime: {reason}."
        ) from error


def _providers(library: Any, settings: Settings) -> list[tuple[str, dict[str, str]]]:  # noqa: ANN401 - onnxruntime ships no types
    """The providers to request, of those in this build of the runtime; the CPU last.

    CUDA's libraries come with other packages, in folders that only torch or the runtime's own
    search finds: a child that imports no torch would silently run on the processor. Products of
    single precision are computed in single precision, not in TF32, which the variant would not say.
    """
    if settings.device == "cuda" and hasattr(library, "preload_dlls"):  # from 1.21 on
        library.preload_dlls()
    wanted: dict[str, dict[str, str]] = {CPU: {}}
    if settings.device == "cuda":
        wanted = {CUDA: {"use_tf32": "0"}} | wanted
    available = library.get_available_providers()
    return [(name, given) for name, given in wanted.items() if name in available]


def facts(settings: Settings, *sessions: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    """Requested and actual providers, and the options of sessions as they are in force."""
    import onnxruntime

    options = sessions[0].get_session_options()
    firsts = dict.fromkeys(one.get_providers()[0] for one in sessions)
    return {
        "provider": ", ".join(firsts),
        "requested provider": settings.provider,
        "providers": ", ".join(sessions[0].get_providers()),
        "threads in force": options.intra_op_num_threads,
        "intra_op": options.intra_op_num_threads,
        "inter_op": options.inter_op_num_threads,
        "execution_mode": options.execution_mode.name,
        "graph_opt": options.graph_optimization_level.name,
        "cpu_mem_arena": options.enable_cpu_mem_arena,
        "mem_pattern": options.enable_mem_pattern,
        "allow_spinning": options.get_session_config_entry("session.intra_op.allow_spinning")
        == "1",
        "onnxruntime": onnxruntime.__version__,
    }


def torch_device(torch: Any, device: str) -> Any:  # noqa: ANN401 - torch's types are not read
    """The device of that name. Raises BrokenEnvironmentError where torch has no CUDA.

    There convolutions of single precision stay so, as products of matrices do by themselves.
    """
    if device == "cuda" and not torch.cuda.is_available():
        raise BrokenEnvironmentError(
            "device: cuda was asked for, and this torch sees no CUDA device.",
            hint='Install a CUDA build of torch, or set device = "cpu".',
        )
    if device == "cuda":
        torch.backends.cudnn.allow_tf32 = False
    return torch.device(device)
