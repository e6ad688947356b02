// The live diagram: a drawing with marks. Everything it says is also on the page in words, and it never asks for more.
//   <div id="diagram" class="diagram" data-src="…" data-fault="…" aria-labelledby="…">   <div id="zoom" hidden> buttons
//   <script type="application/json" id="marks">{"step": {"state": "open", "label": "…"}}
const frame = document.getElementById("diagram");
const zoom = document.getElementById("zoom");
const marks = JSON.parse(document.getElementById("marks").textContent);
const FONT = '"Atkinson Hyperlegible Next Variable", sans-serif';

async function draw() {
  await document.fonts.load('13px "Atkinson Hyperlegible Next Variable"');   // text is measured while drawing
  const answer = await fetch(frame.dataset.src);
  if (!answer.ok) throw new Error(`the drawing answered ${answer.status}`);
  const viewer = new BpmnJS({
    container: frame,
    zoomScroll: { enabled: false },                       // the wheel keeps scrolling the page
    bpmnRenderer: { defaultFillColor: "var(--paper)", defaultStrokeColor: "var(--ink)", defaultLabelColor: "var(--ink)" },
    textRenderer: { defaultStyle: { fontFamily: FONT, fontSize: 13 }, externalStyle: { fontSize: 13 } },
  });
  await viewer.importXML(await answer.text());
  const canvas = viewer.get("canvas");
  mark(viewer, canvas);
  canvas.zoom("fit-viewport", "auto");
  name(frame.querySelector(".djs-container svg"));
  zoom.hidden = false;
  zoom.addEventListener("click", (event) => {
    const step = event.target.closest("button")?.value;
    if (step === "fit") canvas.zoom("fit-viewport", "auto");
    else if (step) canvas.zoom(canvas.zoom() * Number(step));
  });
  frame.dataset.ready = "1";
}

function mark(viewer, canvas) {
  const overlays = viewer.get("overlays"), registry = viewer.get("elementRegistry");
  for (const [id, { state, label }] of Object.entries(marks)) {
    if (!registry.get(id)) continue;                      // an older drawing may lack the step
    canvas.addMarker(id, "is-" + state);
    if (!label) continue;
    const note = document.createElement("div");           // an element, never a string of HTML
    note.className = "step-note is-" + state;
    note.textContent = label;
    overlays.add(id, "note", { position: { bottom: -4, left: 0 }, html: note, scale: { min: 0.9 }, show: { minZoom: 0.3 } });
  }
}

// bpmn-js makes its picture focusable; as a picture with a name it need not be.
function name(svg) {
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-labelledby", frame.getAttribute("aria-labelledby") || "diagram-name");
  svg.removeAttribute("tabindex");
}

draw().catch((fault) => { frame.textContent = frame.dataset.fault; console.error(fault); });
