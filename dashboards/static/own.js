// Parts that one view alone has: the overview's cards, research-active staff, adoption beside outcome and by type of site.
"use strict";

function overviewCards(release, state, spec) {
  const series = [...spec.metrics, ...withTarget(release, state, spec.metrics)]
    .flatMap((metric) => seriesOf(release.select({...state.query, metric}))
      .filter((figures) => figures.at(-1).period_key === release.lastPeriod({...state.query, metric})));
  if (!series.length) return [];
  return [element("div", {class: "tiles", id: "cards"}, series.map(overviewCard)), trendLegend(series.flat()),
    statusNotes(series.map((figures) => figures.at(-1))),
    element("div", {class: "actions"}, csvButton("Overview", series.flat()))];
}

// Metrics beside these for which the organisation has a target.
function withTarget(release, state, metrics) {
  return [...release.metrics.keys()].filter((metric) => !metrics.includes(metric)
    && release.last({...state.query, metric}).some((figure) => figure.target !== null)).sort();
}

function overviewCard(figures) {
  const last = figures.at(-1);
  const target = targetText(last);
  return element("article", {class: "tile card"}, element("h3", {}, title(last)),
    bigValue(last),
    element("p", {class: "sentence"}, sentence(figures)),
    icon(last.variation_icon), icon(last.assurance_icon),
    target ? element("p", {class: "sentence"}, element("strong", {}, `${target}.`)) : "",
    quiet(detailText(last)),
    trend(figures), figures.length > 1 ? trendTable(figures) : "", definitions([last.metric]));
}

const BETWEEN = {low: 0, high: 100};

function comparisonCard(release, state, spec) {
  const key = (one) => [one.metric_id, one.item_code, one.research_active_by].join("|");
  const rows = lastOf(records(release.tables.comparison), state, key)
    .filter((one) => release.metrics.has(one.metric_id));
  if (!rows.length) return [];
  const rank = ({metric_id: metric}) => (spec.metrics.includes(metric) ? spec.metrics.indexOf(metric) : Infinity);
  rows.sort((one, other) => rank(one) - rank(other) || 0); // those not named keep their order
  const heads = ["What", "From 0% or the lowest score to 100% or the highest", "Research-active", "Others", "Difference"];
  const published = rows.filter((one) => one.published_value !== null);
  const reasons = new Set(rows.map((one) => one.published_reason).filter(Boolean));
  return card(spec, [allPeople(state),
    quiet("Blue square: research-active staff. Grey circle: others. Bar: 95% interval. Difference: research-active less others."),
    drawnTable(spec.title, heads, rows.map((one) => comparisonRow(release, one, heads))),
    published.length ? published.map(publishedNote) : [...reasons].map((reason) => quiet(reason)),
    quiet("[c] withheld because the figure or one beside it is of too few people.")],
  rows, rows.map((one) => release.metrics.get(one.metric_id)));
}

function comparisonRow(release, one, heads) {
  const metric = release.metrics.get(one.metric_id);
  const label = release.items.get(`${one.metric_id}|${one.item_code}`)?.item_label;
  const text = (value, count) => (value === null ? "[c] withheld" : [measure(value, metric), under(count && `n ${number(count, 0)}`)]);
  const difference = one.difference === null ? "not worked out" : number(one.difference, metric.decimals);
  return pairRow(heads, label ? `${metric.metric_title}: ${label}` : metric.metric_title,
    `${monthName(one.period_end)}; research-active by ${one.research_active_by.replaceAll("_", " ")}`,
    pairDrawing(endsOf(metric.unit) ?? BETWEEN, [one.active_value, one.active_interval_low, one.active_interval_high],
      [one.other_value, one.other_interval_low, one.other_interval_high]),
    [text(one.active_value, one.active_people_count), text(one.other_value, one.other_people_count),
      [difference, under(rangeText(one.difference_low, one.difference_high, metric.decimals))]]);
}

function under(words) {
  return words ? element("span", {class: "under"}, words) : "";
}

// A row with two marks and what stands in the columns after them.
function pairRow(heads, label, remark, drawing, texts) {
  return element("tr", {}, element("th", {scope: "row"}, label, under(remark)), element("td", {class: "drawing"}, drawing),
    texts.map((text, place) => element("td", {class: "number", "data-name": heads[place + 2].toLowerCase()}, text)));
}

// Two marks, each [value, low, high].
function pairDrawing(scale, active, other) {
  const place = (value) => `${(100 * (value - scale.low)) / (scale.high - scale.low)}%`;
  const bar = ([, low, high], y, kind) =>
    (low === null || high === null ? "" : drawn("line", {x1: place(low), x2: place(high), y1: y, y2: y, class: `bar ${kind}`}));
  const square = () => drawn("rect", {class: "better", x: -5, y: -5, width: 10, height: 10});
  return drawn("svg", {class: "row-drawing", width: "100%", height: 36, "aria-hidden": true}, quarters(36),
    bar(active, 11, ""), bar(other, 26, "plain"),
    active[0] === null ? "" : drawn("svg", {x: place(active[0]), y: 11, class: "mark"}, square()),
    other[0] === null ? "" : drawn("circle", {cx: place(other[0]), cy: 26, r: 5, class: "usual"}));
}

