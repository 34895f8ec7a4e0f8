import json

from history.formats.textgrid import WordsJson, textgrid
from history.items.aligned import Word, words_of
from history.project.workspace import open_workspace
from history.words.records import Item, Variant
from tests.history.builders import record


def test_an_items_text_is_read_as_words():
    assert words_of("IT'S 0.00-0.40 · HERE 0.50-0.90") == (
        Word("IT'S", 0.0, 0.4),
        Word("HERE", 0.5, 0.9),
    )


def test_a_text_of_another_aligner_is_read_too():
    assert words_of("my 0.28-0.43 sister 0.43-0.92") == (
        Word("my", 0.28, 0.43),
        Word("sister", 0.43, 0.92),
    )


def test_other_text_has_no_words():
    assert words_of("") == ()
    assert words_of("just a transcript") == ()
    assert words_of("my 0.28-0.43 sister") == ()


def test_a_textgrid_covers_the_audio_without_gaps():
    text = textgrid([Word('A"B', 0.2, 0.4), Word("C", 0.4, 0.9)], 1.5)
    assert "intervals: size = 4" in text
    assert 'text = "A""B"' in text
    ends = [line.split("= ")[1] for line in text.splitlines() if line.startswith(" " * 12 + "x")]
    assert ends == ["0", "0.2", "0.2", "0.4", "0.4", "0.9", "0.9", "1.5"]


def test_no_utterance_takes_the_file_of_another(tmp_path):
    items = [
        Item(
            suite="alignment", benchmark="align", item=name, text=f"a{threads} 0.0-0.5",
            variant=Variant(runtime="torch", implementation="numpy", threads=threads),
        )
        for threads in "12"
        for name in ("a/b", "a b", "_a  b.")
    ]  # fmt: skip
    workspace = open_workspace(history=tmp_path / "history.duckdb", ledger=tmp_path / "runs")
    workspace.append([record("a1", items=tuple(items))])
    with workspace.reading() as connection:
        WordsJson().write(connection, tmp_path / "out")
    files = {
        path.relative_to(tmp_path / "out").as_posix(): json.loads(path.read_text())[0]["word"]
        for path in (tmp_path / "out").rglob("*.json")
    }
    assert files == {
        f"numpy-torch-{threads}t/{name}.words.json": f"a{threads}"
        for threads in "12"
        for name in ("a_b", "a_b-2", "_a__b.")
    }
