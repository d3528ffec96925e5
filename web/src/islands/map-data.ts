import type { Geometry } from "geojson";

/** What GET /map/data answers; see MapView on the server. */
export interface MapData {
  cells: Cell[];
  points: Point[];
  timeline: [number, number][];
  step: number;
  total: number;
  capped: boolean;
  banner?: string;
}

export interface Cell {
  cell: string;
  count: number;
  outline: [number, number][];
}

export interface Point {
  uid: string;
  kind: string;
  headline: string;
  latitude: number;
  longitude: number;
  event_time: number | null;
  /** Its line or area; null for a point, and for what is smaller than a pixel. */
  outline: Geometry | null;
  /** What it is drawn as, in a word. */
  shape: string;
}

/** West, south, east, north in degrees. */
export type Box = [number, number, number, number];

export async function fetchMapData(params: URLSearchParams, signal: AbortSignal): Promise<MapData> {
  const answer = await fetch(`/map/data?${params}`, { signal, headers: { Accept: "application/json" } });
  if (answer.redirected || answer.status === 401) throw new Error("Your session has ended. Sign in again.");
  if (!answer.ok) throw new Error(await reason(answer));
  return (await answer.json()) as MapData;
}

async function reason(answer: Response): Promise<string> {
  try {
    const problem = (await answer.json()) as { detail?: string; title?: string };
    return problem.detail ?? problem.title ?? `The center answered ${answer.status}.`;
  } catch {
    return `The center answered ${answer.status}.`;
  }
}

export function readBox(text: string | null | undefined): Box | undefined {
  const numbers = (text ?? "").split(",").map(Number);
  return numbers.length === 4 && numbers.every(Number.isFinite) ? (numbers as Box) : undefined;
}

export function writeBox([west, south, east, north]: Box): string {
  const clamped = [Math.max(west, -180), Math.max(south, -90), Math.min(east, 180), Math.min(north, 90)];
  return clamped.map((degrees) => degrees.toFixed(4)).join(",");
}

export function boxOf(outline: [number, number][]): Box {
  const longitudes = outline.map(([longitude]) => longitude);
  const latitudes = outline.map(([, latitude]) => latitude);
  return [Math.min(...longitudes), Math.min(...latitudes), Math.max(...longitudes), Math.max(...latitudes)];
}

export function middleOf([west, south, east, north]: Box): [number, number] {
  return [(west + east) / 2, (south + north) / 2];
}

export const count = (value: number): string => value.toLocaleString("en-US");

export function moment(millis: number | null): string {
  return millis === null ? "—" : `${new Date(millis).toISOString().slice(0, 16).replace("T", " ")}Z`;
}

export function searchLink(params: URLSearchParams, box: Box): string {
  const asked = new URLSearchParams(params);
  asked.delete("zoom");
  asked.set("bbox", writeBox(box));
  return `/search?${asked}`;
}
