"""Files that somebody with bad intentions would send: each is refused within a second and 300 MB, in words.

The second is one of the processor, and each file has a process of its own: on a busy machine it is the same second.
"""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache

import pytest

from app import packages
from app.web.sentences import FAULTS
from app.web.take_over_sentences import SENTENCES
from tests import hostile

CASES = [(kind, name) for kind, (cases, _) in hostile.KINDS.items() for name in cases]


@cache
def said(kind: str) -> dict[str, str]:
    """How each file of this kind was refused."""
    ran = subprocess.run([sys.executable, "-m", "tests.hostile", kind], capture_output=True, text=True, check=True)
    return dict(json.loads(ran.stdout)[kind])


@pytest.mark.parametrize(("kind", "name"), CASES, ids=[f"{kind}: {name}" for kind, name in CASES])
def test_a_hostile_file_is_refused_within_a_second_and_300_mb_in_words(kind: str, name: str) -> None:
    refusal = said(kind)[name]
    match kind:
        case "sheet" | "proof":  # what the page says in the reader's language
            assert refusal in {**FAULTS, **SENTENCES}, refusal
        case "template":
            assert refusal.startswith(("template_broken: ", "template_unknown_word: ")), refusal
            assert len(refusal) < 200 and "Error" not in refusal, refusal
        case _:
            assert refusal.startswith(("hostile.", "tmp")) and refusal.endswith("."), refusal
            assert "Traceback" not in refusal and all(len(line) < 700 for line in refusal.splitlines())


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("sheet", hostile.zipped(hostile.workbook())),
        ("proof", hostile.pdf()),
        ("proof", hostile.png()),
        ("proof", hostile.jpeg()),
        ("template", hostile.zipped(hostile.template())),
        ("script", b"about: all goes well"),
    ],
)
def test_what_is_as_it_should_be_is_not_refused_there(kind: str, content: bytes) -> None:
    refuse = hostile.KINDS[kind][1]
    refuse(content)  # what is imported when it is first needed is imported
    assert hostile.within_limits(refuse, content) == "nothing was refused"


def test_who_takes_too_long_or_too_much_is_seen() -> None:
    def for_ever(_content: bytes) -> str:
        while True:
            pass

    assert "stopped by signal" in hostile.within_limits(for_ever, b"")
    assert "MemoryError" in hostile.within_limits(lambda _content: str(len(bytes(400_000_000))), b"")


def test_a_packed_size_that_lies_is_not_believed() -> None:
    """Python's own reader would unpack it whole before it looks at the size again."""
    content = hostile.lying({"word/document.xml": b"<x/>"})
    assert len(content) < 200_000
    with pytest.raises(packages.Hostile):
        packages.unpack(content, packages.Limits(members=10, unpacked=1000, tags=10))
