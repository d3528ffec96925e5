import uPlot from "uplot";

const DAY = 86_400_000;
const HEIGHT = 96;

/** A stretch of time as it stands in the address: days, or instants where the steps are shorter than a day. */
export interface Stretch {
  since: string;
  until: string;
}

export interface Timeline {
  show(steps: [number, number][], step: number, chosen: Stretch): void;
}

/** A histogram over time; dragging across it chooses a stretch. The two date fields beside it do the same by keyboard. */
export function drawTimeline(place: HTMLElement, choose: (stretch: Stretch) => void): Timeline {
  let step = DAY;
  let quiet = false;
  const plot = new uPlot(options(place.clientWidth), [[], []], place);
  plot.hooks.setSelect = [
    (u) => {
      if (quiet || u.select.width < 2) return;
      choose(stretchOf(u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x"), step));
    },
  ];
  let chosen: Stretch = { since: "", until: "" };
  const mark = (): void => {
    quiet = true;
    plot.setSelect(selection(plot, chosen), false);
    quiet = false;
  };
  new ResizeObserver(() => {
    plot.setSize({ width: place.clientWidth, height: HEIGHT });
    mark();
  }).observe(place);
  return {
    show(steps, length, stretch) {
      step = length;
      chosen = stretch;
      const { times, counts } = dense(steps, length);
      plot.setData([times, counts], false);
      plot.setScale("x", { min: times[0] ?? 0, max: (times[times.length - 1] ?? 0) + length });
      plot.setScale("y", { min: 0, max: Math.max(1, ...counts) });
      requestAnimationFrame(mark);
    },
  };
}

function options(width: number): uPlot.Options {
  const axis = { font: "12px 'Public Sans Web', sans-serif", stroke: "#565c65", ticks: { show: false }, grid: { stroke: "#eceef0", width: 1 } };
  const bars = uPlot.paths.bars?.({ size: [0.85, 48], align: 1 });
  return {
    width: width || 600,
    height: HEIGHT,
    ms: 1,
    tzDate: (millis) => uPlot.tzDate(new Date(millis), "Etc/UTC"),
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: true, y: false, setScale: false } },
    scales: { x: { time: true, auto: false }, y: { auto: false } },
    axes: [{ ...axis, size: 24, values: (_u, splits, _i, _space, every) => splits.map((at) => written(at, every)) }, { ...axis, size: 44, splits: (u) => [0, u.scales["y"]?.max ?? 1], values: (_u, values) => values.map((v) => v.toLocaleString("en-US")) }],
    series: [{}, { fill: "#73b3e7", width: 0, points: { show: false }, ...(bars && { paths: bars }) }],
  };
}

/** The server leaves empty steps out; the picture needs them. */
function dense(steps: [number, number][], step: number): { times: number[]; counts: number[] } {
  const known = new Map(steps);
  const first = steps[0]?.[0];
  const last = steps[steps.length - 1]?.[0];
  if (first === undefined || last === undefined) return { times: [], counts: [] };
  const times = Array.from({ length: Math.min(Math.round((last - first) / step), 5000) + 1 }, (_, i) => first + i * step);
  return { times, counts: times.map((time) => known.get(time) ?? 0) };
}

function stretchOf(from: number, to: number, step: number): Stretch {
  const since = Math.floor(from / step) * step;
  const until = Math.ceil(to / step) * step;
  if (step >= DAY) return { since: iso(since).slice(0, 10), until: iso(until - 1).slice(0, 10) };
  return { since: `${iso(since).slice(0, 19)}Z`, until: `${iso(until).slice(0, 19)}Z` };
}

function selection(plot: uPlot, { since, until }: Stretch): uPlot.Select {
  const nothing = { left: 0, top: 0, width: 0, height: 0 };
  const { min, max } = plot.scales["x"] ?? {};
  if ((!since && !until) || min == null || max == null) return nothing;
  const from = since ? Date.parse(since) : min;
  const to = until ? Date.parse(until) + (until.length === 10 ? DAY : 0) : max;
  const left = plot.valToPos(Math.min(Math.max(from, min), max), "x");
  const right = plot.valToPos(Math.max(Math.min(to, max), min), "x");
  return { left, width: Math.max(right - left, 0), top: 0, height: plot.over.clientHeight };
}

/** A date as short as the distance between two of them allows. */
function written(millis: number, every: number): string {
  const text = iso(millis);
  if (every >= 27 * DAY) return every >= 360 * DAY ? text.slice(0, 4) : text.slice(0, 7);
  return every >= DAY ? text.slice(5, 10) : `${text.slice(5, 10)} ${text.slice(11, 16)}`;
}

const iso = (millis: number): string => new Date(millis).toISOString();
