from history.words.globs import matches, matches_benchmark


def test_brackets_of_a_benchmark_stand_for_themselves():
    assert matches("micro.top_k[vocab=32000,k=50]", "micro.top_k[vocab=32000,k=50]")
    assert not matches("micro.top_k[k=5]", "micro.top_kk")


def test_a_star_stands_for_anything_and_a_question_mark_for_one_character():
    assert matches("golden.*_time", "golden.mel_time")
    assert matches("k=?", "k=5")
    assert not matches("k=?", "k=50")


def test_a_benchmark_is_found_without_its_parameters():
    assert matches_benchmark("micro.top_k", "micro.top_k[k=50]")
    assert matches_benchmark("*[k=50]", "micro.top_k[k=50]")
    assert not matches_benchmark("micro.top", "micro.top_k[k=50]")


def test_dots_are_dots():
    assert not matches("a.b", "axb")
