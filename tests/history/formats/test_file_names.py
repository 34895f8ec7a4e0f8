"""Files of an export have safe names, and no two the same."""

from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st

from history.formats import file_names
from history.words.records import Variant

texts = st.text(max_size=8)
variants = st.builds(Variant, runtime=texts, implementation=texts, threads=texts, weights=texts)


def test_a_name_is_joined_of_the_fields_that_are_there():
    variant = Variant(runtime="torch", implementation="numpy", threads="2", precision="fp32")
    keys = ("runtime", "implementation", "device", "threads")
    assert file_names.of_variants([variant], keys) == {variant: "torch-numpy-2t"}


def test_only_variants_that_share_a_name_are_named_by_all_their_fields():
    same, other = (Variant(runtime="torch", precision=name) for name in ("fp32", "int8"))
    alone = Variant(runtime="onnxruntime", precision="fp32")
    assert list(file_names.of_variants([same, other, alone], ("runtime",)).values()) == [
        "torch-fp32", "torch-int8", "onnxruntime",
    ]  # fmt: skip


@given(st.lists(variants, unique=True, max_size=6))
@example([Variant(runtime=".."), Variant(runtime="."), Variant()])
def test_no_two_variants_share_a_name_and_no_name_leads_out_of_the_folder(found):
    names = file_names.of_variants(found, ("runtime", "implementation"))
    assert len(set(names.values())) == len(found)
    assert all(Path(name).name == name for name in names.values())
    assert not any(name.startswith(".") for name in names.values())


@given(st.text())
def test_any_text_becomes_one_part_of_a_path(text):
    name = file_names.plain(text)
    assert Path(name).name == name
    assert not name.startswith(".")


def test_a_name_that_is_taken_gets_a_number():
    taken: set[Path] = set()
    names = [file_names.free(Path("out/a.b"), ".json", taken).name for _ in range(3)]
    assert names == ["a.b.json", "a.b-2.json", "a.b-3.json"]
