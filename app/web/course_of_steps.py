"""How far a run is in its drawings, read from its tasks: what is done, open, possible and next; never the engine."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from app.engine.definition import Definition
from app.engine.drawing import Drawing, Element
from app.records import Task

STEPS = ("userTask",)
CATCHING = "intermediateCatchEvent"


class Course:
    """The tasks of one run held against its drawings. Only tasks the viewer may know of are handed in."""

    def __init__(
        self, definition: Definition, tasks: Sequence[Task], *, over: bool, places: Collection[str] = ()
    ) -> None:
        """`places` are the elements where the run is now, as the engine says."""
        self.definition = definition
        self.over = over
        self.open_tasks = {task.name: task for task in reversed(tasks) if task.status == "open"}
        self.done_tasks: dict[str, list[Task]] = {}
        for task in tasks:
            if task.status == "done":
                self.done_tasks.setdefault(task.name, []).append(task)
        self._drawings = {drawing.name: drawing for drawing in definition.drawings}
        self._places = places
        self._ahead = self._all_ahead(places)
        self._reached = {name: _reached(drawing, self) for name, drawing in self._drawings.items()}

    def state(self, element: Element) -> str:
        """done · open · possible · "" for an element that can't come (any more)."""
        if self.is_open(element.id):
            return "open"
        if self.is_done(element):
            return "done"
        if element.kind in STEPS or element.calls:
            return "possible" if element.id in self._ahead else ""
        return "done" if element.id in self._reached[element.drawing] else ""

    def is_open(self, name: str) -> bool:
        """An open step, or a called drawing with one in it."""
        return name in self.open_tasks or any(self.is_open(one) for one in self._inside(name))

    def is_done(self, element: Element) -> bool:
        if element.calls:
            return any(self._was_done(one) for one in self._inside(element.id))
        return element.id in self.done_tasks

    def done_steps(self) -> list[tuple[str, list[Task]]]:
        """Finished steps by the day they were first done; a step that is open again is not among them."""
        found = [(name, several) for name, several in self.done_tasks.items() if name not in self.open_tasks]
        return sorted(found, key=lambda one: min(str(task.done_at) for task in one[1]))

    def following(self, most: int) -> list[str]:
        """The steps that come after what is open now, nearest first; after a pause those that were not done yet.

        The way out of a called drawing counts only where nothing else follows: a rejection also ends the intake.
        """
        if self.over:
            return []
        ahead = [flow for name in self.open_tasks for flow in self._after(name)]
        if not ahead:
            ahead = [flow for event in self._waiting() for flow in self._after(event.id)]
        found: list[str] = []
        seen: set[str] = set()
        while ahead and not found:
            found, ends = self._nearest(ahead, seen)
            ahead = [following for end in ends for following in self._after(end.id)]
        return found[:most]

    def _waiting(self) -> list[Element]:
        """The events the run waits for, in the order a reader meets them; not those that would interrupt it."""
        return [one for one in self.definition.elements() if one.id in self._places and one.kind == CATCHING]

    def _all_ahead(self, places: Collection[str]) -> set[str]:
        """Every element that can still come from where the run is, however long that takes."""
        elements = {one.id: one for drawing in self._drawings.values() for one in drawing.elements.values()}
        guards: dict[str, list[str]] = {}
        callers: dict[str, list[str]] = {}
        for one in elements.values():
            guards.setdefault(one.attached_to, []).append(one.id)
            callers.setdefault(one.calls, []).append(one.id)
        found: set[str] = set()
        ahead = [name for name in places if name in elements]
        while ahead:
            one = elements[ahead.pop()]
            following = [flow.target for flow in one.outgoing] + guards.get(one.id, [])
            following += [start.id for start in self._starts(one.calls)] if one.calls and one.id not in places else []
            if one.kind == "endEvent":
                following += [flow.target for name in callers.get(one.drawing, ()) for flow in elements[name].outgoing]
            new = [name for name in following if name in elements and name not in found]
            found.update(new)
            ahead.extend(new)
        return found

    def _nearest(self, ahead: list[Element], seen: set[str]) -> tuple[list[str], list[Element]]:
        """The first steps on every way from here, and the ends of drawings that come before any."""
        found: list[str] = []
        ends: list[Element] = []
        while ahead:
            element = ahead.pop(0)
            if element.id in seen:
                continue
            seen.add(element.id)
            if element.kind == "endEvent":
                ends.append(element)
            elif element.kind not in STEPS:
                ahead.extend(self._starts(element.calls) if element.calls else self._after(element.id))
            elif element.id not in self.open_tasks:
                found.append(element.id)
        return found, ends

    def _inside(self, name: str) -> list[str]:
        """The elements of the drawing that this element calls; nothing for a step."""
        for drawing in self._drawings.values():
            element = drawing.elements.get(name)
            if element is not None and element.calls in self._drawings:
                return list(self._drawings[element.calls].elements)
        return []

    def _was_done(self, name: str) -> bool:
        return name in self.done_tasks or any(self._was_done(one) for one in self._inside(name))

    def _after(self, name: str) -> list[Element]:
        """What follows an element; after the end of a called drawing, what follows the call."""
        for drawing in self._drawings.values():
            element = drawing.elements.get(name)
            if element is None:
                continue
            if element.kind == "endEvent" and _has_loose_branches(drawing):
                return []  # other branches still run: what calls this drawing goes on only after all of them
            if element.kind == "endEvent":
                callers = [
                    one
                    for other in self._drawings.values()
                    for one in other.elements.values()
                    if one.calls == drawing.name
                ]
                return [following for caller in callers for following in self._after(caller.id)]
            return [drawing.elements[flow.target] for flow in element.outgoing if flow.target in drawing.elements]
        return []

    def _starts(self, drawing: str) -> list[Element]:
        elements = self._drawings[drawing].elements.values() if drawing in self._drawings else []
        return [element for element in elements if element.kind == "startEvent"]


