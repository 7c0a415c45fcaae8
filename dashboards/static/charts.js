// The two chart shapes: a table with a dot and a range drawn in each row, and a line over time.
"use strict";

const TOP = 10;
const FEW_MORE = 2; // rows that are shown at once, lest a button hide one
const KIND_OF = {common_cause: "common", inconsistent: "common", consistent_pass: "improvement", consistent_fail: "concern"};
const LETTERS = {high: "H", low: "L", cause: "~", pass: "P", fail: "F", inconsistent: "?"};

function icon(name) {
  if (!name) return "";
  const parts = name.split("_");
  const kind = KIND_OF[name] ?? parts[0];
  return element("span", {class: "signal"},
    element("span", {class: `icon ${kind}`, "aria-hidden": true}, LETTERS[parts.at(-1)]), SETTINGS.icons[name]);
}

// Rows: {label, under, figure}. `range` names what the bar shows; only figures of `unit` are drawn, where it is named.
function rowsChart(rows, {range = "interval", unit = null, caption}) {
  const isDrawn = (figure) => !unit || figure.metric.unit === unit;
  const scale = scaleOf(rows.map((row) => row.figure).filter(isDrawn), range);
  const columns = [["Value", valueText], ...detailsOf(range).filter(([, read]) => rows.some((row) => read(row.figure)))];
  const lines = rows.map((row) => chartRow(row, columns, dot(row.figure, range, isDrawn(row.figure) ? scale : null)));
  const heads = [element("span", {class: "visually-hidden"}, "What"), scale ? axis(scale) : "", ...columns.map(([name]) => name)];
  return drawnTable(caption, heads, lines);
}

// A table with a drawing in its second column and numbers to the right of it.
function drawnTable(caption, heads, rows) {
  const kinds = ["", "drawing"];
  const body = element("tbody", {}, rows);
  return [element("table", {class: "rows"}, element("caption", {class: "visually-hidden"}, caption),
    element("thead", {}, element("tr", {}, heads.map((head, place) =>
      element("th", {scope: "col", class: kinds[place] ?? "number"}, head)))),
    body), showAll(body)];
}

function chartRow({label, under, figure}, columns, drawing) {
  return element("tr", {},
    element("th", {scope: "row"}, label, under ? element("span", {class: "under"}, under) : ""),
    element("td", {class: "drawing"}, drawing),
    columns.map(([name, read], place) => numberCell(place ? name : "", read(figure))));
}

function numberCell(name, text) {
  const kind = name ? "number" : "number value";
  return element("td", {class: text ? kind : `${kind} empty`, "data-name": name || null}, text);
}

// Hides what goes past the first rows, and gives the button that shows it; "" where that is too little to hide.
function showAll(body) {
  const more = [...body.rows].slice(TOP);
  if (more.length <= FEW_MORE) return "";
  const button = element("button", {type: "button", class: "show-all", onclick: () => set(more[0].hidden)});
  const set = (isOpen) => {
    more.forEach((row) => { row.hidden = !isOpen; });
    button.setAttribute("aria-expanded", String(isOpen));
    button.textContent = isOpen ? `Show the first ${TOP}` : `Show all ${body.rows.length}`;
  };
  set(false);
  return button;
}

// From where to where the axis runs: the unit's own ends, or from 0 to a round number past the figures.
function scaleOf(figures, range) {
  const shown = figures.filter((figure) => figure.value !== null);
  if (!shown.length || new Set(figures.map(unitOf)).size > 1) return null;
  const ends = endsOf(unitOf(shown[0]));
  if (ends) return ends;
  const all = shown.flatMap((f) => (range === "quartiles" ? [f.value, f.q1, f.q3] : [f.value, f.target, f.interval_low, f.interval_high]));
  const numbers = all.filter((one) => one !== null);
  return {low: Math.min(0, -roundUp(-Math.min(...numbers))), high: roundUp(Math.max(...numbers))};
}

