"""A library that stands in for chatllm.cpp."""

import shutil
import subprocess

import pytest

from tests.collector.suites.lifecycle.collecting import BINDING, SAMPLES


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    """The C stub as libchatllm.so, with a binding and what a request needs beside it."""
    if shutil.which("gcc") is None:
        pytest.skip("needs a C compiler")
    folder = tmp_path_factory.mktemp("chatllm")
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-O1", "-o", folder / "libchatllm.so",
         SAMPLES / "chatllm_stub.c"],
        check=True,
    )  # fmt: skip
    if not BINDING:
        shutil.copy(SAMPLES / "chatllm.py", folder)
    (folder / "aligner.bin").write_bytes(bytes(1000))
    (folder / "jfk.wav").write_bytes(b"RIFF")
    (folder / "jfk.txt").write_text("And so")
    return folder
