from site_gen import format as text


def test_every_verdict_has_a_symbol_of_its_own_tone():
    for word in ("ok", "fail", "warn", "suspect", "missing", "not enough data"):
        assert text.sign(word).symbol.strip()
    assert text.sign("never heard of").tone == "calm"
