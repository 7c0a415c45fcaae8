// Parts that one view alone has: the overview's cards, research-active staff, adoption beside outcome, what was sent.
"use strict";

const FIRST = ["survey_low_burnout_score", "survey_morale_score", "survey_job_satisfaction", "survey_staff_engagement_score",
  "survey_access_to_learning", "survey_research_network", "survey_research_mentor"];

function overviewCards(release, state, spec) {
  const series = spec.metrics.flatMap((metric) => seriesOf(release.select({...state.query, metric}))
    .filter((figures) => figures.at(-1).period_key === release.lastPeriod({...state.query, metric})));
  if (!series.length) return [];
  return [element("div", {class: "tiles", id: "cards"}, series.map(overviewCard)), trendLegend(series.flat()),
    statusNotes(series.map((figures) => figures.at(-1))),
    element("div", {class: "actions"}, csvButton("Overview", series.flat()))];
}

function overviewCard(figures) {
  const last = figures.at(-1);
  const target = targetText(last);
  return element("article", {class: "tile card"}, element("h3", {}, title(last)),
    bigValue(last),
    element("p", {class: "sentence"}, sentence(figures)),
    icon(last.variation_icon), icon(last.assurance_icon),
    target ? element("p", {class: "sentence"}, element("strong", {}, `${target}.`)) : "",
    element("p", {class: "quiet"}, detailText(last)),
    trend(figures), figures.length > 1 ? trendTable(figures) : "", definitions([last.metric]));
}

function comparisonCard(release, state) {
  const key = (one) => [one.metric_id, one.item_code, one.research_active_by].join("|");
  const rows = lastOf(records(release.tables.comparison), state, key)
    .filter((one) => release.metrics.has(one.metric_id));
  if (!rows.length) return [];
  const rank = (one) => (FIRST.includes(one.metric_id) && one.item_code === "none" ? FIRST.indexOf(one.metric_id) : FIRST.length);
  rows.sort((one, other) => rank(one) - rank(other));
  const body = element("tbody", {}, rows.map((one, place) => comparisonRow(release, one, place >= TOP)));
  const heads = ["What", "From 0% or the lowest score to 100% or the highest", "Research-active", "Others", "Difference"];
  const reasons = new Set(rows.filter((one) => one.published_value === null).map((one) => one.published_reason).filter(Boolean));
  return [element("section", {class: "card"}, element("h3", {}, "Research-active staff beside others"),
    allPeople(state),
    element("p", {class: "quiet"}, "Blue square: research-active staff. Grey circle: others. Bar: 95% interval. ",
      "Difference: research-active less others."),
    drawnTable("Research-active staff beside others", heads, body), rows.length > TOP ? showAll(body, rows.length) : "",
    rows.filter((one) => one.published_value !== null).map((one) => publishedNote(one)),
    rows.every((one) => one.published_value === null) ? [...reasons].map((reason) => element("p", {class: "quiet"}, reason)) : "",
    element("p", {class: "quiet"}, "[c] withheld because the figure or one beside it is of too few people."),
    element("div", {class: "actions"}, csvButton("Research-active staff beside others", rows, ownColumns(rows)),
      definitions(rows.map((one) => release.metrics.get(one.metric_id)))))];
}

function comparisonRow(release, one, isHidden) {
  const metric = release.metrics.get(one.metric_id);
  const label = release.items.get(`${one.metric_id}|${one.item_code}`)?.item_label;
  const under = (words) => (words ? element("span", {class: "under"}, words) : "");
  const text = (value, count) => (value === null ? "[c] withheld" : [measure(value, metric), under(count && `n ${number(count, 0)}`)]);
  const difference = one.difference === null ? "not worked out" : number(one.difference, metric.decimals);
  const range = rangeText(one.difference_low, one.difference_high, metric.decimals);
  return element("tr", {hidden: isHidden},
    element("th", {scope: "row"}, label ? `${metric.metric_title}: ${label}` : metric.metric_title,
      under(`${monthName(one.period_end)}; research-active by ${one.research_active_by.replaceAll("_", " ")}`)),
    element("td", {class: "drawing"}, pairDrawing(one, metric)),
    element("td", {class: "number", "data-name": "research-active"}, text(one.active_value, one.active_people_count)),
    element("td", {class: "number", "data-name": "others"}, text(one.other_value, one.other_people_count)),
    element("td", {class: "number", "data-name": "difference"}, difference, under(range)));
}

