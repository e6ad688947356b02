"""Files are written whole or not at all, and a filed one never changes."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app import files
from app.errors import NotFound, NotReady
from tests.machine import missing


def test_what_is_filed_is_found_by_its_hash(tmp_path: Path) -> None:
    digest, path = files.file(tmp_path / "documents", b"a lease")
    assert files.read(tmp_path / "documents", digest) == b"a lease"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_filing_the_same_twice_leaves_the_first_alone(tmp_path: Path) -> None:
    _, first = files.file(tmp_path, b"a lease")
    before = first.stat()
    _, second = files.file(tmp_path, b"a lease")
    assert (first, before.st_ino, before.st_mtime_ns) == (second, second.stat().st_ino, second.stat().st_mtime_ns)


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64])
def test_what_was_never_filed_is_not_found(tmp_path: Path, digest: str) -> None:
    with pytest.raises(NotFound, match="no_such_file"):
        files.read(tmp_path, digest)


def test_a_file_that_was_tampered_with_is_refused(tmp_path: Path) -> None:
    digest, path = files.file(tmp_path, b"a lease")
    path.write_bytes(b"another lease")
    with pytest.raises(NotReady, match="file_damaged"):
        files.read(tmp_path, digest)


def test_writing_again_replaces_the_whole(tmp_path: Path) -> None:
    letter = tmp_path / "letter.eml"
    files.write_whole(letter, b"a long first text")
    files.write_whole(letter, b"short")
    assert letter.read_bytes() == b"short"
    assert [path.name for path in tmp_path.iterdir()] == ["letter.eml"]


def test_no_room_left_is_said_so_and_changes_nothing(tmp_path: Path) -> None:
    files.write_whole(tmp_path / "letter.eml", b"as it was")
    child = f"""
import resource
from pathlib import Path
from app import files
from app.errors import NotReady
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    files.write_whole(Path({str(tmp_path)!r}) / "letter.eml", b"x" * 5000)
except NotReady as refused:
    print(refused.code)
"""
    said = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, check=True)
    assert said.stdout == "disk_full\n"
    assert (tmp_path / "letter.eml").read_bytes() == b"as it was"
    assert [path.name for path in tmp_path.iterdir()] == ["letter.eml"]


def test_a_full_disk_is_said_so_and_a_smaller_file_still_fits(tmp_path: Path) -> None:
    child = f"""
import sys
from pathlib import Path
from app import files
from app.errors import NotReady
folder = Path({str(tmp_path)!r})
try:
    files.file(folder, b"x" * 2_000_000)
except NotReady as refused:
    print(refused.code)
print([path.name for path in folder.rglob("*") if path.is_file()])
print(files.read(folder, files.file(folder, b"a lease")[0]).decode())
"""
    mount = f'mount -t tmpfs -o size=1m tmpfs "{tmp_path}" && exec "$0" -c "$1"'
    words = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, sys.executable, child]
    if subprocess.run(["unshare", "--map-root-user", "--mount", "true"], capture_output=True, check=False).returncode:
        missing("a disk of its own for one process (unshare)", "util-linux")
    said = subprocess.run(words, capture_output=True, text=True, check=True)
    assert said.stdout == "disk_full\n[]\na lease\n"
