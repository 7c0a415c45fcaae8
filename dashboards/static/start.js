// The address holds what the reader has chosen: view, organisation, people, last day, and each part's own choices.
"use strict";

let release;
const SETTINGS = JSON.parse(document.getElementById("settings").textContent);

function chosen() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

function choose(changes) {
  const all = Object.entries({...chosen(), ...changes}).filter(([, value]) => value !== "" && value !== undefined);
  location.hash = new URLSearchParams(all).toString();
}

// What the views ask of the address; whatever is not known falls back to the first there is.
function readState() {
  const asked = chosen();
  const view = SETTINGS.views.find((one) => one.id === asked.view) ?? SETTINGS.views[0];
  const organisation = release.organisations.has(asked.organisation) ? asked.organisation : SETTINGS.organisation;
  const category = SETTINGS.people.includes(release.categories.get(asked.people)?.breakdown) ? asked.people : ALL;
  const until = Number(asked.until) || Infinity;
  const among = (name) => (place, options) => (options.includes(asked[`${name}${place}`]) ? asked[`${name}${place}`] : options[0]);
  return {view, query: {organisation, category, until}, pick: among("pick"), group: among("group"), choose};
}

function draw() {
  const state = readState();
  const focused = document.activeElement?.id;
  drawNavigation(state);
  drawFilters(state);
  drawView(state);
  if (focused) document.getElementById(focused)?.focus();
}

function drawNavigation({view}) {
  for (const link of document.querySelectorAll("#views a")) {
    const id = link.dataset.view;
    const kept = Object.entries(chosen()).filter(([name]) => ["organisation", "people", "until"].includes(name));
    link.href = `#${new URLSearchParams([["view", id], ...kept])}`;
    if (id === view.id) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

function drawFilters({query}) {
  const organisations = [...release.organisations.values()]
    .map((one) => ({value: one.organisation_code, label: one.organisation_name}));
  const until = query.until === Infinity ? "" : String(query.until);
  document.getElementById("filters").replaceChildren(
    select("organisation", "Organisation", organisations, query.organisation, (value) => choose({organisation: value, people: ""})),
    select("people", "People", peopleOptions(query.organisation), query.category,
      (value) => choose({people: value === ALL ? "" : value})),
    select("until", "Up to", dayOptions(), until, (value) => choose({until: value})));
}

// The groups of people of whom the organisation has figures that are shown, by what they break down.
function peopleOptions(organisation) {
  const groups = new Map([["all", {label: "All", options: [{value: ALL, label: "All people"}]}]]);
  const categories = [...shownCategories(organisation)].map((key) => release.categories.get(key))
    .filter((one) => SETTINGS.people.includes(one.breakdown))
    .sort((one, other) => one.breakdown_order - other.breakdown_order || one.category_order - other.category_order);
  for (const one of categories) {
    if (!groups.has(one.breakdown)) groups.set(one.breakdown, {label: one.breakdown_label, options: []});
    groups.get(one.breakdown).options.push({value: one.category_key, label: one.category_label});
  }
  return [...groups.values()];
}

function shownCategories(organisation) {
  const found = new Set();
  for (const metric of release.metrics.keys()) {
    for (const row of release.rowsOf({metric, organisation})) {
      if (cell(release.figure, "value", row) !== null) found.add(cell(release.figure, "category_key", row));
    }
  }
  return found;
}

function dayOptions() {
  const days = new Map([...release.periods.values()].map((one) => [String(one.period_order), one.period_end]));
  const sorted = [...days].sort(([one], [other]) => (one < other ? 1 : -1));
  const label = (day) => `${Number(day.slice(8, 10))} ${monthName(day)}`;
  return [{value: "", label: "The latest"}, ...sorted.map(([value, day]) => ({value, label: label(day)}))];
}

function drawView(state) {
  const {view, query} = state;
  const parts = view.section.map((spec, place) => section(release, state, spec, place)).flat(Infinity).filter(Boolean);
  const organisation = release.organisations.get(query.organisation)?.organisation_name ?? "No organisation";
  const people = query.category === ALL ? "" : `, ${release.categories.get(query.category).category_label}`;
  document.title = `${view.title}: ${organisation}. Research culture${SETTINGS.is_fictional ? " (made-up data)" : ""}`;
  document.getElementById("view").replaceChildren(
    element("h2", {id: "heading", tabindex: -1}, view.title), element("p", {class: "whose"}, `${organisation}${people}`),
    element("p", {}, view.lead),
    view.note ? element("p", {class: "warning"}, view.note) : "",
    view === SETTINGS.views[0] && parts.length ? boardLink(query.organisation) : "",
    ...(parts.length ? parts : [element("p", {class: "card"}, nothing(state.query, organisation))]));
  spellOut();
  document.getElementById("told").textContent = `${view.title}, ${organisation}${people}`;
}

function nothing({category, until}, organisation) {
  const isAll = category === ALL && until === Infinity;
  return `There are no figures here. ${organisation} ${isAll ? "has sent nothing that they are made from"
    : "may have them for all people, or for the latest period: choose those above"}.`;
}

// What the abbreviations in the view stand for.
function spellOut() {
  const text = document.getElementById("view").innerHTML.replace(/<[^>]+>/g, " ");
  const found = Object.entries(SETTINGS.abbreviations).filter(([short]) => new RegExp(`(?<![\\w-])${short}s?\\b`).test(text));
  document.getElementById("abbreviations").textContent = found.map(([short, long]) => `${short}: ${long}.`).join(" ");
}

function boardLink(organisation) {
  return element("p", {}, element("a", {href: `board/${organisation}.html`}, "The page for the board, to print"));
}

window.addEventListener("hashchange", (event) => {
  const before = new URLSearchParams(new URL(event.oldURL).hash.slice(1)).get("view");
  draw();
  if (before !== new URLSearchParams(location.hash.slice(1)).get("view")) document.getElementById("heading").focus();
});

unpack(document.getElementById("packed").textContent.trim()).then((tables) => {
  release = new Release(tables);
  draw();
  document.body.dataset.ready = "yes";
});
