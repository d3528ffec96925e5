import { type Box, count, fetchMapData, type MapData, readBox, searchLink, writeBox } from "./map-data";
import { drawLayers, type Layers } from "./map-layers";
import { breaksOf, sayBanner, sayLegend, sayTables } from "./map-twin";
import { drawTimeline, type Stretch, type Timeline } from "./timeline";

const PAUSE = 200;
const FLAT_ZOOM = 7;

/** The page's parts that follow what is asked: canvas, legend, time line, tables. */
interface Parts {
  root: HTMLElement;
  form: HTMLFormElement;
  canvas: HTMLElement;
  legend: HTMLElement;
  brush: HTMLElement;
  twin: HTMLElement;
  said: HTMLElement;
  since: HTMLInputElement;
  until: HTMLInputElement;
  clear: HTMLButtonElement;
}

export function mountMap(root: HTMLElement): void {
  const parts = find(root);
  const start = readBox(new URLSearchParams(location.search).get("bbox")) ?? readBox(root.dataset["bounds"]);
  if (parts && start) new MapPage(parts, start);
}

class MapPage {
  private readonly layers: Layers | undefined;
  private readonly timeline: Timeline;
  private stretch: Stretch;
  private running = new AbortController();
  private timer = 0;

  constructor(
    private readonly parts: Parts,
    private readonly start: Box,
  ) {
    const asked = new URLSearchParams(location.search);
    this.stretch = { since: asked.get("since") ?? "", until: asked.get("until") ?? "" };
    this.timeline = drawTimeline(parts.brush, (stretch) => this.choose(stretch));
    this.layers = drawLayers(parts.canvas, start, () => this.soon(), () => this.asked());
    if (!this.layers) sayNoMap(parts.canvas);
    parts.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.soon(0);
    });
    parts.form.addEventListener("change", () => this.soon());
    for (const field of [parts.since, parts.until]) {
      field.addEventListener("change", () => this.choose({ since: parts.since.value, until: parts.until.value }));
    }
    parts.clear.addEventListener("click", () => this.choose({ since: "", until: "" }));
    this.soon(0);
  }

  /** The question as it stands in the address. */
  private asked(): URLSearchParams {
    const asked = new URLSearchParams();
    for (const [name, value] of new FormData(this.parts.form)) {
      if (typeof value === "string" && value !== "" && !["bbox", "since", "until"].includes(name)) asked.append(name, value);
    }
    if (this.stretch.since) asked.set("since", this.stretch.since);
    if (this.stretch.until) asked.set("until", this.stretch.until);
    asked.set("bbox", writeBox(this.layers?.box() ?? this.start));
    asked.set("zoom", (this.layers?.zoom() ?? FLAT_ZOOM).toFixed(2));
    return asked;
  }

  private choose(stretch: Stretch): void {
    this.stretch = stretch;
    this.parts.since.value = stretch.since.slice(0, 10);
    this.parts.until.value = stretch.until.slice(0, 10);
    this.soon(0);
  }

  private soon(pause = PAUSE): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.ask(), pause);
  }

  private async ask(): Promise<void> {
    this.running.abort();
    const running = (this.running = new AbortController());
    const asked = this.asked();
    this.parts.root.classList.add("t-loading-map");
    try {
      this.show(await fetchMapData(asked, running.signal), asked);
      history.replaceState(null, "", `/map?${asked}`);
    } catch (problem) {
      if (!running.signal.aborted) this.parts.said.textContent = problem instanceof Error ? problem.message : "The center cannot be reached.";
    } finally {
      if (!running.signal.aborted) this.parts.root.classList.remove("t-loading-map");
    }
  }

  private show(data: MapData, asked: URLSearchParams): void {
    const breaks = breaksOf(data);
    this.layers?.show(data, breaks);
    sayLegend(this.parts.legend, data, breaks);
    sayTables(this.parts.twin, data, asked);
    this.timeline.show(data.timeline, data.step, this.stretch);
    this.parts.said.textContent = `${count(data.total)}${data.capped ? " or more" : ""} records in view`;
    this.parts.clear.hidden = !this.stretch.since && !this.stretch.until;
    if (data.banner !== undefined) sayBanner(data.banner);
    const list = document.querySelector<HTMLAnchorElement>("[data-search-link]");
    if (list) list.href = searchLink(asked, readBox(asked.get("bbox")) ?? this.start);
  }
}

function sayNoMap(canvas: HTMLElement): void {
  const words = document.createElement("p");
  words.className = "t-map__none";
  words.textContent = "This browser cannot draw maps (it has no WebGL 2). The tables below say the same.";
  canvas.replaceChildren(words);
}

function find(root: HTMLElement): Parts | undefined {
  const one = <T extends HTMLElement>(selector: string): T | null => root.querySelector<T>(selector);
  const parts = {
    root,
    form: one<HTMLFormElement>("[data-map-form]"),
    canvas: one("[data-map-canvas]"),
    legend: one("[data-map-legend]"),
    brush: one("[data-brush]"),
    twin: one("[data-map-twin]"),
    said: one("[data-map-said]"),
    since: one<HTMLInputElement>("#since"),
    until: one<HTMLInputElement>("#until"),
    clear: one<HTMLButtonElement>("[data-brush-clear]"),
  };
  return Object.values(parts).every(Boolean) ? (parts as Parts) : undefined;
}
