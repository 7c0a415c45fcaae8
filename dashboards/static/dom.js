// Elements, tables that download, and how a metric is defined.
"use strict";

const SVG = "http://www.w3.org/2000/svg";

function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

function drawn(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== "" && child !== false));
  return made;
}

// A remark in small letters; "" where there is nothing to remark.
function quiet(...text) {
  return text.some(Boolean) ? element("p", {class: "quiet"}, text) : "";
}

function select(id, label, options, chosen, change) {
  const made = element("select", {id, onchange: (event) => change(event.target.value)}, options.map(optionOrGroup));
  made.value = chosen;
  return element("div", {class: "field"}, element("label", {for: id}, label), made);
}

function optionOrGroup(option) {
  if (option.options) return element("optgroup", {label: option.label}, option.options.map(optionOrGroup));
  return element("option", {value: option.value}, option.label);
}

// Columns that are named as what they hold.
function columnsOf(...names) {
  return Object.fromEntries(names.map((name) => [name, (row) => row[name]]));
}

const CSV = {
  ...columnsOf("metric_id"),
  metric: (f) => f.metric.metric_title,
  item: (f) => f.item.item_label,
  ...columnsOf("organisation_code"),
  organisation: (f) => f.organisation.organisation_name,
  period_start: (f) => f.period.period_start,
  period_end: (f) => f.period.period_end,
  period: (f) => f.period.period_label,
  breakdown: (f) => f.category.breakdown_label,
  category: (f) => f.category.category_label,
  ...columnsOf("value"),
  unit: (f) => f.metric.unit,
  ...columnsOf("numerator", "denominator", "people_count", "q1", "q3", "interval_low", "interval_high", "interval_method",
    "response_rate_pct", "target", "status", "status_sentence"),
};

// The file is named by organisation, part and last day.
function csvButton(name, rows, columns = CSV) {
  const days = rows.map((row) => row.period_end ?? row.period?.period_end ?? "").sort();
  const file = [rows[0].organisation_code, name, days.at(-1)].filter(Boolean).join(" ");
  const press = () => download(`${file}.csv`, csv(rows, columns));
  return element("button", {type: "button", class: "quiet-button", onclick: press}, "Download CSV",
    element("span", {class: "visually-hidden"}, `: ${name}`));
}

// With the mark of UTF-8, as spreadsheets want it; a cell that a spreadsheet would run is written as text.
function csv(rows, columns) {
  const lines = [Object.keys(columns), ...rows.map((row) => Object.values(columns).map((read) => read(row)))];
  return `\ufeff${lines.map((line) => line.map(csvCell).join(",")).join("\r\n")}\r\n`;
}

function csvCell(value) {
  if (value === null || value === undefined) return "";
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function download(name, text) {
  const address = URL.createObjectURL(new Blob([text], {type: "text/csv"}));
  element("a", {href: address, download: name.replace(/[^\w .-]/g, "")}).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

function definitions(metrics) {
  const all = [...new Set(metrics)];
  const words = all.length > 1 ? "How these figures are defined" : "How this is defined";
  return element("details", {class: "define"},
    element("summary", {}, words, element("span", {class: "visually-hidden"}, `: ${all[0].metric_title}`)), all.map(definition));
}

function definition(metric) {
  return [element("p", {}, element("strong", {}, `${metric.metric_title}. `), metric.definition),
    metric.direction_label ? element("p", {}, `${capital(metric.direction_label)}.`) : "",
    metric.warning ? element("p", {class: "warning"}, metric.warning) : "",
    metric.evidence ? element("p", {class: "quiet"}, `Source: ${metric.evidence}`) : ""];
}

// What [c] and [x] stand for, once each, and which figures are as they were released before.
function statusNotes(figures) {
  const kept = figures.filter((f) => f.status === "not_restated");
  const said = new Set(figures.filter((f) => f.status_shorthand).map((f) => `${f.status_shorthand} ${f.status_sentence}.`));
  kept.forEach((f) => said.add(`${title(f)}, ${f.category.category_label}, ${f.period.period_label}: ${f.status_sentence}.`));
  return [...said].map((text) => quiet(text));
}

function plainTable(caption, heads, rows) {
  return element("div", {class: "scroll", tabindex: 0, role: "region", "aria-label": caption},
    element("table", {}, element("caption", {class: "visually-hidden"}, caption),
      element("thead", {}, element("tr", {}, heads.map((head) => element("th", {scope: "col"}, head)))),
      element("tbody", {}, rows.map((cells) => element("tr", {},
        cells.map((text, place) => (place ? element("td", {}, text) : element("th", {scope: "row"}, text))))))));
}
