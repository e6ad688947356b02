"""Guards the drawings: valid for any modeller, named in two languages, readable on the page; never how they run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, pairwise, product
from pathlib import Path

import pytest
from lxml import etree
from SpiffWorkflow.spiff.parser.process import VALIDATOR

FOLDER = Path(__file__).parents[2] / "workflows"
DRAWINGS = sorted(FOLDER.glob("*.bpmn"))
NS = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "s": "http://spiffworkflow.org/bpmn/schema/1.0/core",
}
ENGLISH = "{*}extensionElements/s:properties/s:property[@name='en']"
each_drawing = pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)


@dataclass(frozen=True)
class Box:
    """A rectangle on the page; an edge's piece is one without width or height."""

    of: str
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: Box, margin: float = 0) -> bool:
        return (
            self.left - margin < other.right
            and other.left - margin < self.right
            and self.top - margin < other.bottom
            and other.top - margin < self.bottom
        )

    def holds(self, other: Box) -> bool:
        return (
            self.left <= other.left
            and self.top <= other.top
            and other.right <= self.right
            and other.bottom <= self.bottom
        )


class Page:
    """A drawing as it lies on the page."""

    def __init__(self, path: Path) -> None:
        self.root = etree.parse(path).getroot()
        self.process = self.root.find("bpmn:process", NS)
        self.by_id = {node.get("id"): node for node in self.root.iter() if node.get("id")}
        shapes = {shape.get("bpmnElement"): shape for shape in self.root.iter(f"{{{NS['bpmndi']}}}BPMNShape")}
        self.edges = {edge.get("bpmnElement"): edge for edge in self.root.iter(f"{{{NS['bpmndi']}}}BPMNEdge")}
        self.boxes = {name: box(name, shape.find("dc:Bounds", NS)) for name, shape in shapes.items()}
        self.labels = [
            box(name, found)
            for name, drawn in {**shapes, **self.edges}.items()
            if (found := drawn.find("bpmndi:BPMNLabel/dc:Bounds", NS)) is not None
        ]
        self.lanes = {lane.get("id"): lane for lane in self.process.iter(f"{{{NS['bpmn']}}}lane")}
        self.host = {node.get("id"): node.get("attachedToRef") for node in self.nodes()}

    def nodes(self) -> Iterator[etree._Element]:
        plain = {"laneSet", "sequenceFlow", "documentation", "extensionElements"}
        return (node for node in self.process if etree.QName(node).localname not in plain)

    def node_boxes(self) -> list[Box]:
        return [self.boxes[node.get("id")] for node in self.nodes()]

    def points(self, edge: str) -> list[tuple[float, float]]:
        waypoints = self.edges[edge].iterfind("di:waypoint", NS)
        return [(float(point.get("x")), float(point.get("y"))) for point in waypoints]

    def pieces(self, edge: str) -> Iterator[Box]:
        for (x, y), (to_x, to_y) in pairwise(self.points(edge)):
            yield Box(edge, min(x, to_x), min(y, to_y), max(x, to_x), max(y, to_y))


def box(name: str, bounds: etree._Element) -> Box:
    x, y, width, height = (float(bounds.get(side)) for side in ("x", "y", "width", "height"))
    return Box(name, x, y, x + width, y + height)


@each_drawing
def test_a_drawing_opens_in_any_modeller(path: Path) -> None:
    VALIDATOR.validate(etree.parse(path), path.name)


@each_drawing
def test_everything_in_a_process_is_drawn_and_nothing_else(path: Path) -> None:
    page = Page(path)
    flows = {flow.get("id") for flow in page.process.iterfind("bpmn:sequenceFlow", NS)}
    pool = page.root.find("bpmn:collaboration/bpmn:participant", NS).get("id")
    assert set(page.boxes) == {pool, *page.lanes, *(node.get("id") for node in page.nodes())}
    assert set(page.edges) == flows


