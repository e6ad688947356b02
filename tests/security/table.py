"""Reads the tables of requirements: what each asks in our own words, and the test that shows it or the fact that it
does not apply.

    V3.3.1:
      level: 1
      asks: Cookies go over TLS only, and their name says so.
      test: [tests/security/test_cookies.py::test_every_cookie_is_for_this_host_over_tls_only]

In place of `test` a row has `fact`, a sentence about the design, with in `held_by` the tests that hold us to it; or
`open`, what is not there yet.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
HOME = HERE.parents[1]
WAYS = ("test", "fact", "open")


@dataclass(frozen=True)
class Row:
    """One requirement. `way` is test, fact or open; `tests` show it, or hold us to the fact."""

    id: str
    level: int
    asks: str
    way: str
    says: str
    tests: tuple[str, ...]


def wanted() -> dict[str, int]:
    """Id -> level of every requirement of levels 1 and 2."""
    sections: Mapping[str, Mapping[int, int]] = yaml.safe_load((HERE / "asvs" / "ids.yaml").read_text())
    return {f"{section}.{number}": level for section, numbers in sections.items() for number, level in numbers.items()}


def asvs() -> list[Row]:
    """The rows of all chapters; a row that is not as it should be raises ValueError with its id."""
    return [row for path in sorted((HERE / "asvs").glob("v*.yaml")) for row in rows_of(path)]


def bio2() -> list[Row]:
    return list(rows_of(HERE / "bio2.yaml"))


def rows_of(path: Path) -> Iterator[Row]:
    for name, said in yaml.load(path.read_text(), _Once).items():
        ways = [way for way in WAYS if way in said]
        unknown = set(said) - {"level", "asks", "held_by", *WAYS}
        if len(ways) != 1 or unknown or ("held_by" in said and "fact" not in said):
            raise ValueError(f"{path.name}: {name} has {ways or 'none'} of {WAYS}, and {unknown or 'nothing'} strange")
        way = ways[0]
        tests = said["test"] if way == "test" else said.get("held_by", [])
        yield Row(name, said.get("level", 0), said["asks"], way, "" if way == "test" else said[way], tuple(tests))


def counted(rows: list[Row]) -> str:
    """In words, for the end of a test run."""
    by = Counter(row.way for row in rows)
    held = sum(1 for row in rows if row.way == "fact" and row.tests)
    return (
        f"{len(rows)} requirements: {by['test']} by test, {by['fact']} by a fact of the design "
        f"({held} of them held by a test), {by['open']} open"
    )


def summary() -> Iterator[str]:
    yield f"ASVS 5.0, levels 1 and 2: {counted(asvs())}"
    yield f"BIO2, what the record says of each entry: {counted(bio2())}"


@cache
def tests_in(path: str) -> dict[str, bool]:
    """Name of a test in this file -> whether it always runs: nothing in its marks skips it or lets it fail."""
    module = ast.parse((HOME / path).read_text())
    apart = [one for one in module.body if not isinstance(one, ast.FunctionDef | ast.ClassDef) and _lets_off(one)]
    marks = {ast.unparse(name) for one in apart if isinstance(one, ast.Assign) for name in one.targets}
    whole = "pytestmark" in marks or any(not isinstance(one, ast.Assign) for one in apart)
    return {
        one.name: not whole and not any(_lets_off(mark, marks) for mark in one.decorator_list)
        for one in module.body
        if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")
    }


def _lets_off(node: ast.AST, marks: Collection[str] = ()) -> bool:
    """Whether this skips or excuses a test, by itself or by a mark of the file that does."""
    named = {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}
    own = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return bool(named & {"skip", "skipif", "xfail", "importorskip"} or own & set(marks))


class _Once(yaml.SafeLoader):
    """YAML takes the last of two rows with one id without a word; here that is a fault."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [key.value for key, _ in node.value]
        if twice := [name for name, count in Counter(names).items() if count > 1]:
            raise ValueError(f"stands there twice: {twice}")
        return super().construct_mapping(node, deep)
