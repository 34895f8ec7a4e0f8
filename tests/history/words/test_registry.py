"""One shape for all that is registered: suites, formats, detectors, sets of metrics, charts."""

from __future__ import annotations

from typing import Protocol

import pytest

from history.words.errors import BrokenEnvironmentError, UsageError
from history.words.registry import Registry


class Instrument(Protocol):
    name: str

    def play(self, note: str, seconds: float) -> bytes: ...


class Tunes(Protocol):
    def tune(self, hertz: float) -> None: ...


class Flute:
    name = "flute"

    def play(self, note, seconds=1.0):
        return f"{note}{seconds}".encode()


HERE = "tests.history.words.test_registry"
INSTRUMENTS = Registry[Instrument](
    kind="instrument",
    protocol=Instrument,
    optional=(Tunes,),
    built_in={"flute": f"{HERE}:Flute", "lost": "no_such_module:Lost", "gone": f"{HERE}:Gone"},
    group="soundmark.test.instruments",
)
GROUP = INSTRUMENTS.group

DRUM = """
    class Drum:
        name = "drum"
        def play(self, note, seconds):
            return b"bom"
"""


def test_a_class_is_made_and_an_object_taken_as_it_is(install):
    install(
        "drums", {GROUP: {"drum": "drums_module:DRUM"}}, drums_module=DRUM + "    DRUM = Drum()"
    )
    assert isinstance(INSTRUMENTS.find("flute"), Flute)
    assert INSTRUMENTS.find("drum").play("c", 1.0) == b"bom"
    assert INSTRUMENTS.names() == ("flute", "lost", "gone", "drum")


def test_a_name_that_is_nearly_one_gets_that_one_proposed():
    with pytest.raises(UsageError, match=r'no instrument called "flut". Did you mean "flute"\?'):
        INSTRUMENTS.find("flut")


def test_a_name_like_no_other_gets_all_of_them():
    with pytest.raises(UsageError, match="Known instruments: flute, lost, gone"):
        INSTRUMENTS.find("theremin")


def test_a_package_cannot_replace_one_of_ours_and_is_named(install):
    install("drums", {GROUP: {"flute": "drums_module:Drum"}}, drums_module=DRUM)
    assert isinstance(INSTRUMENTS.find("flute"), Flute)
    assert INSTRUMENTS.names() == ("flute", "lost", "gone")
    (sentence,) = INSTRUMENTS.hidden()
    assert "drums (drums_module:Drum)" in sentence


def test_two_packages_with_one_name_are_both_named_and_neither_is_used(install):
    install("drums", {GROUP: {"drum": "drums_module:Drum"}}, drums_module=DRUM)
    install("beats", {GROUP: {"drum": "beats_module:Drum"}}, beats_module=DRUM)
    with pytest.raises(BrokenEnvironmentError, match=r"beats \(beats_mod.*drums \(drums_mod"):
        INSTRUMENTS.find("drum")
    assert INSTRUMENTS.names().count("drum") == 1


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("class Drum: name = 'drum'", r"expected a method play\(note, seconds\)"),
        ("class Drum:\n    def play(self, note, seconds): ...", "expected a field name"),
        (
            "class Drum:\n    name = 'drum'\n    def play(self, note): ...",
            r"expected play\(note, seconds\), found play\(note\)",
        ),
        (DRUM + "        def tune(self): ...", r"expected tune\(hertz\), found tune\(\)"),
        ("class Drum:\n    def __init__(self, skin): ...", "TypeError"),
        ("1 / 0", "ZeroDivisionError"),
        ("", "drums_module:Drum, which does not exist"),
    ],
)
def test_what_a_package_offers_in_another_shape_is_refused_with_what_was_expected(
    install, source, said
):
    install("drums", {GROUP: {"drum": "drums_module:Drum"}}, drums_module=source)
    with pytest.raises(BrokenEnvironmentError, match=said):
        INSTRUMENTS.find("drum")


def test_what_an_optional_part_asks_for_is_not_asked_of_those_without_it():
    assert not hasattr(INSTRUMENTS.find("flute"), "tune")


def test_what_cannot_be_imported_says_what_is_missing():
    with pytest.raises(BrokenEnvironmentError, match="No module named 'no_such_module'"):
        INSTRUMENTS.find("lost")
    with pytest.raises(BrokenEnvironmentError, match="Gone, which does not exist"):
        INSTRUMENTS.find("gone")


def test_a_closed_registry_has_only_its_own(install):
    install("drums", {"": {"drum": "drums_module:Drum"}}, drums_module=DRUM)
    closed = Registry[Instrument](
        kind="instrument", protocol=Instrument, built_in={"flute": f"{HERE}:Flute"}
    )
    assert closed.names() == ("flute",)
    with pytest.raises(UsageError, match='no instrument called "drum"'):
        closed.find("drum")
