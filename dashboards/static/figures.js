// The release's figures, looked up by metric and organisation; words for a figure.
"use strict";

class Release {
  constructor(tables) {
    this.tables = tables;
    this.figure = tables.figure;
    this.metrics = keyed(tables.metric, "metric_id");
    this.items = keyed(tables.item, "item_key");
    this.categories = keyed(tables.category, "category_key");
    this.periods = keyed(tables.period, "period_key");
    this.organisations = keyed(tables.organisation, "organisation_code");
    this.themes = new Map(records(tables.subtheme).map((one) => [`${one.metric_id}|${one.item_code}`, one]));
    this.ranges = this.findRanges();
  }

  // Figures of a metric and organisation stand together: from which row to which.
  findRanges() {
    const {metric_id: metric, organisation_code: organisation} = this.figure.columns;
    const ranges = new Map();
    for (let row = 0, start = 0; row < this.figure.length; row = start) {
      for (start = row; start < this.figure.length; start++) {
        if (metric.numbers[start] !== metric.numbers[row]) break;
        if (organisation.numbers[start] !== organisation.numbers[row]) break;
      }
      ranges.set(`${cell(this.figure, "metric_id", row)}|${cell(this.figure, "organisation_code", row)}`, [row, start]);
    }
    return ranges;
  }

  // The rows of a metric and organisation up to a day.
  * rowsOf({metric, organisation, until = Infinity}) {
    const [start, end] = this.ranges.get(`${metric}|${organisation}`) ?? [0, 0];
    for (let row = start; row < end; row++) {
      if (this.periodOf(row).period_order <= until) yield row;
    }
  }

  periodOf(row) {
    return this.periods.get(cell(this.figure, "period_key", row));
  }

  // The figures up to a day that are of the category and item, where these are named.
  select({category = null, item = null, ...query}) {
    const found = [];
    for (const row of this.rowsOf(query)) {
      if (category && cell(this.figure, "category_key", row) !== category) continue;
      if (item && cell(this.figure, "item_key", row) !== item) continue;
      found.push(this.at(row));
    }
    return found;
  }

  // Those of the last period of the metric and organisation: what is withheld then has no older figure in its place.
  last(query) {
    const last = this.lastPeriod(query);
    return this.select(query).filter((figure) => figure.period_key === last);
  }

  lastPeriod(query) {
    let best = null;
    for (const row of this.rowsOf(query)) {
      const period = this.periodOf(row);
      if (!best || recency(period) > recency(best)) best = period;
    }
    return best?.period_key ?? null;
  }

  at(row) {
    const figure = record(this.figure, row);
    return {
      ...figure,
      metric: this.metrics.get(figure.metric_id),
      item: this.items.get(figure.item_key),
      category: this.categories.get(figure.category_key),
      period: this.periods.get(figure.period_key),
      organisation: this.organisations.get(figure.organisation_code) ?? {organisation_name: figure.organisation_code},
    };
  }

  theme(figure) {
    return this.themes.get(figure.item_key);
  }
}

function keyed(table, key) {
  return new Map(records(table).map((one) => [one[key], one]));
}

function recency(period) {
  return `${period.period_end} ${period.period_start}`;
}

function inOrder(figures) {
  return [...figures].sort((one, other) => (recency(one.period) < recency(other.period) ? -1 : 1));
}

const MINUS = "\u2212";

// Words: the same as in dashboard.py, which writes the first view.

// A rating's unit is its item's: each tool has a scale of its own.
function unitOf({metric, item}) {
  const scale = / (\d+-\d+)$/.exec(item.item_code);
  return scale ? `${metric.unit} ${scale[1]}` : metric.unit;
}

function number(value, decimals) {
  return value.toLocaleString("en-GB", {minimumFractionDigits: decimals, maximumFractionDigits: decimals}).replace("-", MINUS);
}

function measure(value, {decimals, unit}) {
  const printed = number(value, decimals);
  if (unit === "%") return `${printed}%`;
  return /^(score|rating)/.test(unit) ? `${printed} (${unit})` : `${printed} ${unit}`;
}

