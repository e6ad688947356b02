"""Whatever is damaged in an archive is named, wherever it is, and nothing of a damaged one is put back."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from app.backup.archive import CHAINS, MANIFEST, SEAL, Archive, Damaged, Manifest, Refusal, Writer
from app.backup.making import look_at, make, scratch_in
from app.backup.putting_back import put_back
from app.records.whole import Counted
from tests.actions.scene import Scene
from tests.backup.conftest import NewPlace, Stand, morning


@pytest.fixture
def scene(at: Stand) -> Scene:
    found = at("review")
    (found.site.config.mail / "20250525-090000-one.eml").write_bytes(b"Subject: one\n\ntwo\n")
    return found


def flipped(archive: Path, name: str, to: Path) -> Path:
    """A copy in which one byte in the middle of this member is another one."""
    with zipfile.ZipFile(archive) as held:
        info = held.getinfo(name)
    content = bytearray(archive.read_bytes())
    start = info.header_offset + 26  # where the lengths of the name and of what follows it stand
    name_long, more_long = (int.from_bytes(content[at : at + 2], "little") for at in (start, start + 2))
    content[start + 4 + name_long + more_long + info.compress_size // 2] ^= 0x20
    to.write_bytes(content)
    return to


def test_a_byte_that_is_another_in_any_member_is_named(scene: Scene, tmp_path: Path, elsewhere: NewPlace) -> None:
    made = make(scene.site.app, tmp_path, morning(scene))
    members = [*made.manifest.members, MANIFEST, SEAL]
    assert {name.partition("/")[0] for name in members} >= {"documents", "mail", CHAINS, MANIFEST, SEAL}
    assert any(name.startswith("database.") for name in members)
    for name in members:
        damaged = flipped(made.path, name, tmp_path / "damaged.zip")
        with Archive(damaged) as archive, pytest.raises(Damaged) as found:
            archive.check(scene.house.record_key)
        named = [sentence for sentence in found.value.sentences if sentence.startswith(f"{name} is damaged")]
        assert len(named) == 1, (name, found.value.sentences)
        assert len(found.value.sentences) <= 2
    new = elsewhere(scene.site.kind)
    with pytest.raises(Damaged):
        put_back(new, flipped(made.path, members[0], tmp_path / "damaged.zip"), morning(scene), instead=False)
    assert [path.name for path in new.instance.rglob("*") if path.is_file()] == []


def test_one_that_was_cut_off_or_is_something_else_is_said_so(scene: Scene, tmp_path: Path) -> None:
    made = make(scene.site.app, tmp_path, morning(scene))
    content = made.path.read_bytes()
    for broken in (content[: len(content) // 2], content[:-1], b"", b"a note to myself"):
        made.path.write_bytes(broken)
        with pytest.raises(Refusal, match="is no backup, or its end is damaged or missing"):
            Archive(made.path)
    with pytest.raises(Refusal, match="There is no file"):
        Archive(tmp_path / "nowhere.zip")


def test_members_that_are_gone_came_in_or_were_exchanged_are_named(scene: Scene, tmp_path: Path) -> None:
    made = make(scene.site.app, tmp_path, morning(scene))
    first, second = sorted(name for name in made.manifest.members if name.startswith("documents/"))[:2]
    other = tmp_path / "other.zip"
    with zipfile.ZipFile(made.path) as held, zipfile.ZipFile(other, "w") as changed:
        for name in held.namelist():
            if name != first:
                changed.writestr(name, held.read(first if name == second else name))
        changed.writestr("documents/../../outside", b"x")
    with Archive(other) as archive, pytest.raises(Damaged) as found:
        archive.check(scene.house.record_key)
    assert found.value.sentences[1:] == [
        f"{first} is missing.", f"{second} is damaged.", "documents/../../outside does not belong in it."
    ]  # fmt: skip


def test_nobody_without_the_key_can_make_one_that_is_believed(scene: Scene, tmp_path: Path) -> None:
    """Every hash is right, and so is the mark of the key; only the seal can't be made."""
    made = make(scene.site.app, tmp_path, morning(scene))
    forged = tmp_path / "forged.zip"
    with Archive(made.path) as archive:
        old_seal = archive.member(SEAL).decode().splitlines()
        members = {name: archive.member(name) for name in made.manifest.members}
    manifest = Manifest(made.manifest.kind, made.manifest.revision, "2027-01-01T00:00:00+00:00", made.manifest.tables)
    with forged.open("wb") as file, Writer(file, manifest) as writer:
        for name, content in members.items():
            writer.add(name, content)
        writer.close(b"another key")
    with zipfile.ZipFile(forged) as held:
        content = {name: held.read(name) for name in held.namelist()}
    mark, (_, digest, seal) = old_seal[0], content[SEAL].decode().splitlines()
    content[SEAL] = f"{mark}\n{digest}\n{seal}\n".encode()
    with zipfile.ZipFile(forged, "w") as held:
        for name, one in content.items():
            held.writestr(name, one)
    with Archive(forged) as archive, pytest.raises(Damaged, match=f"{SEAL} is damaged, or was changed"):
        archive.check(scene.house.record_key)


@pytest.mark.parametrize(
    "said, sentence",
    [
        (Counted(7, "0"), "settings: 1 row, where 7 are expected."),
        (None, "settings: this table is not expected."),
    ],
)
def test_an_archive_whose_database_is_not_what_it_says_is_refused(
    scene: Scene, tmp_path: Path, said: Counted | None, sentence: str
) -> None:
    """Sealed and undamaged, yet not what was counted: a fault of ours, or of the machine while it was made."""
    made = make(scene.site.app, tmp_path, morning(scene))
    manifest = made.manifest
    with Archive(made.path) as archive:
        members = {name: archive.member(name) for name in manifest.members}
    if said is None:
        del manifest.tables["settings"]
    else:
        manifest.tables["settings"] = said
    odd = tmp_path / "odd.zip"
    with odd.open("wb") as file, Writer(file, manifest) as writer:
        for name, content in members.items():
            writer.add(name, content)
        writer.close(scene.house.record_key)
    with scratch_in(tmp_path) as scratch, pytest.raises(Damaged) as found:
        look_at(odd, scene.house.record_key, scratch)
    assert found.value.sentences == [sentence]


def test_a_row_that_is_another_is_seen_though_there_are_as_many() -> None:
    from app.backup.comparing import differences

    assert differences({"tasks": Counted(3, "a")}, {"tasks": Counted(3, "b")}) == [
        "tasks: as many rows as expected, 3, but not the same ones."
    ]
    assert differences({"tasks": Counted(3, "a")}, {}) == ["tasks: this table is missing."]
