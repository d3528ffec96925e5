// Only on pages with a map.
import "maplibre-gl/dist/maplibre-gl.css";
import "uplot/dist/uPlot.min.css";
import { mountMap } from "./islands/map";
import { mountPlaces } from "./islands/places";

document.querySelectorAll<HTMLElement>("[data-map]").forEach(mountMap);
document.querySelectorAll<HTMLElement>("[data-places]").forEach(mountPlaces);
