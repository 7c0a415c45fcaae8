// The parts of a view that views.toml declares: rows of items, categories, metrics or organisations, and lines over time.
"use strict";

const ALL = "all|all";
const ROWS = {items: itemRows, categories: categoryRows, metrics: metricRows, organisations: organisationRows};
const OWN = {
  cards: overviewCards, comparison: comparisonCard, representation: representationCard, outcomes: outcomeCard,
  site_types: siteTypeCard, sent: sentCard, counts: countsCard, times: timesSection,
};
const OWN_RATE = ["all", "staff_group", "staff_group_wide"]; // breakdowns of which each group's own response rate is known

// One part of a view, or "" where the choice has no figures. `state` is what the reader has chosen.
function section(release, state, spec, place) {
  if (OWN[spec.rows]) return OWN[spec.rows](release, state, spec, place);
  const {rows, controls = [], beside = ""} = ROWS[spec.rows](release, state, spec, place);
  if (!rows.length) return "";
  const figures = rows.map((row) => row.figure);
  const unit = spec.rows === "metrics" ? "%" : null;
  const chart = rowsChart(rows, {range: spec.range, unit, caption: `${spec.title}: ${about(figures)}`});
  return figureCard(spec, about(figures), controls, [chart, beside], figures);
}

function figureCard(spec, subtitle, controls, chart, figures) {
  return card(spec, [quiet(subtitle), controls.length ? element("div", {class: "controls"}, controls) : "",
    chart, legend(figures, spec), statusNotes(figures)], figures, figures.map((figure) => figure.metric), CSV);
}

// A part with its title and warning; its rows download with `columns`, by default their own.
function card(spec, content, rows, metrics = [], columns = columnsOf(...Object.keys(rows[0]))) {
  return element("section", {class: "card"}, element("h3", {}, spec.title),
    spec.note ? element("p", {class: "warning"}, spec.note) : "", content,
    element("div", {class: "actions"}, csvButton(spec.title, rows, columns), metrics.length ? definitions(metrics) : ""));
}

// The period, people and unit of figures where all share them.
function about(figures) {
  const shared = (read) => { const all = [...new Set(figures.map(read))]; return all.length === 1 ? all[0] : ""; };
  const people = shared((f) => f.category_key) === ALL ? "all people" : shared((f) => f.category.category_label);
  const direction = shared((f) => f.metric.direction_label);
  const period = capital(shared((f) => f.period.period_label)) || "Each of its own last period";
  return [period, people, shared(unitOf), direction].filter(Boolean).join(" · ");
}

function legend(figures, {range, rows}) {
  const has = (name) => figures.some((figure) => figure[name] !== null);
  const words = [rows === "times" ? "" : "Dot: the figure."];
  if (range === "quartiles" && has("q1")) words.push("Bar: from the lower to the upper quartile, which holds the middle half.");
  if (range !== "quartiles" && has("interval_low") && rows !== "times") words.push("Bar: 95% interval.");
  if (has("target")) words.push("Dotted pink line: target.");
  if (figures.some((f) => rateText(f) && !OWN_RATE.includes(f.category.breakdown))) {
    words.push("Response rate: of all who were asked, not of each group.");
  }
  return element("p", {class: "quiet legend"}, words.join(" "));
}

function itemRows(release, state, spec, place) {
  const figures = spec.metrics.flatMap((metric) => release.last({...state.query, metric}));
  const levelOf = (figure) => capital(release.theme(figure)?.level_code ?? "");
  const groupOf = (figure) => (spec.pick === "domain" ? figure.item.domain_label : levelOf(figure)) || "Other";
  const groups = spec.pick ? [...new Set(figures.map(groupOf))] : [];
  const chosen = spec.pick === "domain" ? state.pick(place, groups) : state.pick(place, ["", ...groups]);
  const kept = chosen ? figures.filter((figure) => groupOf(figure) === chosen) : figures;
  const options = groups.map((group) => ({value: group, label: group}));
  if (spec.pick === "level") options.unshift({value: "", label: "All levels"});
  const controls = groups.length > 1 ? [picker(state, `pick${place}`, capital(spec.pick), options, chosen)] : [];
  return {rows: sorted(kept, spec.sort).map((figure) => itemRow(release, figure)), controls};
}

