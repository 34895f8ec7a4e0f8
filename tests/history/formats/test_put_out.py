import json

from history.formats.put_out import put, put_json


def test_a_file_is_written_whole_with_the_folders_above_it(tmp_path):
    put_json(tmp_path / "results" / "a.json", {"a": 1})
    assert json.loads((tmp_path / "results" / "a.json").read_text()) == {"a": 1}
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["a.json"]


def test_without_a_file_it_is_printed(capsys):
    put(None, "2 µs\n".encode())
    assert capsys.readouterr().out == "2 µs\n"
