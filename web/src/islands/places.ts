import type { FeatureCollection, Geometry } from "geojson";
import { AttributionControl, LngLatBounds, type LngLatLike, Map as MapLibre, Marker, NavigationControl, Popup, setWorkerUrl } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { ATTRIBUTION, drawBaseMap, EMPTY_STYLE } from "./base-map";
import { addOutlines, asFeatures, cornersOf, fillOutlines } from "./outlines";

const NONE: FeatureCollection = { type: "FeatureCollection", features: [] };

/**
 * A small map of the places that stand in the list below it; each `[data-at]` of the list is "latitude,longitude", and its
 * `data-outline` a geometry of GeoJSON.
 */
export function mountPlaces(canvas: HTMLElement): void {
  const listed = [...document.querySelectorAll<HTMLElement>("[data-at]")].map((one) => ({ at: read(one), outline: outlineOf(one), words: one.textContent ?? "" }));
  const places = listed.filter((one): one is { at: [number, number]; outline: Geometry | undefined; words: string } => one.at !== undefined);
  if (!places.length || !document.createElement("canvas").getContext("webgl2")) return;
  canvas.hidden = false;
  setWorkerUrl(new URL(workerUrl, location.href).href);
  const every = places.flatMap((place) => [place.at, ...(place.outline ? cornersOf(place.outline) : [])]);
  const bounds = every.reduce((box, at) => box.extend(at as LngLatLike), new LngLatBounds());
  const map = new MapLibre({
    container: canvas, style: EMPTY_STYLE, bounds, fitBoundsOptions: { padding: 40, maxZoom: places.some((place) => place.outline) ? 14 : 10 }, attributionControl: false, dragRotate: false, pitchWithRotate: false,
    maxZoom: 14, minZoom: 2, renderWorldCopies: false, scrollZoom: false,
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new AttributionControl({ compact: true, customAttribution: ATTRIBUTION }), "bottom-right");
  void map.once("load").then(async () => {
    map.addSource("top", { type: "geojson", data: NONE });
    map.addLayer({ id: "top", type: "line", source: "top" });
    addOutlines(map);
    fillOutlines(map, places.flatMap((place) => (place.outline ? asFeatures(place.outline, {}) : [])));
    await drawBaseMap(map, "top");
  });
  for (const place of places) {
    const words = document.createElement("p");
    words.textContent = place.words.replace(/\s+/g, " ").trim();
    new Marker({ color: "#005ea2", scale: 0.7 }).setLngLat(place.at).setPopup(new Popup({ maxWidth: "16rem" }).setDOMContent(words)).addTo(map);
  }
}

function read(element: HTMLElement): [number, number] | undefined {
  const [latitude, longitude] = (element.dataset["at"] ?? "").split(",").map(Number);
  return latitude !== undefined && longitude !== undefined && Number.isFinite(latitude) && Number.isFinite(longitude) ? [longitude, latitude] : undefined;
}

function outlineOf(element: HTMLElement): Geometry | undefined {
  const text = element.dataset["outline"];
  return text ? (JSON.parse(text) as Geometry) : undefined;
}
