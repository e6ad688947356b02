"""The drawings of this product: read without a fault, walked until every element was passed, and small all the way."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.engine import library, run
from app.engine.run import Live
from app.errors import NotReady
from app.rules.course import DEADLINES, FACTS
from app.rules.progress import World

FOLDER = Path(__file__).parents[2] / "workflows"
LANES = {
    "nominator", "successor", "urgency_officer", "municipal_officer", "support_worker", "housing_officer", "team_lead",
}  # fmt: skip
ORDERS = {"file_document": {"document"}, "send_letter": {"letter"}, "record": {"what"}}
FIRST = date(2026, 1, 5)
MEANINGS: dict[str, tuple[Any, ...]] = {
    "intake_outcome": ("rejected", "declined", "housed", "housed", "housed"),
    "provider_advice": ("convert", "convert_with_aftercare", "do_not_convert", "not_received"),
    "municipality_advice": ("convert", "convert_with_aftercare", "do_not_convert", "not_received"),
    "last_review": ("on_track", "attention", "off_track", "none"),
    "reviews_off_track": (0, 1, 2, 3),
    "decision_outcome": ("convert", "convert_with_aftercare", "do_not_convert", "do_not_convert"),
    "receipt": ("in_time", "too_early", "too_late", "unproven", "returned", "returned_too_late"),
    "early_end": ("tenant_notice", "death", "court", ""),
    "keys_returned": (True, False, False),
    "stay_outcome": ("left_later", "court", "stays_with_approval"),
    "card": ("none", "yellow_card", "red_card"),
    "first_measure": ("conversation", "conversation", "yellow_card", "red_card"),
    "care_end": ("goals_met", "refused", "provider_stops", "decision_ends"),
    "measure": ("yellow_card", "behaviour_order", "red_card"),
}
MOVING = {
    "next_review_opens": 5,
    "review_lapses": 40,
    "next_aftercare_opens": 5,
    "aftercare_lapses": 40,
    "measure_expires": 40,
    "handover_lapses": 14,
}
SOON = ("escalation_lapses", "correction_lapses", "silence_lapses", "revision_lapses", "care_end_lapses")


@pytest.fixture(scope="module")
def ours() -> library.Library:
    return library.read(FOLDER, lanes=LANES, facts=FACTS, deadlines=DEADLINES, orders=ORDERS)


class Walk:
    """One trajectory with random facts, whose review and aftercare days move on when something happens."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.today = FIRST
        self.days: dict[str, date | None] = {
            name: FIRST + timedelta(self.chance.randrange(300, 900)) for name in DEADLINES
        }
        self.happen()

    def happen(self) -> None:
        for name, after in MOVING.items():
            self.days[name] = self.today + timedelta(after + self.chance.randrange(10))

    def world(self) -> World:
        facts = {name: self.chance.choice(MEANINGS.get(name, (True, True, False))) for name in FACTS}
        return World(self.today, facts, dict(self.days))

    def settle(self, live: Live) -> None:
        while live.advance(self.world()):
            self.happen()

    def go(self, definition: run.Definition) -> list[int]:
        live, sizes = run.start(definition), []
        if definition.drawing != "conditional_tenancy":  # its lease may be over soon
            over = FIRST + timedelta(self.chance.randrange(10, 600))
            self.days |= dict.fromkeys(SOON, over)
        self.settle(live)
        for _ in range(400):
            progress = live.progress()
            sizes.append(len(progress.state))
            if progress.done:
                return sizes
            live = run.restore(definition, progress.state)
            in_aftercare = any(step.drawing == "aftercare" for step in progress.steps)
            if self.chance.random() < (0.1 if in_aftercare else 0.004):
                with suppress(NotReady):
                    live.tell("stopped", self.world())
            elif definition.drawing == "conditional_tenancy" and self.chance.random() < 0.1:
                with suppress(NotReady):
                    live.tell("decision_revised", self.world())
            elif progress.steps and self.chance.random() < 0.7:
                live.complete(self.chance.choice(progress.steps).id, self.world())
                self.happen()
            elif definition.drawing == "escalation" and self.chance.random() < 0.1:
                live.tell("incident_withdrawn", self.world())
            else:
                self.today += timedelta(self.chance.randrange(1, 40))
            self.settle(live)
        raise AssertionError("the trajectory never ends")


@pytest.mark.parametrize(
    ("drawing", "walks"),
    [
        pytest.param("conditional_tenancy", 250, marks=pytest.mark.slow),
        pytest.param("escalation", 800, marks=pytest.mark.slow),
        ("lease_correction", 200),
        ("silence", 200),
        ("revision", 200),
        ("care_end", 400),
    ],
)
def test_every_walk_ends_every_element_is_passed_and_the_state_stays_small(
    ours: library.Library, monkeypatch: pytest.MonkeyPatch, drawing: str, walks: int
) -> None:
    definition, passed, sizes = ours.definition(drawing), set(), []
    step = Live._step

    def noted(live: Live, token: Any) -> None:
        passed.add((token.workflow.spec.name, token.task_spec.name))
        step(live, token)

    monkeypatch.setattr(Live, "_step", noted)
    for seed in range(walks):
        sizes += Walk(seed).go(definition)
    drawn = {(element.drawing, element.id) for element in definition.elements()}
    assert drawn - passed == set()
    assert max(sizes) < 1000


def test_every_step_of_every_drawing_has_a_form_a_lane_and_two_names(ours: library.Library) -> None:
    for name in ours.definitions:
        definition = ours.definition(name)
        for element in definition.elements():
            if element.kind == "userTask":
                assert ours.form(definition.form(element.id))
                assert element.lane in LANES
                assert definition.title(element.id, "nl") and definition.title(element.id, "en")


def test_the_decision_table_has_one_answer_to_every_state_of_affairs(ours: library.Library) -> None:
    definition = ours.definition("decision")
    for provider in MEANINGS["provider_advice"]:
        for municipality in MEANINGS["municipality_advice"]:
            for last in MEANINGS["last_review"]:
                for off_track in MEANINGS["reviews_off_track"]:
                    facts = {
                        "provider_advice": provider,
                        "municipality_advice": municipality,
                        "last_review": last,
                        "reviews_off_track": off_track,
                    }
                    for card in MEANINGS["card"]:
                        advice = run.consult(definition, "conversion_advice", {**facts, "card": card})
                        assert len(advice.rows) == 1, (facts, card)
                        assert set(advice.outputs) == {"advised_outcome", "advised_because"}
