"""Files in which the kernel describes a machine."""

from collector.host import kernel_files

CPUINFO = "processor\t: 0\nmodel name\t: Some  CPU\nflags\t\t: fma avx2 \nprocessor\t: 1\n"


def test_the_first_value_of_the_first_name_that_is_there_is_taken():
    assert kernel_files.field(CPUINFO, "processor") == "0"
    assert kernel_files.field(CPUINFO, "Hardware", "model name") == "Some  CPU"
    assert kernel_files.field(CPUINFO, "flags", "Features") == "fma avx2"


def test_a_name_that_is_not_there_has_no_value():
    assert kernel_files.field(CPUINFO, "name") == ""
    assert kernel_files.field("", "flags") == ""


def test_a_file_that_is_not_there_is_empty(tmp_path):
    assert kernel_files.text(tmp_path / "none") == ""
