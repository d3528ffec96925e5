import { anchor, TONES } from "./map-layers";
import { boxOf, count, type MapData, middleOf, moment, searchLink } from "./map-data";

const MOST_ROWS = 50;
const SVG = "http://www.w3.org/2000/svg";

/** Say in tables what the canvas shows, for those who cannot see or use it. */
export function sayTables(place: HTMLElement, data: MapData, asked: URLSearchParams): void {
  if (data.points.length) {
    const rows = data.points.slice(0, MOST_ROWS).map((p): Content[] => [
      anchor(`/records/${p.uid}`, p.headline), p.kind, moment(p.event_time), p.shape, `${p.latitude.toFixed(4)}, ${p.longitude.toFixed(4)}`,
    ]);
    place.replaceChildren(table("Records in view", ["Record", "Kind", "Event", "Shape", "Latitude, longitude"], rows));
  } else if (data.cells.length) {
    const most = [...data.cells].sort((a, b) => b.count - a.count).slice(0, MOST_ROWS);
    const rows = most.map((cell): Content[] => {
      const box = boxOf(cell.outline);
      const [longitude, latitude] = middleOf(box);
      return [`${latitude.toFixed(3)}, ${longitude.toFixed(3)}`, count(cell.count), anchor(searchLink(asked, box), "List them")];
    });
    place.replaceChildren(table("Hexagons in view, most records first", ["Around (latitude, longitude)", "Records", "Action"], rows));
  } else {
    place.replaceChildren(nothing());
  }
}

/** Draw the scale: one tone for each class of counts. */
export function sayLegend(place: HTMLElement, data: MapData, breaks: number[]): void {
  const classes = data.points.length ? [] : breaks.map((from, i) => legendItem(TONES[i] ?? TONES[4], from, breaks[i + 1]));
  const note = document.createElement("li");
  note.textContent = data.points.length ? (data.points.some((point) => point.outline) ? "Each dot is a record; its line or area is drawn with it." : "Each dot is a record.") : "records in a hexagon";
  place.replaceChildren(...classes, ...(data.cells.length || data.points.length ? [note] : []));
}

/** Up to five classes that grow by the same factor, because counts do. */
export function breaksOf(data: MapData): number[] {
  const most = Math.max(1, ...data.cells.map((cell) => cell.count));
  return [...new Set(TONES.map((_, i) => Math.ceil(most ** (i / TONES.length))))];
}

/** Put the marking of what is shown now at the head and the foot of the page. */
export function sayBanner(text: string): void {
  for (const bar of document.querySelectorAll(".t-marking")) {
    const parts = (text || "UNMARKED / PUBLIC").split(" · ").map((part) => {
      const span = document.createElement("span");
      span.className = part.startsWith("TLP:") ? `t-tlp t-tlp--${part.slice(4).toLowerCase().replace("+", "-")}` : "t-marking__part";
      span.textContent = part;
      return span;
    });
    bar.replaceChildren(...parts.flatMap((part, i) => (i ? [" · ", part] : [part])));
  }
}

type Content = string | HTMLElement;

function table(caption: string, heads: string[], rows: Content[][]): HTMLElement {
  const box = element("div", "t-scroll t-scroll--box");
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", caption);
  const whole = element("table", "t-table t-table--slim");
  const title = element("caption", "usa-sr-only");
  title.textContent = caption;
  const head = element("thead");
  const body = element("tbody");
  head.append(row(heads.map((text) => cell("th", text, "col"))));
  body.append(...rows.map((contents) => row(contents.map((content, i) => (i ? cell("td", content) : cell("th", content, "row"))))));
  whole.append(title, head, body);
  box.append(whole);
  return box;
}

function row(cells: HTMLElement[]): HTMLElement {
  const made = element("tr");
  made.append(...cells);
  return made;
}

function cell(tag: "td" | "th", content: Content, scope = ""): HTMLElement {
  const made = element(tag);
  if (scope) made.setAttribute("scope", scope);
  made.append(content);
  return made;
}

function nothing(): HTMLElement {
  const box = element("div", "t-empty");
  const title = element("p", "t-empty__title");
  title.textContent = "No record that you may see has a place here";
  box.append(title);
  return box;
}

function legendItem(tone: string, from: number, next: number | undefined): HTMLElement {
  const item = element("li");
  const swatch = document.createElementNS(SVG, "svg");
  swatch.setAttribute("viewBox", "0 0 14 14");
  swatch.setAttribute("aria-hidden", "true");
  const hexagon = document.createElementNS(SVG, "path");
  hexagon.setAttribute("d", "M7 0l6 3.500v7L7 14l-6-3.500v-7z");
  hexagon.setAttribute("fill", tone);
  swatch.append(hexagon);
  const last = next === undefined ? undefined : next - 1;
  item.append(swatch, last === undefined ? `${count(from)} or more` : last > from ? `${count(from)} to ${count(last)}` : count(from));
  return item;
}

function element(tag: string, className = ""): HTMLElement {
  const made = document.createElement(tag);
  if (className) made.className = className;
  return made;
}
