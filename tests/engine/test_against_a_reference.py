"""Random drawings, played by the engine (saved and read back at every move) and by a plain reading of BPMN."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import pairwise

import pytest

from app.engine import run
from app.rules.progress import World
from tests.engine.sketch import define

ROLE = "@housing_officer"
FIRST = date(2026, 1, 1)


class Drawer:
    """Draws a random block both as a tree and as a sketch; every name is used once."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.count = 0
        self.sketches: dict[str, str] = {}
        self.facts: list[str] = []
        self.deadlines: dict[str, date] = {}

    def name(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}{self.count}"

    def draw(self, depth: int) -> tuple[tuple, list[str], str, str]:
        """The block, its sketch lines, and the elements where it begins and ends."""
        kinds = ["step", "wait"] if depth == 0 else ["seq", "seq", "xor", "par", "par", "loop", "call", "call", "step"]
        return getattr(self, f"_{self.chance.choice(kinds)}")(depth - 1)

    def process(self, name: str, depth: int) -> tuple:
        block, lines, entry, leave = self.draw(depth)
        self.sketches[name] = "\n".join(["start s", "end e", f"s > {entry}", f"{leave} > e", *lines])
        return block

    def _step(self, depth: int = 0) -> tuple[tuple, list[str], str, str]:
        name = self.name("step")
        return ("step", name), [f"user {name} {ROLE}"], name, name

    def _wait(self, depth: int = 0) -> tuple[tuple, list[str], str, str]:
        name = self._deadline()
        return ("wait", name), [f"timer {name} {name}"], name, name

    def _deadline(self) -> str:
        name = self.name("day")
        self.deadlines[name] = FIRST + timedelta(days=self.count + 7 * self.chance.randrange(30))
        return name

    def _seq(self, depth: int) -> tuple[tuple, list[str], str, str]:
        parts = [self.draw(depth) for _ in range(self.chance.randint(2, 3))]
        lines = [line for part in parts for line in part[1]]
        lines += [f"{one[3]} > {two[2]}" for one, two in pairwise(parts)]
        return ("seq", [part[0] for part in parts]), lines, parts[0][2], parts[-1][3]

    def _fact(self) -> str:
        self.facts.append(self.name("fact"))
        return self.facts[-1]

    def _xor(self, depth: int) -> tuple[tuple, list[str], str, str]:
        fact, split, merge, yes, no = self._fact(), self.name("x"), self.name("m"), self.draw(depth), self.draw(depth)
        lines = [f"choice {split} default={split}_{no[2]}", f"choice {merge}", *yes[1], *no[1]]
        lines += [f"{split} > {yes[2]} : {fact}", f"{split} > {no[2]}", f"{yes[3]} > {merge}", f"{no[3]} > {merge}"]
        return ("xor", fact, yes[0], no[0]), lines, split, merge

    def _par(self, depth: int) -> tuple[tuple, list[str], str, str]:
        fork, join = self.name("f"), self.name("j")
        parts = [self.draw(depth) for _ in range(self.chance.randint(2, 3))]
        lines = [f"fork {fork}", f"fork {join}"]
        for _, inside, entry, leave in parts:
            lines += [*inside, f"{fork} > {entry}", f"{leave} > {join}"]
        return ("par", [part[0] for part in parts]), lines, fork, join

    def _loop(self, depth: int) -> tuple[tuple, list[str], str, str]:
        fact, back, again, out = self._fact(), self.name("l"), self.name("x"), self.name("m")
        first, rest = self._step(), self.draw(depth)
        lines = [f"choice {back}", f"choice {again} default={again}_{out}", f"choice {out}", *first[1], *rest[1]]
        lines += [f"{back} > {first[2]} > {rest[2]}", f"{rest[3]} > {again}"]
        lines += [f"{again} > {back} : {fact}", f"{again} > {out}"]
        return ("loop", fact, ("seq", [first[0], rest[0]])), lines, back, out

    def _call(self, depth: int) -> tuple[tuple, list[str], str, str]:
        call, merge, called = self.name("c"), self.name("m"), self.name("p")
        inside = self.process(called, depth)
        lines, lapse = [f"call {call} {called}", f"choice {merge}", f"{call} > {merge}"], None
        if self.chance.random() < 0.7:
            lapse, guard = self._deadline(), self.name("b")
            lines += [f"boundary {guard} on {call} timer {lapse}", f"{guard} > {merge}"]
        return ("call", inside, lapse), lines, call, merge