function valueText(figure) {
  if (figure.value === null) return figure.status === "not_available" ? "[x] not available" : "[c] withheld";
  return measure(figure.value, {decimals: figure.metric.decimals, unit: unitOf(figure)});
}

function title(figure) {
  const item = figure.item.item_label;
  return item ? `${figure.metric.metric_title}: ${item}` : figure.metric.metric_title;
}

// Figures of one series, and of one year where they count up from April.
function isOneSeries(one, other) {
  const isOneYear = one.period.period_kind !== "year_to_date" || one.period.period_start === other.period.period_start;
  return one.series === other.series && isOneYear;
}

// The last figure before this one that may be laid beside it: not another month of a count that goes up from April,
// not twelve months that overlap, and not one that stands as an earlier release had it, of other people.
function earlier(figures) {
  const last = figures.at(-1);
  const {period_kind: kind, period_start: start, period_end: end} = last.period;
  return figures.slice(0, -1).filter((one) => one.status === "shown" && last.status === "shown" && one.series === last.series
    && (kind !== "year_to_date" || one.period.period_end.slice(5, 7) === end.slice(5, 7))
    && (kind !== "12_months" || one.period.period_end < start)).at(-1);
}

function intervalsOverlap(one, other) {
  return one.interval_low !== null && other.interval_low !== null
    && one.interval_low <= other.interval_high && other.interval_low <= one.interval_high;
}

function sentence(figures) {
  const [figure, former] = [figures.at(-1), earlier(figures)];
  if (figure.value === null) return `${capital(figure.period.period_label)}: ${figure.status_sentence}.`;
  const now = `${valueText(figure)} (${figure.period.period_label})`;
  if (!former || figure.variation_icon) return `${now}.`; // the icon says what the last step cannot
  const before = `${valueText(former)} (${former.period.period_label})`;
  if (figure.value !== former.value && intervalsOverlap(figure, former)) {
    return `${now}. It was ${before}: no clear change, for the intervals overlap.`;
  }
  const way = figure.value > former.value ? "up from" : figure.value < former.value ? "down from" : "the same as";
  return `${now}, ${way} ${before}.`;
}

function targetText(figure) {
  if (figure.target === null) return "";
  const target = `Target ${measure(figure.target, figure.metric)}`;
  return figure.is_target_met === null ? target : `${target}: ${figure.is_target_met === "true" ? "met" : "not met"}`;
}

function countText(figure) {
  const {numerator, denominator, people_count: people} = figure;
  if (figure.metric.statistic === "proportion" && numerator !== null && denominator !== null) {
    return `${number(numerator, 0)} of ${number(denominator, 0)}`;
  }
  return people === null ? "" : number(people, 0);
}

// The share of those asked who answered; beside the response rate itself it would say the same twice.
function rateText({response_rate_pct: rate, metric_id: metric}) {
  return rate === null || metric === "survey_response_rate" ? "" : `${number(rate, 1)}%`;
}

function rangeText(low, high, decimals) {
  return low === null || high === null ? "" : `${number(low, decimals)} to ${number(high, decimals)}`;
}

// What stands beside a value: its name, and how it is read from a figure.
const INTERVAL = "95% interval";
const QUARTILES = "Quartiles";
const DETAILS = [
  ["n", countText],
  [INTERVAL, (f) => rangeText(f.interval_low, f.interval_high, f.metric.decimals)],
  [QUARTILES, (f) => rangeText(f.q1, f.q3, f.metric.decimals)],
  ["Response rate", rateText],
];

// Those of a chart whose bars are quartiles, or else intervals.
function detailsOf(range) {
  return DETAILS.filter(([name]) => name !== (range === "quartiles" ? INTERVAL : QUARTILES));
}

function detailText(figure) {
  return DETAILS.filter(([, read]) => read(figure)).map(([name, read]) => `${name.toLowerCase()} ${read(figure)}`).join("; ");
}

// A value with its unit in smaller letters; a withheld one is smaller as a whole.
function bigValue(figure) {
  if (figure.value === null) return element("p", {class: "figure none"}, valueText(figure));
  const {decimals, unit} = figure.metric;
  return element("p", {class: "figure"}, `${number(figure.value, decimals)} `, element("span", {class: "unit"}, unit));
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
