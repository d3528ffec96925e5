import type { FeatureCollection } from "geojson";
import { AttributionControl, type ExpressionSpecification, type GeoJSONSource, Map as MapLibre, NavigationControl, Popup, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { ATTRIBUTION, drawBaseMap, EMPTY_STYLE } from "./base-map";
import { addOutlines, asFeatures, fillOutlines, OUTLINE_LAYERS } from "./outlines";
import { type Box, boxOf, type Cell, count, type MapData, moment, type Point, searchLink } from "./map-data";

export const TONES = ["#c6dcf0", "#8cbbe2", "#4f93cd", "#1f68ad", "#0b3c70"] as const;
const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };
const TOUCH = 6;

export interface Layers {
  show(data: MapData, breaks: number[]): void;
  box(): Box;
  zoom(): number;
}

/** Draw the map; calls `moved` after each move. Undefined where the browser has no WebGL. */
export function drawLayers(canvas: HTMLElement, start: Box, moved: () => void, asked: () => URLSearchParams): Layers | undefined {
  if (!document.createElement("canvas").getContext("webgl2")) return undefined;
  setWorkerUrl(new URL(workerUrl, location.href).href);
  const map = new MapLibre({
    container: canvas, style: EMPTY_STYLE, bounds: start, attributionControl: false, dragRotate: false, pitchWithRotate: false, maxZoom: 16, minZoom: 2, renderWorldCopies: false,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new AttributionControl({ compact: false, customAttribution: ATTRIBUTION }), "bottom-right");
  const ready = map.once("load").then(() => addData(map, asked));
  map.on("moveend", moved);
  return {
    show: (data, breaks) => void ready.then(() => fill(map, data, breaks)),
    box: () => map.getBounds().toArray().flat() as Box,
    zoom: () => map.getZoom(),
  };
}

async function addData(map: MapLibre, asked: () => URLSearchParams): Promise<void> {
  map.addSource("cells", { type: "geojson", data: EMPTY });
  map.addSource("points", { type: "geojson", data: EMPTY });
  map.addLayer({ id: "cells", type: "fill", source: "cells", paint: { "fill-color": TONES[2], "fill-opacity": 0.72 } });
  map.addLayer({ id: "cell-lines", type: "line", source: "cells", paint: { "line-color": "#ffffff", "line-width": 0.75 } });
  addOutlines(map);
  map.addLayer({
    id: "points", type: "circle", source: "points",
    paint: { "circle-radius": 6, "circle-color": "#d54309", "circle-stroke-color": "#ffffff", "circle-stroke-width": 1.5 },
  });
  for (const layer of ["cells", "points", ...OUTLINE_LAYERS]) {
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }
  map.on("click", (event) => {
    const { x, y } = event.point;
    const around: [[number, number], [number, number]] = [[x - TOUCH, y - TOUCH], [x + TOUCH, y + TOUCH]];
    const dots = map.queryRenderedFeatures(around, { layers: ["points"] });
    const points = dots.length ? dots : map.queryRenderedFeatures(around, { layers: OUTLINE_LAYERS });
    const cells = points.length ? [] : map.queryRenderedFeatures(event.point, { layers: ["cells"] });
    const said = points.length ? sayPoints(points.map((p) => p.properties as Point)) : cells[0] && sayCell(cells[0].properties, asked());
    if (said) new Popup({ maxWidth: "20rem", focusAfterOpen: true }).setLngLat(event.lngLat).setDOMContent(said).addTo(map);
  });
  await drawBaseMap(map, "cells");
}

function fill(map: MapLibre, data: MapData, breaks: number[]): void {
  map.getSource<GeoJSONSource>("cells")?.setData(asPolygons(data.points.length ? [] : data.cells));
  map.getSource<GeoJSONSource>("points")?.setData(asPoints(data.points));
  fillOutlines(map, data.points.flatMap(({ outline, ...said }) => (outline ? asFeatures(outline, said) : [])));
  const steps = breaks.slice(1).flatMap((from, i) => [from, TONES[i + 1] ?? TONES[4]]);
  map.setPaintProperty("cells", "fill-color", steps.length ? (["step", ["get", "count"], TONES[0], ...steps] as ExpressionSpecification) : TONES[0]);
}

function asPolygons(cells: Cell[]): FeatureCollection {
  const features = cells.map((cell) => ({
    type: "Feature" as const,
    properties: { count: cell.count, box: boxOf(cell.outline).join(",") },
    geometry: { type: "Polygon" as const, coordinates: [[...cell.outline, ...cell.outline.slice(0, 1)]] },
  }));
  return { type: "FeatureCollection", features };
}

function asPoints(points: Point[]): FeatureCollection {
  const features = points.map(({ outline: _, ...said }) => ({
    type: "Feature" as const,
    properties: said,
    geometry: { type: "Point" as const, coordinates: [said.longitude, said.latitude] },
  }));
  return { type: "FeatureCollection", features };
}

function sayPoints(points: Point[]): HTMLElement {
  const box = document.createElement("div");
  box.className = "t-pop";
  const list = document.createElement("ul");
  for (const point of new Map(points.map((p) => [p.uid, p])).values()) {
    const item = document.createElement("li");
    const under = document.createElement("span");
    under.textContent = `${point.kind} · ${moment(point.event_time ?? null)}`;
    item.append(anchor(`/records/${point.uid}`, point.headline), under);
    list.append(item);
  }
  box.append(list);
  return box;
}

function sayCell(cell: Record<string, unknown>, asked: URLSearchParams): HTMLElement {
  const box = document.createElement("div");
  box.className = "t-pop";
  const many = document.createElement("strong");
  many.textContent = `${count(Number(cell["count"]))} records around here`;
  const line = document.createElement("div");
  line.append(anchor(searchLink(asked, String(cell["box"]).split(",").map(Number) as Box), "List them"));
  box.append(many, line);
  return box;
}

export function anchor(href: string, text: string): HTMLAnchorElement {
  const link = document.createElement("a");
  link.href = href;
  link.textContent = text;
  return link;
}
