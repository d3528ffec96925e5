// Only on the map's page.
import "maplibre-gl/dist/maplibre-gl.css";
import "uplot/dist/uPlot.min.css";
import { mountMap } from "./islands/map";

document.querySelectorAll<HTMLElement>("[data-map]").forEach(mountMap);