@each_drawing
def test_every_name_is_given_in_dutch_and_in_english(path: Path) -> None:
    named = [node for node in etree.parse(path).getroot().iter(f"{{{NS['bpmn']}}}*") if node.get("name")]
    assert [node.get("id") for node in named if node.find(ENGLISH, NS) is None] == []


@each_drawing
def test_everything_but_a_merging_or_parallel_gateway_has_a_name(path: Path) -> None:
    page = Page(path)
    unnamed = [node for node in page.nodes() if not node.get("name")]
    for node in unnamed:
        splits = len(node.findall("bpmn:outgoing", NS)) > 1
        kind = etree.QName(node).localname
        assert kind == "parallelGateway" or (kind == "exclusiveGateway" and not splits), node.get("id")


def test_an_id_means_one_thing_in_all_drawings() -> None:
    names: dict[str, set[str]] = {}
    for path in DRAWINGS:
        page = Page(path)
        for node in [page.process, *page.nodes(), *page.lanes.values()]:
            names.setdefault(node.get("id"), set()).add(node.get("name", ""))
    assert {name: found for name, found in names.items() if len(found) > 1} == {}


@each_drawing
def test_everything_lies_inside_its_lane_and_the_lanes_fill_the_pool(path: Path) -> None:
    page = Page(path)
    pool = next(found for name, found in page.boxes.items() if name.endswith("_pool"))
    lanes = [page.boxes[name] for name in page.lanes]
    assert all(pool.holds(lane) for lane in lanes)
    assert sum(lane.bottom - lane.top for lane in lanes) == pool.bottom - pool.top
    for name, lane in page.lanes.items():
        for reference in lane.iterfind("bpmn:flowNodeRef", NS):
            assert page.boxes[name].holds(page.boxes[reference.text]), reference.text
    assert all(any(lane.holds(label) for lane in lanes) for label in page.labels), path.name


@each_drawing
def test_no_shape_lies_on_another_but_a_boundary_event_on_the_lower_edge_of_its_task(path: Path) -> None:
    page = Page(path)
    for one, other in combinations(page.node_boxes(), 2):
        if page.host[one.of] == other.of or page.host[other.of] == one.of:
            event, task = (one, other) if page.host[one.of] else (other, one)
            assert (event.top + event.bottom) / 2 == task.bottom
        else:
            assert not one.touches(other), (one.of, other.of)


@each_drawing
def test_lines_run_straight_and_through_no_shape(path: Path) -> None:
    page = Page(path)
    for edge in page.edges:
        ends = {page.by_id[edge].get("sourceRef"), page.by_id[edge].get("targetRef")}
        ends |= {page.host[end] for end in ends}
        for piece in page.pieces(edge):
            assert piece.left == piece.right or piece.top == piece.bottom, f"{edge} is slanted"
            for shape in page.node_boxes():
                assert shape.of in ends or not piece.touches(shape, 4), f"{edge} runs through {shape.of}"


@each_drawing
def test_lines_of_different_origin_and_goal_do_not_cross(path: Path) -> None:
    page = Page(path)
    for one, other in combinations(page.edges, 2):
        a, b = page.by_id[one], page.by_id[other]
        if a.get("sourceRef") == b.get("sourceRef") or a.get("targetRef") == b.get("targetRef"):
            continue
        assert not any(p.touches(q, 2) for p, q in product(page.pieces(one), page.pieces(other))), (one, other)


@each_drawing
def test_no_label_lies_on_a_shape_a_line_or_another_label(path: Path) -> None:
    page = Page(path)
    for one, other in combinations(page.labels, 2):
        assert not one.touches(other), (one.of, other.of)
    for label in page.labels:
        assert [shape.of for shape in page.node_boxes() if shape.touches(label)] == [], label.of
        assert [edge for edge in page.edges for piece in page.pieces(edge) if piece.touches(label)] == [], label.of
