"""Names lose the folders of a computer, and two names never become one."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from history.formats.shortening import apart, shortened


def test_a_path_is_cut_to_its_last_part():
    assert shortened("/home/ann/bin/align --in=/data/a.wav x/y") == "align --in=a.wav x/y"
    assert shortened(r"C:\Users\ann\tool.exe /c") == "tool.exe /c"


def test_what_is_no_absolute_path_stays():
    for text in ("a/b/c", "./a/b", "~/bin/tool", "https://host/a/b", "1/2", "/8", "x // y"):
        assert shortened(text) == text


def test_a_blank_is_a_letter_of_a_text_that_is_a_path():
    assert shortened("/home/ann smith/a b.wav", paths=True) == "a b.wav"
    assert shortened("/data/1089/134686/x.flac", 2, paths=True) == "1089/134686/x.flac"


def test_as_many_folders_stay_as_tell_two_names_apart():
    old, new, other = "/p/old/bin/tool --x", "/p/new/bin/tool --x", "/p/old/bin/other"
    assert apart([old, new, other]) == {
        old: "old/bin/tool --x",
        new: "new/bin/tool --x",
        other: "other",
    }


def test_a_short_name_that_is_there_already_is_not_taken_twice():
    assert apart(["/p/a/clip.wav", "clip.wav"]) == {
        "/p/a/clip.wav": "a/clip.wav",
        "clip.wav": "clip.wav",
    }


def test_a_users_name_never_stays():
    found = apart(["/home/ann/a.wav", "/home/bob/a.wav", r"C:\Users\ann\a.wav"])
    assert set(found.values()) == {"a.wav"}


_FOLDERS = st.lists(st.sampled_from("abcd"), min_size=2, max_size=5)
_PATH = _FOLDERS.map(lambda names: "/" + "/".join(names))
_PATHS = st.lists(_PATH, unique=True, max_size=8)


@given(_PATHS)
def test_different_paths_get_different_names_that_are_no_absolute_paths(paths):
    found = apart(paths)
    assert len(set(found.values())) == len(paths)
    assert not any(re.match(r"/\w+/", name) for name in found.values())