// The lowest and highest that a unit such as "score 1-10" names; null where it names none.
function endsOf(unit) {
  const ends = /(\d+)-(\d+)/.exec(unit);
  return ends && {low: Number(ends[1]), high: Number(ends[2])};
}

function roundUp(value) {
  if (value <= 0) return 0;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 6, 8, 10].find((step) => step * power >= value - 1e-9) * power;
}

function axis({low, high}) {
  const print = (mark) => Number(mark.toFixed(2)).toLocaleString("en-GB").replace("-", MINUS);
  const marks = [low, (low + high) / 2, high];
  return element("span", {class: "axis"}, marks.map((mark) => element("span", {}, print(mark))));
}

function dot(figure, range, scale) {
  if (!scale || figure.value === null) return "";
  const [low, high] = range === "quartiles" ? [figure.q1, figure.q3] : [figure.interval_low, figure.interval_high];
  const place = (value) => `${(100 * (Math.min(Math.max(value, scale.low), scale.high) - scale.low)) / (scale.high - scale.low)}%`;
  const zero = scale.low < 0 ? upright(place(0), 0, 28, "zero") : "";
  const target = figure.target === null ? "" : upright(place(figure.target), 3, 25, "target");
  const bar = low === null || high === null ? "" : drawn("line", {x1: place(low), x2: place(high), y1: 14, y2: 14, class: "bar"});
  const mark = drawn("circle", {cx: place(figure.value), cy: 14, r: 6, class: "dot"});
  return drawn("svg", {class: "row-drawing", width: "100%", height: 28, "aria-hidden": true}, quarters(28), zero, target, bar, mark);
}

function upright(x, top, bottom, kind) {
  return drawn("line", {x1: x, x2: x, y1: top, y2: bottom, class: kind});
}

function quarters(height) {
  return [0, 25, 50, 75, 100].map((part) => upright(`${part}%`, 0, height, "grid"));
}

// A line over time. Points are joined within one series, and never over a withheld figure or from one year's count to
// the next.
const FEW = 6;
const BOX = {width: 320, height: 132, left: 42, right: 310, top: 10, bottom: 100};

function trend(figures) {
  const shown = figures.filter((figure) => figure.value !== null);
  if (shown.length < 2) return quiet(shown.length && `${figures.length > 1 ? "One period alone is shown" : "One period so far"}: no line to draw.`);
  const days = figures.map((figure) => Date.parse(figure.period.period_end));
  const whiskers = shown.length > FEW ? [] : ["interval_low", "interval_high"];
  const names = ["value", "lower_limit", "upper_limit", "target", ...whiskers];
  const heights = shown.flatMap((f) => names.map((name) => f[name])).filter((one) => one !== null);
  const [low, high] = widened(Math.min(...heights), Math.max(...heights));
  const x = (place) => BOX.left + 8 + ((BOX.right - BOX.left - 16) * (days[place] - days[0])) / (days.at(-1) - days[0] || 1);
  const y = (value) => BOX.bottom - 8 - ((BOX.bottom - BOX.top - 16) * (value - low)) / (high - low);
  const {decimals} = figures[0].metric;
  return drawn("svg", {class: "trend", viewBox: `0 0 ${BOX.width} ${BOX.height}`, role: "img", "aria-label": trendWords(figures)},
    levelLine(y(low), number(low, decimals)), levelLine(y(high), number(high, decimals)),
    limitLines(figures, x, y), targetLines(figures, x, y),
    stretches(figures).map((part) => joined(figures, part, "value", "line", x, y)),
    whiskers.length ? shown.map((figure) => whisker(x(figures.indexOf(figure)), figure, y)) : "",
    figures.map((figure, place) => (figure.value === null ? missing(x(place), figure) : point(x(place), y(figure.value), figure))),
    timeLabels(figures));
}

// An axis that spans a tenth of the figures at least, lest a small step fill the chart.
function widened(low, high) {
  const lacking = Math.max(0, 0.1 * Math.max(Math.abs(low), Math.abs(high)) - (high - low));
  if (high === 0 && low === 0) return [0, 1];
  const least = Math.max(low - lacking / 2, low < 0 ? -Infinity : 0);
  return [least, high + lacking / 2];
}