// A choice that the address holds under the name of its own.
function picker(state, name, label, options, chosen) {
  return select(name, label, options, chosen, (value) => state.choose({[name]: value}));
}

function itemRow(release, figure) {
  const theme = release.theme(figure);
  const under = theme?.subtheme_label && theme.level_code ? `${theme.subtheme_label} · ${theme.level_code}` : "";
  const label = figure.item.item_label.replace(/^(Barrier|Motivator): /, "") || figure.metric.metric_title;
  return {label: capital(label), under, figure};
}

function sorted(figures, sort) {
  const place = (figure) => figure.value ?? (sort === "value" ? -Infinity : Infinity);
  if (sort === "value") return [...figures].sort((one, other) => place(other) - place(one));
  if (sort === "lowest") return [...figures].sort((one, other) => place(one) - place(other));
  const isLong = figures.length > TOP; // what is shown stands first, lest it be out of sight
  return [...figures].sort((one, other) => isLong * withheldLast(one, other) || one.item.item_order - other.item.item_order);
}

function withheldLast(one, other) {
  return (one.value === null) - (other.value === null);
}

function categoryRows(release, state, spec, place) {
  const item = itemPick(release, state, spec, place);
  const figures = item.chosen ? release.last({...state.query, category: null, ...item.chosen}) : [];
  const shown = figures.filter((figure) => figure.value !== null);
  const breakdowns = spec.breakdowns.filter((one) => shown.some((figure) => figure.category.breakdown === one));
  const chosen = state.group(place, breakdowns);
  const rows = figures.filter((figure) => figure.category_key === ALL || figure.category.breakdown === chosen)
    .sort((one, other) => (one.category_key !== ALL) - (other.category_key !== ALL) || withheldLast(one, other)
      || one.category.category_order - other.category.category_order)
    .map((figure) => ({label: figure.category_key === ALL ? "All" : figure.category.category_label, figure}));
  const label = (one) => figures.find((figure) => figure.category.breakdown === one).category.breakdown_label;
  const options = breakdowns.map((one) => ({value: one, label: label(one)}));
  const groups = options.length ? [picker(state, `group${place}`, "Broken down by", options, chosen)] : [];
  return {rows: breakdowns.length ? rows : [], controls: [...item.controls, ...groups]};
}

// The metric and item to show, and a choice of them where there are several.
function itemPick(release, state, spec, place, organisations = [state.query.organisation]) {
  const last = (metric, organisation) => release.last({...state.query, category: ALL, metric, organisation});
  const figures = spec.metrics.flatMap((metric) => organisations.flatMap((organisation) => last(metric, organisation)));
  const keys = new Set(figures.map((figure) => figure.item_key));
  const chosen = state.pick(place, [...keys]);
  const options = [...keys].map((key) => ({value: key, label: itemLabel(release, key, spec.metrics.length > 1)}));
  const controls = options.length > 1 ? [picker(state, `pick${place}`, "Figure", options, chosen)] : [];
  return {chosen: chosen ? {metric: release.items.get(chosen).metric_id, item: chosen} : null, controls};
}

function itemLabel(release, key, isWithMetric) {
  const item = release.items.get(key);
  const metric = release.metrics.get(item.metric_id).metric_title;
  if (!item.item_label) return metric;
  return isWithMetric ? `${metric}: ${item.item_label}` : item.item_label;
}

function metricRows(release, state, spec) {
  const figures = spec.metrics.flatMap((metric) => release.last({...state.query, metric}));
  return {rows: figures.map((figure) => ({label: title(figure), under: figure.period.period_label, figure}))};
}

function organisationRows(release, state, spec, place) {
  const codes = [...release.organisations.keys()];
  const item = itemPick(release, state, spec, place, codes);
  const figures = item.chosen ? codes.flatMap((organisation) => release.last({...state.query, ...item.chosen, organisation})) : [];
  const isOwn = (figure) => figure.organisation_code === state.query.organisation;
  const rows = figures.sort((one, other) => isOwn(other) - isOwn(one))
    .map((figure) => ({label: figure.organisation.organisation_name, under: figure.period.period_label, figure}));
  return {rows: rows.length > 1 ? rows : [], controls: item.controls, beside: acrossTable(release, state, item.chosen)};
}