def _has_loose_branches(drawing: Drawing) -> bool:
    """Whether the drawing forks into branches that each have an end of their own."""
    gates = [element for element in drawing.elements.values() if element.kind == "parallelGateway"]
    sources = [flow.target for element in drawing.elements.values() for flow in element.outgoing]
    forks = sum(len(gate.outgoing) > 1 for gate in gates)
    return forks > sum(sources.count(gate.id) > 1 for gate in gates)


def _reached(drawing: Drawing, course: Course) -> set[str]:
    """Events and gateways the run came past: reached from the start over finished steps, and leading on to one."""
    ahead = {element.id for element in drawing.elements.values() if element.kind == "startEvent"}
    forward: set[str] = set()
    while ahead:
        element = drawing.elements[ahead.pop()]
        if element.id in forward or not _passed(element, course):
            continue
        forward.add(element.id)
        ahead |= {flow.target for flow in element.outgoing if flow.target in drawing.elements}
    into: dict[str, list[str]] = {}
    for element in drawing.elements.values():
        for flow in element.outgoing:
            into.setdefault(flow.target, []).append(element.id)
    here = [one for one in drawing.elements.values() if course.is_open(one.id) or course.is_done(one)]
    back, behind = set(), [source for one in here for source in into.get(one.id, [])]
    while behind:
        name = behind.pop()
        if name in back or name not in forward:
            continue
        back.add(name)
        behind.extend(into.get(name, []))
    if course.over:  # then the ends that were reached count as well
        back |= {
            name
            for name in forward
            if drawing.elements[name].kind == "endEvent" and len(_choices(drawing, name, into)) == 0
        }
    return back


def _choices(drawing: Drawing, name: str, into: dict[str, list[str]]) -> list[str]:
    """The gateways in front of an end where the run may have gone another way."""
    return [one for one in into.get(name, []) if len(drawing.elements[one].outgoing) > 1]


def _passed(element: Element, course: Course) -> bool:
    """Whether the run may have gone on behind this element: a step only once it was done."""
    if element.kind in STEPS or element.calls:
        return course.is_done(element)
    return True
