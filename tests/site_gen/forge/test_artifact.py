"""An artifact comes from anybody: what is wrong with it is one error, and nothing is unpacked."""

import io
import os
import stat
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.report.review import codec
from history.report.review.codec import ReviewError
from site_gen.forge import artifact
from site_gen.forge.artifact import FILE, ArtifactError
from tests.history.report.review.reviews import review, row

REVIEW = review(row())
GOOD = codec.encode(REVIEW)


def zipped(*entries, method=zipfile.ZIP_DEFLATED):
    """A zip of (name or ZipInfo, bytes)."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return made.getvalue()


def link_to(target, name=FILE):
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry, target


def test_a_zip_and_a_folder_with_a_review_are_read(tmp_path):
    (tmp_path / FILE).write_bytes(GOOD)
    (tmp_path / "report.html").write_text("<p>anything", encoding="utf-8")
    file = tmp_path.parent / "artifact.zip"
    file.write_bytes(zipped((FILE, GOOD), ("report.html", b"<p>anything")))
    assert artifact.read(tmp_path) == artifact.read(file) == REVIEW


@pytest.mark.parametrize(
    "name",
    ["../review.json", "/etc/passwd", "a/../../b", "C:\\x", "..\\x", "a\\b", "\\\\host\\x"],
)
def test_a_name_that_leads_out_of_the_folder_is_refused(name):
    with pytest.raises(ArtifactError, match="a name that leads out of its folder"):
        artifact.of_bytes(zipped((FILE, GOOD), (name, b"x")))


def test_links_and_devices_are_refused():
    with pytest.raises(ArtifactError, match="a link or a device"):
        artifact.of_bytes(zipped(link_to(b"/etc/passwd")))
    device = zipfile.ZipInfo("tty")
    device.external_attr = (stat.S_IFCHR | 0o666) << 16
    with pytest.raises(ArtifactError, match="a link or a device"):
        artifact.of_bytes(zipped((FILE, GOOD), (device, b"")))


def test_a_bomb_is_refused_by_what_it_says_of_itself():
    bomb = zipped((FILE, b"0" * (50 * 2**20)))
    assert len(bomb) < 2**17
    with pytest.raises(ArtifactError, match=r"at most 4194304 bytes, found 52428800"):
        artifact.of_bytes(bomb)


def test_a_bomb_that_lies_about_its_size_is_read_no_further_than_it_says():
    bomb = bytearray(zipped((FILE, b"0" * (50 * 2**20))))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = bomb.index(mark)
        bomb[start + at : start + at + 4] = (100).to_bytes(4, "little")
    with pytest.raises((ArtifactError, ReviewError)):
        artifact.of_bytes(bytes(bomb))


def test_a_large_zip_is_refused_before_it_is_opened(tmp_path):
    file = tmp_path / "large.zip"
    with file.open("wb") as stream:
        stream.truncate(500 * 2**20)
    with pytest.raises(ArtifactError, match="at most 33554432 bytes, found 524288000"):
        artifact.read(file)


def test_many_files_are_refused(tmp_path):
    entries = [(f"{number}.txt", b"") for number in range(21)]
    with pytest.raises(ArtifactError, match="at most 20 files, found 21"):
        artifact.of_bytes(zipped(*entries))
    for name, _ in entries:
        (tmp_path / name).touch()
    with pytest.raises(ArtifactError, match="at most 20 files, found more"):
        artifact.read(tmp_path)


def test_a_directory_of_very_many_files_is_refused_before_it_is_read():
    with pytest.raises(ArtifactError, match="at most 20 files, found many more"):
        artifact.of_bytes(zipped(*((f"{number}", b"") for number in range(1000))))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused():
    with pytest.raises(ArtifactError, match="two files of one name"):
        artifact.of_bytes(zipped((FILE, GOOD), (FILE, b"{}")))


def test_unusual_packing_and_encryption_are_refused():
    with pytest.raises(ArtifactError, match="packed in a way"):
        artifact.of_bytes(zipped((FILE, GOOD), method=zipfile.ZIP_LZMA))
    locked = bytearray(zipped((FILE, GOOD)))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ArtifactError, match="encrypted"):
        artifact.of_bytes(bytes(locked))


@pytest.mark.parametrize("data", [b"", b"PK", b"<html>", zipped((FILE, GOOD))[:-30]])
def test_what_is_no_zip_is_refused(data):
    with pytest.raises(ArtifactError, match="expected a zip"):
        artifact.of_bytes(data)


def test_a_zip_or_folder_without_the_file_is_refused(tmp_path):
    with pytest.raises(ArtifactError, match=r"there is no review\.json in it"):
        artifact.of_bytes(zipped(("other.json", GOOD)))
    with pytest.raises(ArtifactError, match=r"there is no review\.json in it"):
        artifact.read(tmp_path)
    with pytest.raises(ArtifactError, match="it cannot be read: No such file or directory"):
        artifact.read(tmp_path / "absent")


def test_a_pipe_in_place_of_a_zip_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ArtifactError, match="a pipe or a device in place of"):
        artifact.read(tmp_path / "pipe")


def test_links_in_a_folder_are_refused(tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(GOOD)
    folder = tmp_path / "unpacked"
    folder.mkdir()
    (folder / FILE).symlink_to(secret)
    with pytest.raises(ArtifactError, match="a link or a device"):
        artifact.read(folder)
    linked = tmp_path / "linked"
    linked.symlink_to(folder)
    with pytest.raises(ArtifactError, match="a link in place of"):
        artifact.read(linked)


def test_what_is_in_the_file_is_read_strictly():
    with pytest.raises(ReviewError, match="expected a review of format"):
        artifact.of_bytes(zipped((FILE, b'{"format": 1, "run": "rm -rf /"}')))


@given(st.binary(max_size=400), st.integers(0, 400))
def test_whatever_is_changed_in_a_zip_gives_a_review_or_one_of_two_errors(noise, at):
    data = bytearray(zipped((FILE, GOOD)))
    data[at : at + len(noise)] = noise
    try:
        artifact.of_bytes(bytes(data))
    except (ArtifactError, ReviewError) as error:
        assert str(error).isprintable()  # noqa: PT017 - both answers are right