function publishedNote(one) {
  return element("p", {class: "published"}, element("strong", {}, "Beside it, the trust's own NHS Staff Survey result: "),
    `${number(one.published_value, 1)}% of ${number(one.published_denominator ?? 0, 0)} who answered were often or always burnt `
    + `out because of work (published, ${monthName(one.published_period_start)} to ${monthName(one.published_period_end)}). `
    + "Another survey, of other people, with another wording: do not subtract one from the other.");
}

// Each group's share of the research-active beside its share of all; what is withheld has no row.
function representationCard(release, state, spec) {
  const key = (one) => [one.research_active_by, one.breakdown, one.category].join("|");
  const rows = lastOf(records(release.tables.representation), state, key).filter((one) => one.representation_ratio !== null);
  if (!rows.length) return [];
  const heads = ["Group", "0 to 100%", "Of the research-active", "Of all counted", "Ratio"];
  const share = (value, count) => [`${number(value, 1)}%`, under(`n ${number(count, 0)}`)];
  return card(spec, [allPeople(state), quiet("Blue square: of the research-active. Grey circle: of all whom the figure counts. ",
    "Ratio: the first over the second. Groups that are withheld have no row."),
  drawnTable(spec.title, heads, rows.map((one) => pairRow(heads, one.category_label,
    `${one.breakdown_label}, by ${one.research_active_by.replaceAll("_", " ")}, ${one.period_label}`,
    pairDrawing(BETWEEN, [one.active_share_pct, null, null], [one.people_share_pct, null, null]),
    [share(one.active_share_pct, one.active_count), share(one.people_share_pct, one.people_count),
      number(one.representation_ratio, 2)])))], rows);
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

// The rows of the last day up to the chosen one.
function lastDay(rows, state) {
  const known = rows.filter((one) => dayNumber(one.period_end) <= state.query.until);
  const last = known.map((one) => one.period_end).sort().at(-1);
  return known.filter((one) => one.period_end === last);
}

function outcomeCard(release, state, spec) {
  const names = ["site_code", "outcome_metric_id", "outcome_item_code", "outcome_organisation_code", "outcome_period_end", "outcome_breakdown"];
  const rows = lastOf(records(release.tables.adoption), state, (one) => names.map((name) => one[name]).join("|"));
  if (!rows.length) return [];
  const site = (one) => `${release.organisations.get(one.site_code)?.organisation_name ?? one.site_code}: `
    + `${one.in_place_count} of ${one.agreed_count} in place`;
  const isOneSite = rows.every((one) => one.site_code === rows[0].site_code);
  const heads = ["Outcome", ...(isOneSite ? [] : ["Site"]), "Value, 95% interval", "Period of the outcome", "Beside that day", "n"];
  const cells = rows.map((one) => [outcomeName(release, one), ...(isOneSite ? [] : [site(one)]), outcomeText(release, one),
    monthName(one.outcome_period_end), TIMING[one.outcome_timing] ?? one.outcome_timing,
    one.outcome_people_count === null ? "" : number(one.outcome_people_count, 0)]);
  const table = plainTable(spec.title, heads, cells);
  return card(spec, [allPeople(state), quiet(isOneSite && `${site(rows[0])}.`),
    quiet("That day: when an agreed recommendation of the site was first seen in place or partly in place. ",
      "Periods that overlap share people."), table, showAll(table.querySelector("tbody"))], rows);
}

const TIMING = {before: "ended before it", across: "includes it", after: "began on it or later", not_modified: "no such day yet"};

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

// Sites of each type together, over all organisations that send their adoption.
function siteTypeCard(release, state, spec) {
  const found = spec.metrics.map((metric) => records(release.tables.site_type).filter((one) => one.metric_id === metric));
  const rows = found.flatMap((own) => lastDay(own, state));
  if (!rows.length) return [];
  const heads = ["Figure", "Type of site", "Value", "n", "Sites", "Lowest to highest organisation"];
  const cells = rows.map((one) => {
    const metric = release.metrics.get(one.metric_id);
    return [`${one.metric_title}, ${monthName(one.period_end)}`, one.site_type_label,
      one.value === null ? "no median of medians" : measure(one.value, metric), countText({...one, metric, people_count: null}),
      number(one.site_count, 0), rangeText(one.lowest_value, one.highest_value, metric.decimals)];
  });
  return card(spec, [allPeople(state), plainTable(spec.title, heads, cells)], rows);
}

function monthName(day) {
  return new Date(day).toLocaleDateString("en-GB", {month: "short", year: "numeric", timeZone: "UTC"});
}

function dayNumber(day) {
  return Number(day.slice(0, 10).replaceAll("-", ""));
}