function trendWords(figures) {
  const shown = figures.filter((figure) => figure.value !== null);
  const hidden = figures.length - shown.length;
  const [first, last] = [shown[0], shown.at(-1)].map((figure) => `${valueText(figure)} (${figure.period.period_label})`);
  const lacking = hidden ? `, ${hidden} withheld or not available` : "";
  return `Line over time, ${title(figures[0])}: from ${first} to ${last}, ${shown.length} figures${lacking}. The table below has each.`;
}

function stretches(figures) {
  return runs(figures, "value", (one, other) => other === one + 1 && isOneSeries(figures[one], figures[other]))
    .filter((part) => part.length > 1);
}

// The places of the figures that have `name`, parted wherever two in sequence do not belong together.
function runs(figures, name, isJoined) {
  const parts = [];
  figures.forEach((figure, place) => {
    if (figure[name] === null) return;
    const last = parts.at(-1);
    if (last && isJoined(last.at(-1), place)) last.push(place);
    else parts.push([place]);
  });
  return parts;
}

function levelLine(height, text) {
  return [drawn("line", {x1: BOX.left, x2: BOX.right, y1: height, y2: height, class: "grid"}),
    drawn("text", {x: BOX.left - 5, y: height + 4, class: "tick end"}, text)];
}

function limitLines(figures, x, y) {
  return [["mean", "mean"], ["lower_limit", "limit"], ["upper_limit", "limit"]].flatMap(([name, kind]) =>
    levels(figures, name).map((part) => joined(figures, part, name, kind, x, y)));
}

function joined(figures, places, name, kind, x, y) {
  const points = places.map((place) => `${x(place)},${y(figures[place][name])}`);
  return drawn("polyline", {class: kind, points: points.join(" ")});
}

// Stretches over which a mean or limit stays the same: it is worked out anew after a break.
function levels(figures, name) {
  const isSame = (one, other, column) => figures[one][column] === figures[other][column];
  return runs(figures, name, (one, other) => isSame(one, other, name) && isSame(one, other, "series"));
}

// The target of each period: it may change on the way.
function targetLines(figures, x, y) {
  return levels(figures, "target").map((part) => {
    const height = y(figures[part[0]].target);
    return drawn("line", {x1: x(part[0]) - 4, x2: x(part.at(-1)) + 4, y1: height, y2: height, class: "target"});
  });
}

// Where there are few points, what chance alone may do is drawn: two points always look like a trend.
function whisker(x, figure, y) {
  const [low, high] = [figure.interval_low, figure.interval_high];
  return low === null || high === null ? "" : drawn("line", {x1: x, x2: x, y1: y(low), y2: y(high), class: "interval"});
}

function missing(x, figure) {
  return drawn("text", {x, y: BOX.bottom + 6, class: "tick middle"}, figure.status_shorthand || "[x]");
}

// Shape beside colour: a square improves, a diamond concerns, a triangle is unusual, a circle is neither.
function point(x, y, figure) {
  const kind = figure.point_type ?? "";
  if (kind.includes("improvement")) return drawn("rect", {class: "better", x: x - 4.5, y: y - 4.5, width: 9, height: 9});
  if (kind.includes("concern")) return drawn("path", {class: "worse", d: `M${x} ${y - 6}l6 6l-6 6l-6 -6z`});
  if (kind.includes("neutral")) return drawn("path", {class: "other", d: `M${x} ${y - 6}l6 10h-12z`});
  return drawn("circle", {class: figure.mean === null ? "plain" : "usual", cx: x, cy: y, r: 4});
}

function timeLabels(figures) {
  const month = (figure) => monthName(figure.period.period_end);
  return [drawn("text", {x: BOX.left, y: BOX.height - 8, class: "tick"}, month(figures[0])),
    drawn("text", {x: BOX.right, y: BOX.height - 8, class: "tick end"}, month(figures.at(-1)))];
}