function pairDrawing(one, metric) {
  const ends = /(\d+)-(\d+)/.exec(metric.unit);
  const scale = ends ? {low: Number(ends[1]), high: Number(ends[2])} : {low: 0, high: 100};
  const place = (value) => `${(100 * (value - scale.low)) / (scale.high - scale.low)}%`;
  const bar = (low, high, y, kind) =>
    (low === null || high === null ? "" : drawn("line", {x1: place(low), x2: place(high), y1: y, y2: y, class: `bar ${kind}`}));
  const square = () => drawn("rect", {class: "point improvement", x: -5, y: -5, width: 10, height: 10});
  return drawn("svg", {class: "row-drawing", width: "100%", height: 36, "aria-hidden": true}, quarters(36),
    bar(one.active_interval_low, one.active_interval_high, 11, ""),
    bar(one.other_interval_low, one.other_interval_high, 26, "plain"),
    one.active_value === null ? "" : drawn("svg", {x: place(one.active_value), y: 11, class: "mark"}, square()),
    one.other_value === null ? "" : drawn("circle", {cx: place(one.other_value), cy: 26, r: 5, class: "point common"}));
}

function publishedNote(one) {
  return element("p", {class: "published"}, element("strong", {}, "Beside it, the trust's own NHS Staff Survey result: "),
    `${number(one.published_value, 1)}% of ${number(one.published_denominator ?? 0, 0)} who answered were often or always burnt `
    + `out because of work (published, ${monthName(one.published_period_start)} to ${monthName(one.published_period_end)}). `
    + "Another survey, of other people, with another wording: do not subtract one from the other.");
}

// What a part that knows no groups of people says where the reader has chosen one.
function allPeople({query}) {
  if (query.category === ALL) return "";
  return element("p", {class: "warning"}, "Of all people: this is not broken down by the people chosen above.");
}

// The rows of the organisation, each of its last period up to the chosen day.
function lastOf(rows, state, key) {
  const last = new Map();
  for (const row of rows) {
    if (row.organisation_code !== state.query.organisation || dayNumber(row.period_end) > state.query.until) continue;
    const former = last.get(key(row));
    if (!former || former.period_end < row.period_end) last.set(key(row), row);
  }
  return [...last.values()];
}

function ownColumns(rows) {
  return Object.fromEntries(Object.keys(rows[0] ?? {}).map((name) => [name, (row) => row[name]]));
}

function outcomeCard(release, state) {
  const names = ["site_code", "outcome_metric_id", "outcome_item_code", "outcome_organisation_code", "outcome_period_end", "outcome_breakdown"];
  const rows = lastOf(records(release.tables.adoption), state, (one) => names.map((name) => one[name]).join("|"));
  if (!rows.length) return [];
  const heads = ["Site", "Recommendations in place", "Outcome", "Period of the outcome", "Beside the change", "Value, 95% interval", "n"];
  const cells = rows.map((one) => [release.organisations.get(one.site_code)?.organisation_name ?? one.site_code,
    `${one.in_place_count} of ${one.agreed_count}`, outcomeName(release, one), monthName(one.outcome_period_end),
    TIMING[one.outcome_timing] ?? one.outcome_timing,
    outcomeText(release, one), one.outcome_people_count === null ? "" : number(one.outcome_people_count, 0)]);
  const table = plainTable("Adoption beside outcome", heads, cells);
  const body = table.querySelector("tbody");
  [...body.rows].slice(TOP).forEach((row) => { row.hidden = true; });
  return [element("section", {class: "card"}, element("h3", {}, "Adoption beside outcome"),
    allPeople(state),
    element("p", {class: "quiet"}, "Before, across or after the day on which the site first modified a recommendation. ",
      "Periods that overlap share people."),
    table, cells.length > TOP ? showAll(body, cells.length) : "",
    element("div", {class: "actions"}, csvButton("Adoption beside outcome", rows, ownColumns(rows))))];
}

const TIMING = {before: "before it", across: "across it", after: "after it"};

function outcomeName(release, one) {
  const label = release.items.get(`${one.outcome_metric_id}|${one.outcome_item_code}`)?.item_label;
  return label ? `${one.title}: ${label}` : one.title;
}

function outcomeText(release, one) {
  if (one.outcome_value === null) return "[c] withheld";
  const metric = release.metrics.get(one.outcome_metric_id);
  const range = rangeText(one.outcome_interval_low, one.outcome_interval_high, metric.decimals);
  return measure(one.outcome_value, metric) + (range ? `, ${range}` : "");
}

function monthName(day) {
  return new Date(day).toLocaleDateString("en-GB", {month: "short", year: "numeric", timeZone: "UTC"});
}

function dayNumber(day) {
  return Number(day.slice(0, 10).replaceAll("-", ""));
}