// The figure of all organisations and of each type of them, for the last period there is.
function acrossTable(release, state, chosen) {
  const rows = lastDay(records(release.tables.across).filter((one) => `${one.metric_id}|${one.item_code}` === chosen?.item), state);
  if (!rows.length || state.query.category !== ALL) return "";
  const metric = release.metrics.get(chosen.metric);
  const heads = ["Together", "Period", "Value", "n", "Lowest to highest", "Organisations", "Not shown"];
  return plainTable("The organisations together", heads, rows.map((one) => [one.group_label, one.period_label,
    one.value === null ? "no median of medians" : measure(one.value, metric), countText({...one, metric, people_count: null}),
    rangeText(one.lowest_value, one.highest_value, metric.decimals), number(one.organisation_count, 0),
    number(one.withheld_count + one.not_available_count, 0)]));
}

function timesSection(release, state, spec, place) {
  const item = spec.pick ? itemPick(release, state, spec, place) : null;
  const queries = item ? [item.chosen].filter(Boolean) : spec.metrics.map((metric) => ({metric}));
  const series = queries.flatMap((query) => seriesOf(release.select({...state.query, ...query})));
  const known = series.filter((figures) => figures.filter((figure) => figure.value !== null).length > 1);
  if (!known.length) return "";
  const figures = known.flat();
  const charts = element("div", {class: "tiles"}, known.map((one) => timeCard(one)));
  return figureCard(spec, figures.every((f) => f.category_key === ALL) ? "All people" : figures[0].category.category_label,
    item?.controls ?? [], [charts, trendLegend(figures)], figures);
}

// The figures of each item over time; of a metric that has one for the whole, that alone.
function seriesOf(figures) {
  const byItem = new Map();
  const isWhole = figures.some((figure) => figure.item.item_code === "none");
  for (const figure of figures) {
    if (isWhole && figure.item.item_code !== "none") continue;
    byItem.set(figure.item_key, [...(byItem.get(figure.item_key) ?? []), figure]);
  }
  return [...byItem.values()].map(inOrder);
}

function timeCard(figures) {
  const last = figures.at(-1);
  return element("article", {class: "tile"}, element("h4", {}, title(last)),
    element("p", {class: "sentence"}, sentence(figures)), icon(last.variation_icon), icon(last.assurance_icon),
    trend(figures), trendTable(figures));
}

function trendTable(figures) {
  const details = detailsOf("interval");
  const kept = (f) => (f.status === "not_restated" ? ", as released before" : "");
  const rows = [...figures].reverse().map((f) =>
    [capital(f.period.period_label), valueText(f) + kept(f), ...details.map(([, read]) => read(f))]);
  return element("details", {class: "define"},
    element("summary", {}, "The table", element("span", {class: "visually-hidden"}, `: ${title(figures[0])}`)),
    plainTable(title(figures[0]), ["Period", "Value", ...details.map(([name]) => name)], rows));
}

function trendLegend(figures) {
  const has = (word) => figures.some((figure) => figure.point_type?.includes(word));
  const words = ["Circle: the figure. The axis need not begin at 0."];
  if (figures.some((figure) => figure.interval_low !== null)) words.push("Upright bar: 95% interval.");
  if (figures.some((figure) => figure.mean !== null)) {
    words.push("Grey line: mean; dashed lines: limits within which a steady process stays, provisional where there are fewer than 12 points.");
  }
  if (has("improvement")) words.push("Blue square: unusual, and better.");
  if (has("concern")) words.push("Orange diamond: unusual, and worse.");
  if (figures.some((figure) => figure.is_limit_cut === "true")) {
    words.push("A limit is cut where a figure can be no less or no more.");
  }
  if (has("neutral")) words.push("Purple triangle: unusual, neither.");
  if (figures.some((figure) => figure.value === null)) words.push("[c] withheld, [x] not available: the line stops there.");
  return element("p", {class: "quiet legend"}, words.join(" "));
}
