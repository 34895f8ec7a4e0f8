# ruff: noqa: INP001 - loaded from its place, as a user's binding is
"""What the adapter needs of chatllm.cpp's Python binding, over the stub beside it.

Its errors are raised inside the callback, its tables keep every chat alive, and it can destroy
none unless STUB_DESTROY is set: in all of that it is like the real one.
"""

import ctypes
import os
from pathlib import Path

PRINT = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p)
END = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
CHUNK, ERROR = 0, 2


class LibChatLLM:
    """The library."""

    _obj2id: dict = {}  # noqa: RUF012 - shared by all, as in the real one
    _id2obj: dict = {}  # noqa: RUF012

    def __init__(self, folder):
        self._lib = ctypes.CDLL(str(Path(folder) / "libchatllm.so"))
        self._lib.chatllm_create.restype = ctypes.c_void_p
        self._print, self._end = PRINT(self._printed), END(self._ended)

    @classmethod
    def _printed(cls, user, kind, text):
        if kind == ERROR:
            raise RuntimeError(text.decode())
        if kind == CHUNK:
            cls._id2obj[user].callback_print(text.decode())

    @classmethod
    def _ended(cls, user):
        cls._id2obj[user].callback_end()


class ChatLLM:
    """One chat."""

    def __init__(self, lib, param):
        self._lib, library = lib, lib._lib
        self._chat = ctypes.c_void_p(library.chatllm_create())
        for text in param:
            library.chatllm_append_param(self._chat, text.encode())
        number = len(lib._obj2id) + 1
        lib._obj2id[self], lib._id2obj[number] = number, self
        code = library.chatllm_start(self._chat, lib._print, lib._end, ctypes.c_void_p(number))
        if code:
            raise RuntimeError(f"start gave {code}")

    def chat(self, text):
        """Ask, and wait for the answer."""
        code = self._lib._lib.chatllm_user_input(self._chat, text.encode())
        if code:
            raise RuntimeError(f"chat gave {code}")

    def restart(self):
        """Forget what was said."""
        self._lib._lib.chatllm_restart(self._chat, None)


if os.environ.get("STUB_DESTROY"):

    def destroy(self):
        """Free it."""
        self._lib._lib.chatllm_destroy(self._chat)

    ChatLLM.destroy = destroy  # type: ignore[attr-defined]
