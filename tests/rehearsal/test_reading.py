"""Wrong input to a rehearsal: one sentence on stderr, exit code 2, and nothing else."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app import cli
from app.rehearsal.days import BadScript, day_of
from app.rehearsal.script import parse

FORMS = {
    "match_home": {"properties": {"matched_on": {"type": "string", "format": "date"}}},
    "confirm_goals": {
        "properties": {
            "last_visit_on": {"type": "string", "format": "date"},
            "goals": {
                "type": "object",
                "x-each": "housing_goals",
                "x-item": {"properties": {"rating": {"type": "string", "oneOf": [{"const": "on_track"}]}}},
            },
        }
    },
}
BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nabout: *b\n"


def refused(text: str) -> str:
    """The sentence with which this script is refused."""
    with pytest.raises(BadScript) as fault:
        parse("tried", text, FORMS, "tried.yaml")
    reason = str(fault.value.params["reason"])
    assert reason.endswith(".") and "\n" not in reason and len(reason) < 300
    return reason


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("about: [", "is not YAML"),
        ("about: a\n\tb: c", "is not YAML"),
        ("- a\n- b", "must hold names"),
        ("just words", "must hold names"),
        (BOMB, "line 1 uses a YAML anchor"),
        ("about: !!python/object/apply:os.system ['true']", "line 1 uses a YAML tag"),
        ("about: !include /etc/passwd", "uses a YAML tag"),
        ("[" * 3000, "nested too deeply"),
        ("about: " + "[" * 40 + "]" * 40, "nested too deeply"),
        ("about: a\nabout: b", "line 2 says 'about' a second time"),
        ("? [a]\n: b", "a name must be plain text"),
        ("anwsers: {}", "there is no 'anwsers'; there is about, start"),
        ("about: [a]", "at about: there must be text"),
        ("answers: [a]", "at answers: there must be names"),
        ("answers: {match_home: 3}", "one set of answers, or a list of them"),
        ("answers: {match_home: []}", "one set of answers, or a list of them"),
        ("nobody: match_home", "at nobody: there must be a list"),
        ("nobody: [fly]", "the drawings have no task 'fly'; there is confirm_goals, match_home"),
        ("when: {fly: due}", "no task 'fly'"),
        ("when: {match_home: soon}", "the day of match_home must be like 'due'"),
        ("when: {match_home: 31-2-2025}", "the day of match_home must be like 'due'"),
        ("answers: {match_home: {matched_no: today}}", "the form asks no 'matched_no'; it asks matched_on"),
        ("answers: {match_home: {matched_on: [a, b]}}", "'matched_on' has one answer"),
        ("answers: {confirm_goals: {goals: on_track}}", "the form asks no 'goals'"),
        ("answers: {confirm_goals: {goals.*.mark: on_track}}", "for each of its goals the form asks rating"),
        ("answers: {confirm_goals: {goals: {'*': {mark: on_track}}}}", "for each of its goals the form asks rating"),
        ("happens: [{on: S, do: fly}]", "'fly' is not possible; possible is move_review"),
        ("happens: [{do: worker_off, days: 4}]", "'on' is missing"),
        ("happens: [{on: S, do: worker_off}]", "'worker_off' needs exactly on, do, days"),
        ("happens: [{on: S, do: worker_off, days: 4, hours: 2}]", "'worker_off' needs exactly on, do, days"),
        ("happens: [{on: S, do: worker_off, days: many}]", "days of worker_off must be a whole number, not 'many'"),
        ("happens: [{on: later, do: worker_off, days: 4}]", "the day of worker_off must be like 'due'"),
        ("happens: [{on: S, do: correct, task: fly, answers: {}, reason: x}]", "no task 'fly'"),
        ("nominated_by: association", "'association' is not possible; possible is municipality"),
        ("tenant: {name: X}", "there is no 'name'; there is full_name"),
        ("tenant: {birth_date: yesterday}", "birth_date must be like 1991-04-12, not 'yesterday'"),
        ("co_tenants: [{salutation: X}]", "'full_name' is missing"),
    ],
)
def test_what_is_wrong_with_a_script_is_said_in_one_sentence_with_its_place(text: str, said: str) -> None:
    assert said in refused(text)


def test_a_script_is_read_as_it_was_typed() -> None:
    script = parse(
        "tried",
        "start: 2025-05-31\nanswers:\n  confirm_goals: {last_visit_on: today, goals: {'*': {rating: no}}}\n"
        "when: {match_home: 12 mei 2025}\nhappens:\n  - {on: S + 1 month - 2 days, do: worker_off, days: 40}\n",
        FORMS,
    )
    assert script.start == "2025-05-31"
    assert script.answers["confirm_goals"][0]["goals"] == {"*": {"rating": "no"}}
    assert script.happens[0].params == {"days": "40"}
    assert parse("empty", "", FORMS).answers == {}


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("S", date(2025, 5, 31)),
        ("E", date(2027, 5, 30)),
        ("S + 12 months - 1 day", date(2026, 5, 30)),
        ("S+1 month", date(2025, 6, 30)),
        ("E - 3 months - 6 days", date(2027, 2, 22)),
        ("E - 5 working days", date(2027, 5, 21)),
        ("S + 2 weeks", date(2025, 6, 14)),
        ("2026-05-30", date(2026, 5, 30)),
        ("30-5-2026", date(2026, 5, 30)),
        ("30/05/2026", date(2026, 5, 30)),
        ("30.5.2026", date(2026, 5, 30)),
        ("30 mei 2026", date(2026, 5, 30)),
        ("zaterdag 30 mei 2026", date(2026, 5, 30)),
        ("1 mrt. 2026", date(2026, 3, 1)),
    ],
)
def test_a_day_is_said_in_any_usual_way(said: str, day: date) -> None:
    assert day_of(said, {"S": date(2025, 5, 31), "E": date(2027, 5, 30)}) == day


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("due", "'due': which day 'due' is, is not known there"),
        ("S" + 10 * " + 9999 months", "falls outside the calendar"),
        ("S + 3 working days", "Working days are only counted back"),
        ("30 februari 2026", "30 februari 2026 does not exist: that month has 28 days"),
        ("tomorrow-ish", "'tomorrow-ish' is not a day"),
        ("", "is not a day"),
    ],
)
def test_a_day_that_is_none_is_refused(said: str, why: str) -> None:
    with pytest.raises(BadScript) as fault:
        day_of(said, {"S": date(2025, 5, 31)})
    assert why in fault.value.params["reason"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere.yaml"], "nowhere.yaml can't be read: No such file or directory."),
        (["/dev/zero"], "zero is not a file."),
        (["/"], "is not a file."),
        (["{tmp}/huge.yaml"], "huge.yaml is larger than a rehearsal can be (40 kB)."),
        (["{tmp}/latin.yaml"], "latin.yaml is not UTF-8 text."),
        (["{tmp}/bomb.yaml"], "bomb.yaml, line 1 uses a YAML anchor, which a rehearsal does not need."),
        (["convert", "--start", "2025-02-30"], "2025-02-30 does not exist: that month has 28 days."),
        (["convert", "--start", "31 april 2025"], "31 april 2025 does not exist: that month has 30 days."),
        (["convert", "--start", "soon"], "'soon' is not a day; write it as 2025-05-31, 31-5-2025 or 31 mei 2025."),
        (["convert", "--start", "S + 1 day"], "'S + 1 day': which day 'S' is, is not known there."),
        (["convert", "--start", "1950-01-01"], "A lease that starts in 1950 can't be rehearsed"),
        (["convert", "--start", "2016-03-01"], "A fixed-term lease like this one could be signed from"),
        (
            ["convert", "--start", "2025-03-15", "--last-day", "2027-03-15"],
            "A fixed-term lease lasts two years at most. With this first day the last day is",
        ),
        (
            ["convert", "--start", "2025-03-15", "--last-day", "14-3-2025"],
            "The last day lies before the first day",
        ),
        (["convert", "--last-day", "never"], "'never' is not a day"),
        (["convert", "--begin", "x"], "No such option"),
        ([], "Missing argument"),
    ],
)
def test_wrong_input_is_one_sentence_exit_code_2_and_nothing_else(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "huge.yaml").write_text("about: " + "x" * 300_000)
    (tmp_path / "latin.yaml").write_bytes(b"about: caf\xe9")
    (tmp_path / "bomb.yaml").write_text(BOMB)
    given = [argument.replace("{tmp}", str(tmp_path)) for argument in arguments]
    monkeypatch.setattr("sys.argv", ["voorwaarts", "rehearse", *given])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    printed, told = capfd.readouterr()
    assert (stopped.value.code, printed) == (2, "")
    assert said in told.replace("\u00a0", " ")
    if not told.startswith("Usage:"):
        assert len(told.strip().splitlines()) == 1
