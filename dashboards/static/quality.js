// Data quality: what was sent, and how many figures of each metric are shown, withheld and not available.
"use strict";

const KINDS = [["shown", "shown"], ["withheld", "withheld"], ["absent", "not available"]];
const STATES = {loaded: "taken", rejected: "refused"};

function sentCard(release, state, spec) {
  const {organisation, until} = state.query;
  const rows = records(release.tables.sent)
    .filter((one) => one.organisation_code === organisation && dayNumber(one.period_end) <= until);
  if (!rows.length) return "";
  const months = [...new Set(rows.map((one) => one.period_end))].sort().slice(-12);
  const names = [...new Set(rows.map((one) => one.dataset))].sort();
  const cell = (name, month) => rows.filter((one) => one.dataset === name && one.period_end === month)
    .filter((one) => one.state_code !== "superseded").map(sentText).join(" + ") || "–";
  const table = plainTable("What was sent, by last day of the period", ["Dataset", ...months.map(monthName)],
    names.map((name) => [capital(name.replaceAll("_", " ")), ...months.map((month) => cell(name, month))]));
  return card(spec, [allPeople(state),
    quiet(`Rows that were taken, to the nearest 10, in the last ${months.length} periods for which something was sent. `,
      "–: nothing for that month, which may be as agreed."), table], rows);
}

function sentText(one) {
  const state = STATES[one.state_code] ?? one.state_code;
  return state === "taken" && one.row_count !== null ? number(one.row_count, 0) : state;
}

function countsCard(release, state, spec) {
  const rows = [...release.metrics.values()].map((metric) => counted(release, state, metric)).filter((one) => one.total);
  if (!rows.length) return "";
  rows.sort((one, other) => other.withheld / other.total - one.withheld / one.total);
  const lines = rows.map((one) => element("tr", {},
    element("th", {scope: "row"}, one.title), element("td", {class: "drawing"}, shares(one)),
    KINDS.map(([name, words]) => element("td", {class: "number", "data-name": words}, number(one[name], 0)))));
  const heads = ["Metric", "Share", ...KINDS.map(([, words]) => capital(words))];
  const [shown, total] = ["shown", "total"].map((name) => number(rows.reduce((sum, one) => sum + one[name], 0), 0));
  return card(spec, [quiet(`Of this organisation ${shown} of ${total} figures are shown, over all categories and the periods up `,
    "to the chosen one. Blue: shown. Pale grey: withheld. White: not available."), drawnTable(spec.title, heads, lines)], rows);
}

function counted(release, state, metric) {
  const {organisation, until} = state.query;
  const of = {organisation_code: organisation, metric_id: metric.metric_id, title: metric.metric_title};
  const one = {...of, total: 0, shown: 0, withheld: 0, absent: 0};
  for (const row of release.rowsOf({metric: metric.metric_id, organisation, until})) {
    const status = cell(release.figure, "status", row);
    one[status === "suppressed" ? "withheld" : status === "not_available" ? "absent" : "shown"] += 1;
    one.total += 1;
  }
  return one;
}

function shares({shown, withheld, total}) {
  const part = (count) => `${(100 * count) / total}%`;
  return drawn("svg", {class: "row-drawing", width: "100%", height: 20, "aria-hidden": true},
    drawn("rect", {class: "share empty", x: 0, y: 2, width: "100%", height: 16}),
    drawn("rect", {class: "share withheld", x: part(shown), y: 2, width: part(withheld), height: 16}),
    drawn("rect", {class: "share shown", x: 0, y: 2, width: part(shown), height: 16}));
}