class Place:
    """Where a block stands, read plainly; `None` instead of a Place means the block is over."""

    def __init__(self, block: tuple, children: list[Place | None]) -> None:
        self.block = block
        self.children = children

    def leaves(self) -> list[Place]:
        return [self] if not self.children else [leaf for child in self.children if child for leaf in child.leaves()]

    def days(self) -> set[str]:
        own = {self.block[1]} if self.block[0] == "wait" else set()
        own |= {self.block[2]} if self.block[0] == "call" and self.block[2] else set()
        return own.union(*(child.days() for child in self.children if child))


def enter(block: tuple, now: World) -> Place | None:
    match block:
        case ("step" | "wait", _):
            return Place(block, [])
        case ("seq", parts):
            return follow(Place(block, [None] * len(parts)), enter(parts[0], now), now, 0)
        case ("xor", fact, yes, no):
            return enter(yes if now.facts[fact] else no, now)
        case ("par", parts):
            children = [enter(part, now) for part in parts]
            return Place(block, children) if any(children) else None
        case ("loop", _, body) | ("call", body, _):
            return Place(block, [enter(body, now)])
    raise AssertionError(block)


def follow(place: Place, child: Place | None, now: World, at: int) -> Place | None:
    """`place` after its child number `at` has become `child`."""
    place.children[at] = child
    if child is not None:
        return place
    match place.block:
        case ("seq", parts):
            return follow(place, enter(parts[at + 1], now), now, at + 1) if at + 1 < len(parts) else None
        case ("par", _):
            return place if any(place.children) else None
        case ("loop", fact, body):
            return follow(place, enter(body, now), now, 0) if now.facts[fact] else None
        case ("call", _, _):
            return None
    raise AssertionError(place.block)


def finish(place: Place, kind: str, name: str, now: World) -> Place | None:
    """`place` after the step was done, or the day came, that is called `name`."""
    if place.block[0] == kind and place.block[1] == name:
        return None
    if kind == "wait" and place.block[0] == "call" and place.block[2] == name:
        return None
    for at, child in enumerate(place.children):
        if child is not None:
            after = finish(child, kind, name, now)
            if after is not child:
                return follow(place, after, now, at)
    return place


def tick(place: Place | None, now: World) -> Place | None:
    while place is not None:
        due = [name for name in place.days() if now.deadlines[name] <= now.today]  # type: ignore[operator]
        if not due:
            return place
        place = finish(place, "wait", min(due, key=lambda name: now.deadlines[name]), now)  # type: ignore[arg-type,return-value]
    return None


@pytest.mark.parametrize("seed", range(150))
def test_the_engine_plays_a_random_drawing_as_bpmn_means_it(seed: int) -> None:
    chance = random.Random(seed)
    drawer = Drawer(chance)
    block = drawer.process("p", 4)
    definition = define("p", **drawer.sketches)
    today = FIRST

    def world() -> World:
        return World(today, {fact: chance.random() < 0.4 for fact in drawer.facts}, drawer.deadlines)

    now = world()
    live, place = run.start(definition), tick(enter(block, now), now)
    live.advance(now)
    for _ in range(80):
        progress = live.progress()
        expected = [] if place is None else sorted(leaf.block[1] for leaf in place.leaves() if leaf.block[0] == "step")
        assert sorted(step.name for step in progress.steps) == expected
        assert progress.waits == (() if place is None else tuple(sorted(place.days())))
        assert progress.done == (place is None)
        if place is None:
            break
        live = run.restore(definition, progress.state)
        if progress.steps and chance.random() < 0.8:
            chosen = chance.choice(progress.steps)
            now = world()
            live.complete(chosen.id, now)
            place = finish(place, "step", chosen.name, now)
        else:
            today += timedelta(days=chance.randrange(40))
            now = world()
        live.advance(now)
        place = tick(place, now)
