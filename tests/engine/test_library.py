"""A folder of drawings is refused as a whole, with one sentence for every fault and no library's stack trace."""

from __future__ import annotations

import re
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from app.engine import library
from app.engine.faults import SENTENCES, BrokenDrawings, Fault
from app.errors import NotFound
from tests.engine.sketch import HEAD, bpmn, dmn, extensions, write

KNOWN = {
    "lanes": {"housing_officer", "support_worker"},
    "facts": {"agreed", "outcome", "count"},
    "deadlines": {"opens", "lapses"},
    "orders": {"record": {"what"}, "send_letter": {"letter"}},
}
SOUND = """
    start s
    timer t opens
    table r advice
    choice again
    user ask @housing_officer
    boundary b on ask timer lapses
    call c inner
    boundary m on c message stopped
    service f record what='asked'
    fork split
    user one @housing_officer
    user two @support_worker
    fork join
    choice g default=g_again
    end e
    end missed
    end stopped_end
    s > t > r > again > ask > c > f > split
    b > missed
    m > stopped_end
    split > one > join
    split > two > join
    join > g > again
    g > e : agreed and advised == "yes"
"""
INNER = "start s\nuser look @support_worker\nend e\ns > look > e"
ADVICE = dmn("advice", "outcome|count", "advised|because", '"good" | >= 2 | "yes" | "both"', '- | - | "no" | "rest"')


def read(folder: Path) -> library.Library:
    return library.read(folder, **KNOWN)  # type: ignore[arg-type]


def faults(folder: Path) -> list[Fault]:
    with pytest.raises(BrokenDrawings) as refusal:
        read(folder)
    return refusal.value.faults


def sound(folder: Path) -> Path:
    return write(folder, tables=(ADVICE,), p=SOUND, inner=INNER)


def test_a_sound_folder_is_read_with_its_forms(tmp_path: Path) -> None:
    read_in = read(sound(tmp_path))
    definition = read_in.definition("p")
    assert set(definition.sources) == {"p.bpmn", "inner.bpmn", "table0.dmn"}
    assert read_in.form(definition.form("ask"))["type"] == "object"
    assert set(read_in.definition("inner").sources) == {"inner.bpmn"}
    for absent in (lambda: read_in.definition("q"), lambda: read_in.form("forms/q.json")):
        with pytest.raises(NotFound):
            absent()


def test_the_hash_follows_the_sources_and_nothing_else(tmp_path: Path) -> None:
    one = read(sound(tmp_path)).definition("p")
    assert read(tmp_path).definition("p").hash == one.hash
    (tmp_path / "inner.bpmn").write_text(bpmn("inner", INNER).replace("look nl", "look anew"))
    assert read(tmp_path).definition("p").hash != one.hash


def changed(old: str, new: str) -> Callable[[Path], None]:
    """Change p.bpmn after it was written."""

    def change(folder: Path) -> None:
        text = (folder / "p.bpmn").read_text()
        assert old in text, old
        (folder / "p.bpmn").write_text(text.replace(old, new, 1))

    return change


def drawn(old: str, new: str) -> Callable[[Path], None]:
    """Draw p with another line."""

    def change(folder: Path) -> None:
        assert old in SOUND, old
        (folder / "p.bpmn").write_text(bpmn("p", SOUND.replace(old, new, 1)))

    return change


def added(lines: str, **more: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        write(folder, p=SOUND + "\n" + lines, **more)

    return change


def file(name: str, text: str | bytes) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)

    return change


def table(*arguments: str, hit: str = "FIRST") -> Callable[[Path], None]:
    return file("table0.dmn", dmn("advice", *arguments, hit=hit))


def gone(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


DATE = '<bpmn:timeDate>deadline("opens")</bpmn:timeDate>'
TIMER = f"<bpmn:timerEventDefinition>{DATE}</bpmn:timerEventDefinition>"
LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(12)
)

