"""The translators' bench: gathers every sentence of program, forms and drawings; never part of the running program."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from defusedxml import ElementTree

HOME = Path(__file__).resolve().parent.parent
FOLDER = HOME / "app" / "translations"
KEYWORDS = {**DEFAULT_KEYWORDS, **parse_keywords(["_l", "N_"])}
SAID_IN_FORMS = ("title", "description", "x-group", "x-help")
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"

Found = tuple[int, str | None, str | tuple[str, ...], list[str]]


def extract_form(file: BytesIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Found]:
    """Babel's extractor for workflows/forms/*.json: titles, hints, headings and the labels of choices."""
    for text in _said(json.loads(file.read())):
        yield 1, None, text, []


def extract_drawing(file: BytesIO, keywords: Any, comment_tags: Any, options: Any) -> Iterator[Found]:
    """Babel's extractor for workflows/*.bpmn: the English name beside every Dutch one."""
    for english in _names(file.read()):
        yield 1, None, english, []


def gather() -> Catalog:
    """Every sentence there is now, without translations."""
    with (FOLDER / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    catalogue = Catalog(project="Voorwaarts", charset="utf-8")
    for _name, _line, message, comments, context in extract_from_dir(
        str(HOME), method_map=methods, options_map=options, keywords=KEYWORDS, directory_filter=_is_ours
    ):
        catalogue.add(message, None, auto_comments=comments, context=context)
    return catalogue


def refresh(language: str) -> Catalog:
    """Brings one language up to date on disk. Dutch names of steps come from the drawings, where they already stand."""
    path = FOLDER / language / "LC_MESSAGES" / "messages.po"
    kept = read(language) if path.exists() else Catalog(locale=language, project="Voorwaarts")
    begun = kept.creation_date
    kept.update(gather(), no_fuzzy_matching=True)
    kept.creation_date = begun  # a new day alone is no reason for a changed file
    if language == "nl":
        for english, dutch in _drawn_names().items():
            message = kept.get(english)
            if message and not message.string:
                message.string = dutch
    kept.obsolete.clear()
    kept.header_comment = f"# {kept.locale.english_name if kept.locale else language} for Voorwaarts (EUPL-1.2)."
    kept.last_translator = kept.language_team = "Voorwaarts"
    kept.fuzzy, kept.msgid_bugs_address, kept.version = False, "", ""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        write_po(out, kept, width=120, no_location=True, omit_header=False, sort_output=True)
    return kept


def compile_all(target: Path = FOLDER) -> list[str]:
    """Makes messages.mo for every language, in `target`; returns the languages."""
    languages = sorted(path.parent.parent.name for path in FOLDER.glob("*/LC_MESSAGES/messages.po"))
    for language in languages:
        path = target / language / "LC_MESSAGES" / "messages.mo"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = BytesIO()
        write_mo(content, read(language))
        path.write_bytes(content.getvalue())
    return languages


def read(language: str) -> Catalog:
    """A language as it stands on disk."""
    with (FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def untranslated(catalogue: Catalog) -> list[str]:
    """The English of every sentence that has no words yet, or only half of them."""
    found = []
    for message in catalogue:
        words = message.string if isinstance(message.string, list | tuple) else [message.string]
        if message.id and (message.fuzzy or not all(words)):
            found.append(message.id if isinstance(message.id, str) else str(message.id[0]))
    return found


def main(words: list[str]) -> int:
    match words:
        case ["compile"]:
            print(f"Compiled: {', '.join(compile_all())}.")
            return 0
        case ["new", language]:
            languages: Iterable[str] = [language]
        case []:
            languages = sorted(path.parent.parent.name for path in FOLDER.glob("*/LC_MESSAGES/messages.po")) or ["nl"]
        case _:
            print("python -m app.catalogue [compile | new <language>]", file=sys.stderr)
            return 2
    for language in languages:
        missing = untranslated(refresh(language))
        print(f"{language}: {len(missing)} to translate.", *missing, sep="\n  ")
    return 0


def _said(part: Any) -> Iterator[str]:
    if isinstance(part, Mapping):
        for key, value in part.items():
            if key in SAID_IN_FORMS and isinstance(value, str):
                if value:
                    yield value
            else:
                yield from _said(value)
    elif isinstance(part, list):
        for one in part:
            yield from _said(one)


def _names(drawing: bytes) -> dict[str, str]:
    """English name -> Dutch name of every element that has both."""
    found: dict[str, str] = {}
    for element in ElementTree.fromstring(drawing).iter():
        held = element.find(f"{BPMN}extensionElements")
        for one in held.iter() if held is not None else ():
            if one.tag.rpartition("}")[2] == "property" and one.get("name") == "en" and one.get("value"):
                found.setdefault(one.get("value"), element.get("name") or "")
    return found


def _drawn_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for file in sorted((HOME / "workflows").glob("*.bpmn")):
        names = {**_names(file.read_bytes()), **names}
    return names


def _is_ours(folder: str) -> bool:
    """Only the folders that hold sentences: looking through every installed package takes minutes."""
    path = Path(folder)
    return path == HOME or (path.relative_to(HOME).parts[0] in ("app", "workflows") and path.name != "built")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
