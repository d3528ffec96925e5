import type { Feature, FeatureCollection, GeoJsonProperties, Geometry } from "geojson";
import type { GeoJSONSource, Map as MapLibre } from "maplibre-gl";

export const OUTLINE_LAYERS = ["outline-areas", "outline-edges", "outline-lines", "outline-dots"];
const SOURCE = "outlines";
const TONE = "#d54309";
const CASING = "#ffffff";
const EMPTY: FeatureCollection = { type: "FeatureCollection", features: [] };

/** Add the layers of lines and areas, below whatever is added afterwards. */
export function addOutlines(map: MapLibre): void {
  map.addSource(SOURCE, { type: "geojson", data: EMPTY });
  map.addLayer({ id: "outline-areas", type: "fill", source: SOURCE, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": TONE, "fill-opacity": 0.16 } });
  map.addLayer({ id: "outline-casing", type: "line", source: SOURCE, layout: { "line-join": "round", "line-cap": "round" }, paint: { "line-color": CASING, "line-width": 4.5, "line-opacity": 0.85 } });
  map.addLayer({ id: "outline-edges", type: "line", source: SOURCE, filter: ["==", ["geometry-type"], "Polygon"], layout: { "line-join": "round" }, paint: { "line-color": TONE, "line-width": 2 } });
  map.addLayer({ id: "outline-lines", type: "line", source: SOURCE, filter: ["==", ["geometry-type"], "LineString"], layout: { "line-join": "round", "line-cap": "round" }, paint: { "line-color": TONE, "line-width": 2.5 } });
  map.addLayer({
    id: "outline-dots", type: "circle", source: SOURCE, filter: ["==", ["geometry-type"], "Point"],
    paint: { "circle-radius": 4, "circle-color": TONE, "circle-stroke-color": CASING, "circle-stroke-width": 1 },
  });
}

/** Draw these lines and areas in the place of those that are there. */
export function fillOutlines(map: MapLibre, features: Feature[]): void {
  map.getSource<GeoJSONSource>(SOURCE)?.setData({ type: "FeatureCollection", features });
}

/** Make features of a geometry; a collection becomes one for each of its parts. */
export function asFeatures(geometry: Geometry, properties: GeoJsonProperties): Feature[] {
  if (geometry.type === "GeometryCollection") return geometry.geometries.flatMap((part) => asFeatures(part, properties));
  return [{ type: "Feature", properties, geometry }];
}

/** Every corner of a geometry, as longitude and latitude. */
export function cornersOf(geometry: Geometry): [number, number][] {
  if (geometry.type === "GeometryCollection") return geometry.geometries.flatMap(cornersOf);
  const flat = geometry.coordinates.flat(Infinity as 1) as unknown as number[];
  return flat.flatMap((longitude, at) => (at % 2 ? [] : [[longitude, flat[at + 1] ?? 0] as [number, number]]));
}
