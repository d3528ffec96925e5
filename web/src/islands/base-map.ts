import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from "geojson";
import type { Map as MapLibre, StyleSpecification } from "maplibre-gl";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import countiesUrl from "us-atlas/counties-10m.json?url";
import worldUrl from "world-atlas/countries-50m.json?url";

type Named = GeometryCollection<{ name: string }>;
type Counties = Topology<{ counties: Named; states: Named }>;
type World = Topology<{ countries: Named }>;
type Area = Feature<Polygon | MultiPolygon, { name: string }>;

export const ATTRIBUTION = "Base map: U.S. Census Bureau, Natural Earth";
const FONT = ["Public Sans Web"];
const HALO = { "text-halo-color": "#f7f7f4", "text-halo-width": 1.25 };

/** Water only, so that something is there at once; `drawBaseMap` adds land and borders. No tile or glyph server. */
export const EMPTY_STYLE: StyleSpecification = {
  version: 8,
  sources: {},
  layers: [{ id: "water", type: "background", paint: { "background-color": "#dbe6ee" } }],
};

/** Add countries, states and counties, which come with the program, below the layer `before`. */
export async function drawBaseMap(map: MapLibre, before: string): Promise<void> {
  const [world, us] = await Promise.all([load<World>(worldUrl), load<Counties>(countiesUrl), document.fonts.load(`12px "${FONT[0]}"`)]);
  const states = feature(us, us.objects.states) as FeatureCollection<Polygon | MultiPolygon, { name: string }>;
  const counties = feature(us, us.objects.counties) as FeatureCollection<Polygon | MultiPolygon, { name: string }>;
  const borders = (data: Parameters<typeof map.addSource>[1]) => data;
  map.addSource("land", borders({ type: "geojson", data: feature(world, world.objects.countries) as FeatureCollection }));
  map.addSource("states", borders({ type: "geojson", data: states }));
  map.addSource("county-lines", borders({ type: "geojson", data: mesh(us, us.objects.counties, (a, b) => a !== b) }));
  map.addSource("state-names", borders({ type: "geojson", data: names(states.features as Area[]) }));
  map.addSource("county-names", borders({ type: "geojson", data: names(counties.features as Area[]) }));
  map.addLayer({ id: "land", type: "fill", source: "land", paint: { "fill-color": "#f1f1ec" } }, before);
  map.addLayer({ id: "borders", type: "line", source: "land", paint: { "line-color": "#b4b8b4", "line-width": 0.75 } }, before);
  map.addLayer({ id: "states", type: "fill", source: "states", paint: { "fill-color": "#f7f7f4" } }, before);
  map.addLayer({ id: "county-lines", type: "line", source: "county-lines", minzoom: 5, paint: { "line-color": "#c9ccc8", "line-width": 0.75 } }, before);
  map.addLayer({ id: "state-lines", type: "line", source: "states", paint: { "line-color": "#8b918b", "line-width": 1.1 } }, before);
  map.addLayer({
    id: "county-names", type: "symbol", source: "county-names", minzoom: 7,
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 12 }, paint: { ...HALO, "text-color": "#5c635c" },
  });
  map.addLayer({
    id: "state-names", type: "symbol", source: "state-names", minzoom: 3.5, maxzoom: 7.5,
    layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 13 }, paint: { ...HALO, "text-color": "#3d443d" },
  });
}

async function load<T>(address: string): Promise<T> {
  return (await (await fetch(address)).json()) as T;
}

/** One point for each name, in the middle of its largest part: a polygon's own label would repeat in every tile. */
function names(areas: Area[]): FeatureCollection {
  const features = areas.map((area): Feature => ({
    type: "Feature",
    properties: { name: area.properties.name },
    geometry: { type: "Point", coordinates: middle(largest(area.geometry)) },
  }));
  return { type: "FeatureCollection", features };
}

function largest(shape: Polygon | MultiPolygon): Position[] {
  const rings = shape.type === "Polygon" ? [shape.coordinates[0] ?? []] : shape.coordinates.map((part) => part[0] ?? []);
  return rings.reduce((best, ring) => (Math.abs(twiceArea(ring)) > Math.abs(twiceArea(best)) ? ring : best), []);
}

function twiceArea(ring: Position[]): number {
  return ring.reduce((sum, at, i) => sum + cross(at, ring[(i + 1) % ring.length] ?? at), 0);
}

function middle(ring: Position[]): Position {
  const area = twiceArea(ring) * 3;
  if (!area) return ring[0] ?? [0, 0];
  const sum = ring.reduce<[number, number]>(
    ([x, y], at, i) => {
      const next = ring[(i + 1) % ring.length] ?? at;
      const weight = cross(at, next);
      return [x + ((at[0] ?? 0) + (next[0] ?? 0)) * weight, y + ((at[1] ?? 0) + (next[1] ?? 0)) * weight];
    },
    [0, 0],
  );
  return [sum[0] / area, sum[1] / area];
}

function cross(a: Position, b: Position): number {
  return (a[0] ?? 0) * (b[1] ?? 0) - (b[0] ?? 0) * (a[1] ?? 0);
}
