from site_gen.writers.tree import Tree


def test_unchanged_files_are_left_alone(tmp_path):
    first = Tree(tmp_path)
    first.put("a/b.json", b"1")
    before = (tmp_path / "a/b.json").stat().st_mtime_ns
    again = Tree(tmp_path)
    again.put("a/b.json", b"1")
    assert (first.written, again.written) == (1, 0)
    assert (tmp_path / "a/b.json").stat().st_mtime_ns == before


def test_what_no_build_wrote_is_removed(tmp_path):
    old = Tree(tmp_path)
    old.put("gone/x.md", "old")
    old.put("kept.md", "old")
    new = Tree(tmp_path)
    new.put("kept.md", "new")
    assert new.sweep() == 1
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["kept.md"]
    assert (tmp_path / "kept.md").read_text() == "new"


def test_what_is_hidden_at_the_top_is_not_ours_and_stays(tmp_path):
    for name in (".git/config", ".nojekyll", "a/.hidden"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    tree = Tree(tmp_path)
    tree.put("a/b.json", b"1")
    assert tree.sweep() == 1
    assert (tmp_path / ".git/config").is_file()
    assert (tmp_path / ".nojekyll").is_file()
    assert not (tmp_path / "a/.hidden").exists()
