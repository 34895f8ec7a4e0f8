"""What must not leave a computer is taken out of every text that is stored."""

import pytest

from collector.results import scrub


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("open /home/ann/models/base.onnx failed", "open …/base.onnx failed"),
        ("File '/usr/lib/python3/x.py', line 3", "File '…/x.py', line 3"),
        (r"C:\Users\ann\base.onnx: missing", "…/base.onnx: missing"),
        ("~/models/base.onnx", "…/base.onnx"),
        ("https://ann:pw@example.org/a/b", "https://example.org/a/b"),
        ("Bearer ghp_0123456789abcdefghijABCDEFGHIJ", "Bearer <secret>"),
        ("10 MB/s, n/a, 3/4, and/or", "10 MB/s, n/a, 3/4, and/or"),
    ],
)
def test_paths_and_credentials_go_words_stay(told, kept):
    assert scrub.text(told) == kept


def test_the_value_of_a_secret_variable_goes_wherever_it_stands(monkeypatch):
    monkeypatch.setenv("DEPLOY_TOKEN", "s3cr3t-value")
    monkeypatch.setenv("COLOUR", "s3cr3t-")
    assert scrub.text("url?key=s3cr3t-value") == "url?key=<secret>"


def test_names_of_the_user_and_the_host_go(monkeypatch):
    monkeypatch.setattr(scrub, "_user", lambda: "annette")
    monkeypatch.setattr(scrub, "_host", lambda: "annettes-box")
    assert scrub.text("annette on annettes-box") == "<user> on <host>"


def test_a_user_called_like_a_word_does_not_spoil_texts(monkeypatch):
    monkeypatch.setattr(scrub, "_user", lambda: "root")
    assert scrub.text("root mean square") == "root mean square"


def test_values_inside_tables_and_lists_are_scrubbed():
    found = scrub.values({"a": {"b": ["/x/y/z.py", 3, None, True]}})
    assert found == {"a": {"b": ["…/z.py", 3, None, True]}}