BROKEN: list[tuple[str, str, Callable[[Path], None]]] = [
    ("not_xml", "q.bpmn", file("q.bpmn", "<bpmn:definitions")),
    ("not_xml", "q.bpmn", file("q.bpmn", "")),
    ("not_xml", "q.bpmn", file("q.bpmn", HEAD + "&undeclared;</bpmn:definitions>")),
    ("not_text", "q.bpmn", file("q.bpmn", b"\xff\xfe<\x00a\x00/\x00>\x00")),
    ("has_doctype", "q.bpmn", file("q.bpmn", LAUGHS + "]><l>&m;</l>")),
    ("has_doctype", "q.bpmn", file("q.bpmn", '<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x"><r/>')),
    ("has_doctype", "q.bpmn", file("q.bpmn", '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>')),
    ("has_doctype", "q.dmn", file("q.dmn", '<!DOCTYPE r [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]><r/>')),
    ("too_large", "q.bpmn", file("q.bpmn", b"<a>" + b" " * 1_000_001)),
    ("too_many_tags", "q.bpmn", file("q.bpmn", b"<a>" * 10_001)),
    ("not_bpmn", "q.bpmn", file("q.bpmn", "<html/>")),
    ("no_process", "q.bpmn", file("q.bpmn", HEAD + "</bpmn:definitions>")),
    ("several_processes", "q.bpmn", file("q.bpmn", HEAD + '<bpmn:process id="x"/>' * 2 + "</bpmn:definitions>")),
    ("no_id", "q.bpmn", file("q.bpmn", HEAD + "<bpmn:process/></bpmn:definitions>")),
    ("no_start", "x", file("q.bpmn", HEAD + '<bpmn:process id="x"/></bpmn:definitions>')),
    ("no_end", "x", file("q.bpmn", bpmn("x", "start s\nchoice g\ns > g\ng > g"))),
    ("reserved_id", "Start", changed('id="b"', 'id="Start"')),
    ("reserved_id", "p.EndJoin", changed('id="b"', 'id="p.EndJoin"')),
    ("same_process", "p", lambda folder: file("q.bpmn", bpmn("p", SOUND))(folder)),
    ("not_executable", "p", changed('isExecutable="true"', 'isExecutable="false"')),
    ("no_id", "p.bpmn", changed('<bpmn:endEvent id="e"', "<bpmn:endEvent")),
    ("same_id", "e", changed('<bpmn:endEvent id="missed"', '<bpmn:endEvent id="e"')),
    ("several_starts", "p", added("start s2\ns2 > again")),
    ("unreachable", "lost", added("end lost")),
    ("dead_end", "stray", added("service stray record what='x'")),
    ("dead_end", "c", drawn("ask > c > f", "ask > c\nask > f")),
    ("several_outgoing", "ask", drawn("ask > c > f", "ask > c\nask > f")),
    ("flow_to_nowhere", "f_split", changed('targetRef="split"', 'targetRef="splat"')),
    ("flow_from_nowhere", "t_r", changed('sourceRef="t"', 'sourceRef="tt"')),
    ("flow_into_start", "g_s", added("g > s")),
    ("flow_out_of_end", "e_again", added("e > again")),
    ("no_default", "g", drawn("choice g default=g_again", "choice g")),
    ("no_default", "again", drawn("again > ask", "ask > c\nagain > ask : agreed\n c")),
    ("unknown_default", "g", drawn("default=g_again", "default=elsewhere")),
    ("no_condition", "g", drawn("g > e : agreed and advised == \"yes\"", "g > e")),
    ("condition_on_default", "g", drawn("default=g_again", "default=g_e")),
    ("condition_not_asked", "split", drawn("split > one > join", "split > one : agreed\none > join")),
    ("attached_to_nothing", "b", changed('attachedToRef="ask"', 'attachedToRef="gone"')),
    ("attached_to_nothing", "b", changed('attachedToRef="ask"', 'attachedToRef="f"')),
    ("boundary_into_join", "late", added("boundary late on two timer lapses\nlate > join")),
    ("unsupported", "w", changed("<bpmn:endEvent", '<bpmn:subProcess id="w"/><bpmn:endEvent')),
    ("unsupported", "w", changed("<bpmn:endEvent", '<bpmn:inclusiveGateway id="w"/><bpmn:endEvent')),
    ("unsupported", "w", changed("<bpmn:endEvent", '<bpmn:manualTask id="w"/><bpmn:endEvent')),
    ("unsupported", "ask", changed("</bpmn:userTask>", "<bpmn:dataInputAssociation/></bpmn:userTask>")),
    ("script", "w", changed("<bpmn:endEvent", '<bpmn:scriptTask id="w"/><bpmn:endEvent')),
    (
        "script",
        "ask",
        changed("</bpmn:userTask>", extensions("<spiffworkflow:preScript/>") + "</bpmn:userTask>"),
    ),
    ("loop_marker", "ask", changed("</bpmn:userTask>", "<bpmn:multiInstanceLoopCharacteristics/></bpmn:userTask>")),
    ("loop_marker", "ask", changed("</bpmn:userTask>", "<bpmn:standardLoopCharacteristics/></bpmn:userTask>")),
    ("unsupported_event", "e", changed('id="e">', 'id="e"><bpmn:terminateEventDefinition/>')),
    ("unsupported_event", "s", changed('id="s">', 'id="s"><bpmn:messageEventDefinition/>')),
    ("unsupported_event", "t", changed(TIMER, "<bpmn:signalEventDefinition/>")),
    ("one_event", "b", changed('attachedToRef="ask">', 'attachedToRef="ask"><bpmn:messageEventDefinition/>')),
    ("one_event", "t", changed(TIMER, "")),
    ("no_name", "ask", changed('name="ask nl"', "")),
    ("no_english", "ask", changed('<spiffworkflow:property name="en" value="ask en" />', "")),
    ("no_english", "housing_officer", changed('<spiffworkflow:property name="en" value="housing_officer" />', "")),
    ("no_english", "split_one", changed('id="split_one"', 'id="split_one" name="eerste"')),
    ("no_lane", "ask", drawn("user ask @housing_officer", "user ask")),
    ("unknown_lane", "stranger", drawn("user ask @housing_officer", "user ask @stranger")),
    ("lane_of_nothing", "housing_officer", changed("<bpmn:flowNodeRef>ask<", "<bpmn:flowNodeRef>asked<")),
    ("several_lanes", "one", changed("<bpmn:flowNodeRef>two<", "<bpmn:flowNodeRef>one<")),
    ("same_task", "look", added("user look @support_worker\nsplit > look > join")),
    ("no_form", "ask", changed('name="formJsonSchemaFilename" value="forms/ask.json"', 'name="x" value="y"')),
    ("form_outside", "ask", changed('value="forms/ask.json"', 'value="../secret.json"')),
    ("form_missing", "ask", gone("forms/ask.json")),
    ("form_orphaned", "forms/more.json", file("forms/more.json", '{"type": "object"}')),
    ("form_not_json", "forms/ask.json", file("forms/ask.json", "{")),
    ("form_not_json", "forms/ask.json", file("forms/ask.json", "[" * 100_000)),
    ("form_not_schema", "forms/ask.json", file("forms/ask.json", "[]")),
    ("form_not_schema", "forms/ask.json", file("forms/ask.json", '{"type": "nonsense"}')),
    ("form_not_schema", "forms/ask.json", file("forms/ask.json", '{"type": "string"}')),
    (
        "form_not_schema",
        "forms/ask.json",
        file("forms/ask.json", '{"type": "object", "properties": {"a": {"$ref": "http://127.0.0.1:1/x"}}}'),
    ),
    ("form_not_schema", "forms/ask.json", file("forms/ask.json", '{"type": "object", "properties": {"a": true}}')),
    ("no_called", "c", changed('calledElement="inner"', "")),
    ("unknown_called", "c", changed('calledElement="inner"', 'calledElement="outer"')),
    ("call_cycle", "inner", file("inner.bpmn", bpmn("inner", INNER + "\ncall back p").replace("x", "x"))),
    ("call_cycle", "p", changed('calledElement="inner"', 'calledElement="p"')),
    ("not_a_deadline", "t", changed('deadline("opens")', "2026-01-01")),
    ("not_a_deadline", "t", changed('deadline("opens")', 'deadline("opens") + 1')),
    ("not_a_deadline", "t", changed(DATE, "<bpmn:timeDuration>P1D</bpmn:timeDuration>")),
    ("not_a_deadline", "t", changed(DATE, "<bpmn:timeCycle>R/P1D</bpmn:timeCycle>")),
    ("not_a_deadline", "t", changed(DATE, "")),
    ("unknown_deadline", "t", changed('deadline("opens")', 'deadline("someday")')),
    ("no_message", "m", changed('messageRef="stopped"', 'messageRef="started"')),
    ("no_message", "m", changed('messageRef="stopped"', "")),
    ("no_operator", "f", changed('serviceTaskOperator id="record"', "serviceTaskOperator")),
    ("no_operator", "f", changed("</bpmn:serviceTask>", '</bpmn:serviceTask><bpmn:serviceTask id="f"/>')),
    ("unknown_operator", "f", drawn("record what='asked'", "format_disk what='asked'")),
    ("unknown_parameter", "f", drawn("what='asked'", "what='asked' path='x'")),
    ("missing_parameter", "f", drawn("record what='asked'", "record")),
    ("not_a_constant", "f", drawn("what='asked'", "what=outcome")),
    ("not_a_constant", "f", drawn("what='asked'", "what=__import__('os')")),
    ("no_table", "r", changed("<spiffworkflow:calledDecisionId>advice<", "<spiffworkflow:calledDecisionId><")),
    ("unknown_table", "r", gone("table0.dmn")),
    ("table_orphaned", "other", file("q.dmn", dmn("other", "count", "x", "1 | 2"))),
    ("same_table", "advice", file("q.dmn", ADVICE)),
    ("not_dmn", "table0.dmn", file("table0.dmn", "<definitions/>")),
    ("hit_policy", "t", table("outcome", "advised", '"a" | "b"', hit="COLLECT")),
    ("no_input", "i0", table("", "advised", '"a" | "b"')),
    ("no_output", "o0", table("outcome", "two words", '"a" | "b"')),
    ("no_output", "o0", table("outcome", "a.b", '"a" | "b"')),
    ("cells", "r0", table("outcome|count", "advised", '"a" | "b"')),
    ("no_outcome", "c0_1", table("outcome", "advised", '"a" | ')),
    ("not_one_value", "c0_1", table("outcome", "advised", '"a" | count')),
    ("not_one_value", "c0_1", table("outcome", "advised", '"a" | ("b", "c")')),
    ("unknown_name", "i0", table("stranger", "advised", '"a" | "b"')),
    ("unknown_name", "c0_0", table("outcome", "advised", 'good | "b"')),
    ("expression_not_allowed", "c0_0", table("outcome", "advised", '? in outcome.x | "b"')),
    ("expression_unreadable", "c0_0", table("outcome", "advised", '>= | "b"')),
    ("unknown_name", "g_e", drawn("agreed and", "stranger and")),
    ("unknown_deadline", "g_e", drawn("agreed and", 'deadline("someday") == None and')),
    ("expression_not_allowed", "g_e", drawn("agreed and", "agreed.__class__ and")),
    ("expression_unreadable", "g_e", drawn("agreed and", "agreed and and")),
    ("expression_too_long", "g_e", drawn("agreed and", "agreed and " * 60)),
    ("expression_too_deep", "g_e", drawn("agreed and", "not " * 30 + "agreed and")),
]  # fmt: skip


