"""Reads the source of the program itself: what it imports, what it calls, and with what."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]
APP = HOME / "app"


@dataclass(frozen=True)
class Call:
    """A call as it is written: `name` with its dots ("hashlib.sha256"), in which file of app, and the node itself."""

    name: str
    file: str
    node: ast.Call


@cache
def modules() -> dict[str, ast.Module]:
    """Every Python file of the program, by its path in app."""
    return {str(path.relative_to(APP)): ast.parse(path.read_text()) for path in sorted(APP.rglob("*.py"))}


@cache
def imports() -> dict[str, set[str]]:
    """Top-level package or standard module, with dots as written -> the files that import it."""
    found: dict[str, set[str]] = {}
    for file, module in modules().items():
        for node in ast.walk(module):
            if isinstance(node, ast.Import):
                names = [one.name for one in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                continue
            for name in names:
                found.setdefault(name, set()).add(file)
    return found


def importing(*packages: str) -> set[str]:
    """The files that import one of these packages, or anything in one."""
    return {
        file
        for name, files in imports().items()
        if any(name == one or name.startswith(f"{one}.") for one in packages)
        for file in files
    }


@cache
def calls() -> tuple[Call, ...]:
    return tuple(
        Call(_dotted(node.func), file, node)
        for file, module in modules().items()
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
    )


def called(*names: str) -> list[Call]:
    """Calls by their whole name, or by the end of it after a dot."""
    return [one for one in calls() if any(one.name == name or one.name.endswith(f".{name}") for name in names)]


def is_constant(node: ast.expr) -> bool:
    """Whether nothing from outside can be in it: text, or text put together from constants written in capitals."""
    match node:
        case ast.Constant():
            return True
        case ast.JoinedStr():
            return all(is_constant(part) for part in node.values)
        case ast.FormattedValue():
            return is_constant(node.value)
        case ast.Name():
            return node.id.lstrip("_").isupper()
        case ast.Attribute():
            return node.attr.isupper() or is_constant(node.value)
        case ast.BinOp():
            return is_constant(node.left) and is_constant(node.right)
    return False


def templates() -> Iterator[tuple[str, str]]:
    for path in sorted((APP / "templates").rglob("*")):
        if path.is_file():
            yield str(path.relative_to(APP / "templates")), path.read_text()


def scripts() -> dict[str, str]:
    """Our own, without their comments."""
    return {path.name: re.sub(r"(?m)//.*$", "", path.read_text()) for path in sorted((APP / "static").glob("*.js"))}


@cache
def locked() -> frozenset[str]:
    """Every Python and front-end package that a set-up installs."""
    python = re.findall(r"^([a-z0-9._-]+)==", (HOME / "requirements.lock").read_text(), flags=re.M)
    pages = re.findall(r'"node_modules/([^"]+)"', (HOME / "package-lock.json").read_text())
    return frozenset((*python, *pages))


def _dotted(node: ast.expr) -> str:
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return f"{_dotted(node.value)}.{node.attr}"
    return "?"
