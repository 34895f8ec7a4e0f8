from site_gen import format as text


def test_variants_are_told_apart_by_what_differs():
    torch = "runtime=torch;device=cpu;weights=synthetic(seed=0)"
    onnx = "runtime=onnxruntime;device=cpu;weights=synthetic(seed=0)"
    shared = text.shared_pairs([torch, onnx])
    assert text.variant_title(torch, shared) == "torch"
    assert text.variant_title(torch) == "torch · cpu · synthetic weights"
    assert text.shared_pairs([torch]) == frozenset()
    assert text.variant_title("") == "default"


def test_every_verdict_has_a_symbol_of_its_own_tone():
    for word in ("ok", "fail", "warn", "suspect", "missing", "not enough data"):
        assert text.sign(word).symbol.strip()
    assert text.sign("never heard of").tone == "calm"


def test_only_real_hashes_are_cut_short():
    assert text.short("0123456789abcdef0123") == "012345678"
    assert text.short("WAPR-PERF-002") == "WAPR-PERF-002"


def test_durations():
    assert text.duration(42.4) == "42 s"
    assert text.duration(192) == "3 min 12 s"
    assert text.duration(3700) == "1 h 1 min"
