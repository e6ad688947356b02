"""What the page of one task shows to one person: its form, its answers, who has it; never does anything to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from flask_babel import gettext

from app.actions.tasks import find_task
from app.errors import Fault, NotFound
from app.records import Organisation, Review, Run, Task, Trajectory, User
from app.records.answered import Version, confirmed_before, newest_answers, review_before, review_months, versions
from app.records.database import reading
from app.records.ledger import Ledger
from app.rules.answers import NEVER_CORRECTED
from app.rules.care_end import OF_CARE
from app.rules.escalation import TASKS as ESCALATING
from app.rules.fields import Field
from app.rules.permissions import Viewer, may_do, may_hand_over, sees
from app.web import filling, known, reasons
from app.web.beforehand import Known
from app.web.desk import desk, house, the_viewer, today
from app.web.filling import Filling, LastTime, Raw, translate
from app.web.looks import showing
from app.web.sentences import N_
from app.web.words import day, first_capital, listed, word

REASON = Field(
    name="correction_reason",
    kind="textarea",
    label=N_("Why do you correct this?"),
    hint=N_("The first answer stays visible beside it."),
    required=True,
    maxlength=400,
)
STARTS_FROM_WHAT_WAS_SENT_BACK = ("draft_care_contract", "decide_conversion")
MARKS = {"on_track": "rating", "attention": "rating", "off_track": "rating", "kept": "kept", "not_kept": "kept"}


@dataclass(frozen=True)
class TaskPage:
    """One task, looked at by one person who may see its trajectory."""

    task: Task
    trajectory: Trajectory
    viewer: Viewer

    @classmethod
    def open(cls, task_id: UUID) -> TaskPage:
        """Raises NotFound for a task that is not there for this person."""
        viewer = the_viewer()
        found = cls(*find_task(reading(), viewer, desk(), task_id), viewer)
        if not found.may_be_seen:
            raise NotFound("no_such_task")
        showing(found.trajectory.id)
        return found

    @property
    def may_be_seen(self) -> bool:
        """The urgency office knows nothing of the reviews, the window or the workload: only of steps it shares in."""
        general = sees(self.viewer.part, "dates") and self.task.name not in ESCALATING and self.task.name not in OF_CARE
        return self.mine or general or bool(self._meant_for_me)

    @property
    def mine(self) -> bool:
        """Whether this person may do it: the same role at the same organisation."""
        return may_do(self.viewer, self.task.role, self.task.organisation_id)

    @property
    def may_hand_over(self) -> bool:
        its_team = self.mine or (self.viewer.role == "team_lead" and self._at_home)
        return self.task.status == "open" and its_team and may_hand_over(self.viewer, self.task.assignee_id)

    @property
    def may_correct(self) -> bool:
        return self.mine and self.task.status == "done" and self.task.name not in NEVER_CORRECTED

    @property
    def _at_home(self) -> bool:
        return self.viewer.organisation_id == self.task.organisation_id

    @cached_property
    def ledger(self) -> Ledger:
        ledger = Ledger(reading(), self.trajectory, today())
        if self.task.name in ESCALATING:
            ledger.turn_to(reading().get_one(Run, self.task.run_id))
        return ledger

    @cached_property
    def months(self) -> dict[UUID, int]:
        return review_months(reading(), [self.task.review_id] if self.task.review_id else [])

    @property
    def title(self) -> str:
        return reasons.task_title(self.task, self.months)

    @property
    def why(self) -> str:
        return reasons.why(self.task)

    @property
    def dossier(self) -> str:
        return f"/trajectories/{self.trajectory.id}"

    @cached_property
    def organisation(self) -> str:
        return reading().get_one(Organisation, self.task.organisation_id).name

    def name_of(self, user_id: UUID | None) -> str:
        if user_id is None:
            return ""
        return str(gettext("yourself")) if user_id == self.viewer.id else reading().get_one(User, user_id).name

    # The form

    @cached_property
    def fields(self) -> list[Field]:
        answered = self.versions[0].answer.data if self.task.status == "done" and self.versions else None
        return known.questions(self.task.name, self.ledger, answered)

    @property
    def help(self) -> str:
        return translate(house().form(self.task.name).get("description", ""))

    @cached_property
    def before(self) -> list[Known]:
        return known.known(self.task, self.ledger, self.viewer)

    @cached_property
    def round_before(self) -> Version | None:
        """What was sent back, the draft of the care contract or the decision: a next one starts from it."""
        if self.task.name not in STARTS_FROM_WHAT_WAS_SENT_BACK:
            return None
        return newest_answers(reading(), self.trajectory.id, [self.task.name]).get(self.task.name)

    def form(self, typed: Raw | None = None, faults: Sequence[Fault] = ()) -> Filling:
        """The form with what was typed, else with the draft that was kept."""
        values = typed if typed is not None else self.task.draft or self._start()
        return Filling(self.fields, values, faults, self._last_time(), self._form_sees())

    def correction(self, typed: Raw | None = None, faults: Sequence[Fault] = ()) -> Filling:
        """The form with the newest answer, to correct it."""
        newest = self.versions[0].answer.data if self.versions else {}
        values = typed if typed is not None else filling.typed_back(self.fields, newest)
        return Filling([*self.fields, REASON], values, faults, sees=self._form_sees())

    def typed_rows(self, typed: Raw) -> list[tuple[str, str]]:
        """What was typed, readable although nobody judged it."""
        return filling.typed_rows(self.fields, typed)

    def _start(self) -> Raw:
        """The day on which it happens is asked anew."""
        if self.round_before is None:
            return {}
        said, asked_anew = self.round_before.answer.data, {one.name for one in self.fields if one.past}
        return filling.typed_back(self.fields, {name: one for name, one in said.items() if name not in asked_anew})

    def _form_sees(self) -> Sequence[str]:
        return tuple(house().form(self.task.name).get("x-sees", ()))

    def _last_time(self) -> dict[str, LastTime]:
        """The answers to the same questions in the review before this one."""
        if self.task.review_id is None:
            return {}
        review = reading().get_one(Review, self.task.review_id)
        if self.task.name == "hold_review_meeting":
            return _meeting_before(review_before(reading(), review))
        if self.task.name not in ("confirm_goals", "confirm_conditions"):
            return {}
        earlier = confirmed_before(reading(), review, self.viewer.part)
        if earlier is None:
            return {}
        about = gettext("month %(month)s, %(name)s", month=earlier.month, name=earlier.by)
        found = {}
        for item in (part for field in self.fields for part in field.parts):
            seen = earlier.marks.get(UUID(item.name.rpartition(".")[2]))
            if seen is not None:
                found[item.name] = LastTime(str(about), _marked(*seen))
        return found

    # Who sees it

    @property
    def seen_by(self) -> str:
        """Which parts see the answers, as they stand in a sentence."""
        return listed(word(part, "part") for part in self._form_sees())

    @property
    def only_own_part(self) -> bool:
        return list(self._form_sees()) == [self.viewer.part]

    def seen_otherwise(self, form: Filling) -> list[tuple[str, str]]:
        """(questions, parts) for questions that other parts see than the rest of the form."""
        found: dict[str, dict[str, None]] = {}
        for block in form.blocks:
            if block.seen_by:  # said once under the heading, for all that stands there
                found.setdefault(_parts(block.fields[0]), {})[f"‘{translate(block.heading)}’"] = None
        for group, field in _leaves(self.fields):
            if form.seen_by(field):
                within = f" ({translate(group)})" if group else ""
                found.setdefault(_parts(field), {})[f"‘{translate(field.label)}’{within}"] = None
        return [(listed(questions), parts) for parts, questions in found.items()]

    # The answers

    @cached_property
    def versions(self) -> list[Version]:
        """The answers given, the newest first."""
        return versions(reading(), self.task.id)

    @cached_property
    def readable(self) -> list[Field]:
        """The fields whose answers this person may read."""
        return [] if self.only_proposed else self._meant_for_me

    @cached_property
    def only_proposed(self) -> bool:
        """A decision that no second person approved is not one yet: only the association reads it."""
        if self._at_home or self.task.name != "decide_conversion" or self.task.status != "done":
            return False
        newest = newest_answers(reading(), self.trajectory.id, [self.task.name]).get(self.task.name)
        approved = self.ledger.decisions[-1].verdict == "approve" if self.ledger.decisions else False
        return not approved or newest is None or newest.answer.task_id != self.task.id

    @cached_property
    def _meant_for_me(self) -> list[Field]:
        return self.fields if self.mine else known.seen(self.fields, self.viewer.part)

    @property
    def reads_reasons(self) -> bool:
        """A reason is free text about any of the answers: it is for who may read them as a whole."""
        return self.mine or self.viewer.part in self._form_sees()

    def rows(self, version: Version) -> list[tuple[str, str]]:
        return filling.rows(self.readable, version.answer.data)


def _parts(field: Field) -> str:
    return listed(word(part, "part") for part in field.sees)


def _leaves(found: Sequence[Field], group: str = "") -> Iterator[tuple[str, Field]]:
    """Every question with the heading of its group: two groups may ask the same in the same words."""
    for field in found:
        if field.parts:
            yield from _leaves(field.parts, field.label if field.kind == "group" else group)
        elif field.kind not in ("group", "item"):
            yield group, field


def _marked(mark: str, remark: str) -> str:
    said = first_capital(word(mark, MARKS.get(mark, "rating")))
    return f"{said}. {remark}" if remark else f"{said}."


def _meeting_before(earlier: Review | None) -> dict[str, LastTime]:
    if earlier is None:
        return {}
    about = str(gettext("month %(month)s, %(day)s", month=earlier.month, day=day(earlier.held_on)))
    said = {
        "outcome": first_capital(word(earlier.outcome, "rating")) + ".",
        "tenant_view": earlier.tenant_view,
        "agreements": earlier.agreements,
    }
    return {name: LastTime(about, words) for name, words in said.items() if words}


def plain(form: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What was typed, without the marks of our own forms."""
    return {name: values for name, values in form.items() if name not in ("csrf_token", "next")}