@pytest.mark.parametrize(("code", "where", "damage"), BROKEN, ids=[f"{n}-{b[0]}" for n, b in enumerate(BROKEN)])
def test_a_fault_is_named_with_its_file_and_element(
    tmp_path: Path, code: str, where: str, damage: Callable[[Path], None]
) -> None:
    damage(sound(tmp_path))
    found = faults(tmp_path)
    assert code in {fault.code for fault in found if where in (fault.element, fault.file)}, [str(f) for f in found]
    for fault in found:
        sentence = str(fault)
        assert sentence.startswith(fault.file) and sentence.endswith(".") and fault.element in sentence
        assert "\n" not in sentence and "Traceback" not in sentence
        assert len(sentence) < 400


def test_every_sentence_is_needed() -> None:
    tested = {code for code, _, _ in BROKEN} | {"no_drawings", "not_understood"}
    assert tested == set(SENTENCES)


def test_an_empty_folder_has_no_drawings(tmp_path: Path) -> None:
    assert [fault.code for fault in faults(tmp_path)] == ["no_drawings"]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    sound(tmp_path)
    changed('calledElement="inner"', "")(tmp_path)
    changed(DATE, "")(tmp_path)
    gone("forms/ask.json")(tmp_path)
    gone("forms/look.json")(tmp_path)
    file("q.bpmn", "<")(tmp_path)
    assert {(fault.file, fault.element, fault.code) for fault in faults(tmp_path)} == {
        ("p.bpmn", "c", "no_called"),
        ("p.bpmn", "t", "not_a_deadline"),
        ("p.bpmn", "ask", "form_missing"),
        ("inner.bpmn", "look", "form_missing"),
        ("q.bpmn", "", "not_xml"),
    }


def test_a_bomb_is_refused_at_once_and_cheaply(tmp_path: Path) -> None:
    sound(tmp_path)
    file("q.bpmn", LAUGHS + "]><l>&m;</l>")(tmp_path)
    tracemalloc.start()
    began = time.process_time()
    faults(tmp_path)
    took, (_, peak) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < 1 and peak < 20_000_000


def test_what_the_library_itself_can_not_use_becomes_a_sentence(tmp_path: Path) -> None:
    sound(tmp_path)
    prefixed = re.sub(r"<(/?)(\w)", r"<\1x:\2", ADVICE).replace("xmlns=", "xmlns:x=")
    file("table0.dmn", prefixed)(tmp_path)
    found = faults(tmp_path)
    assert {fault.code for fault in found} == {"not_understood"}
    assert re.match(r"p\.bpmn, p: the drawing can't be used: \w+: ", str(found[0]))
