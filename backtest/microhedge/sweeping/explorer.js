"use strict";
(() => {
const D = JSON.parse(document.getElementById("data").textContent);
const $ = id => document.getElementById(id);
const make = (tag, text, parent) => {
  const e = document.createElement(tag);
  if (text !== undefined) e.textContent = text;
  if (parent) parent.append(e);
  return e;
};
const size = D.axes.map(a => a.labels.length), count = D.count;
const ties = new Set(D.ties), error = new Map(D.failed);
// a cell's place on each axis: the last axis moves fastest
const places = Array.from({length: count}, (_, k) => {
  let flat = D.flat ? D.flat[k] : k;
  const at = [];
  for (let a = size.length - 1; a >= 0; a--) { at[a] = flat % size[a]; flat = Math.floor(flat / size[a]); }
  return at;
});
const eligible = k => !D.eligible || D.eligible[k] === "1";
const value = (m, k) => m.values[k] === null ? null : m.values[k] / m.scale;
const write = (m, v) => v === null ? "–" : (m.signed && v > 0 ? "+" : "") + v.toFixed(m.places).replace("-", "−") + m.unit;
const named = k => D.axes.map((a, i) => a.name + " " + a.labels[places[k][i]]).join(", ") || "the only cell";
const describe = k => error.has(k) ? "failed: " + D.errors[error.get(k)]
  : D.metrics.map(m => m.name.toLowerCase() + " " + write(m, value(m, k))).join("; ");
const note = k => error.has(k) ? "" : (ties.has(k) ? " " + D.tie : "") + (eligible(k) ? "" : " " + D.less);

const asked = new URLSearchParams(location.hash.slice(1));
const form = document.querySelector("form");
const choice = (label, options, chosen) => {
  const box = make("label", label + " ", form), select = make("select", undefined, box);
  options.forEach((text, k) => { const o = make("option", text, select); o.value = k; o.selected = k === chosen; });
  select.addEventListener("change", draw);
  return select;
};
const find = (name, list, other) => { const k = list.indexOf(asked.get(name)); return k < 0 ? other : k; };
const names = D.axes.map(a => a.name), none = names.length;
const long = [...names.keys()].sort((a, b) => size[b] - size[a]);
const across = choice("Across", [...names, "–"], find("x", names, long[0] ?? none));
const down = choice("Down", [...names, "–"], find("y", names, long[1] ?? none));
const metric = choice("Colour", D.metrics.map(m => m.name), find("m", D.metrics.map(m => m.key), 0));
const held = D.axes.map((a, i) => choice(a.name, ["mean of all", ...a.labels],
  find("at." + a.name, a.labels, D.best === null ? -1 : places[D.best][i]) + 1));

const rgb = name => {
  const c = getComputedStyle(document.documentElement).getPropertyValue(name).trim().slice(1);
  const full = c.length === 3 ? [...c].map(x => x + x).join("") : c;
  return [0, 2, 4].map(i => parseInt(full.slice(i, i + 2), 16));
};
const paint = share => {
  const from = rgb("--pale"), to = rgb(share < 0 ? "--low" : "--high"), s = Math.min(1, Math.abs(share));
  return from.map((x, i) => Math.round(x + s * (to[i] - x)));
};
const ink = c => (0.299 * c[0] + 0.587 * c[1] + 0.114 * c[2]) > 140 ? "#1b1d21" : "#ffffff";
const css = c => "rgb(" + c.join(",") + ")";

let cells = [];   // [row][column] of {td, ks}
function draw() {
  const x = +across.value, m = D.metrics[metric.value];
  let y = +down.value;
  if (y === x) y = none;
  held.forEach((s, i) => { s.parentNode.hidden = i === x || i === y; });
  const inside = k => held.every((s, i) => i === x || i === y || +s.value === 0 || places[k][i] === s.value - 1);
  const columns = x === none ? [""] : D.axes[x].labels, lines = y === none ? [""] : D.axes[y].labels;
  const at = lines.map(() => columns.map(() => []));
  for (let k = 0; k < count; k++)
    if (inside(k)) at[y === none ? 0 : places[k][y]][x === none ? 0 : places[k][x]].push(k);
  const compared = k => !error.has(k) && value(m, k) !== null && (m.key !== "advantage" || eligible(k));
  const shown = at.map(line => line.map(ks => {
    const good = ks.filter(compared);
    return good.length ? good.reduce((sum, k) => sum + value(m, k), 0) / good.length : null;
  }));
  const known = shown.flat().filter(v => v !== null);
  const low = Math.min(...known), high = Math.max(...known);
  const span = m.diverging ? Math.max(Math.abs(low), Math.abs(high)) : high - low;
  const share = v => span ? (m.diverging ? v : v - low) / span : 0;
  const table = $("map");
  table.replaceChildren();
  const head = make("tr", undefined, make("thead", undefined, table));
  make("th", (y === none ? "" : D.axes[y].name + " ↓ ") + (x === none ? "" : D.axes[x].name + " →"), head);
  columns.forEach(text => { make("th", text, head).scope = "col"; });
  const body = make("tbody", undefined, table);
  const numbered = columns.length <= 30;
  let first = null;
  cells = lines.map((text, r) => {
    const row = make("tr", undefined, body);
    make("th", text, row).scope = "row";
    return columns.map((_, c) => {
      const td = make("td", undefined, row), ks = at[r][c], v = shown[r][c];
      td.tabIndex = -1;
      if (ks.length && ks.every(k => error.has(k))) { td.className = "failed"; td.textContent = "×"; }
      else if (v !== null) {
        const colour = paint(share(v));
        td.style.background = css(colour);
        td.style.color = ink(colour);
        if (numbered) td.textContent = write({...m, unit: ""}, v);
      } else if (ks.length) { td.className = "less"; td.textContent = "·"; }
      if (ks.length === 1 && ties.has(ks[0])) td.classList.add("tie");
      if (ks.length) { td.dataset.cells = ks.length; first ??= td; }
      td.setAttribute("aria-label", ks.length === 1 ? named(ks[0]) + ": " + describe(ks[0]) + note(ks[0])
        : ks.length ? "mean of " + ks.length + " cells: " + m.name + " " + write(m, v) : "no cell");
      const tell = () => told(ks, v, m);
      td.addEventListener("mouseenter", tell);
      td.addEventListener("focus", tell);
      td.addEventListener("keydown", event => step(event, r, c));
      return td;
    });
  });
  if (first) first.tabIndex = 0;
  $("low").textContent = known.length ? write(m, low) : "";
  $("high").textContent = known.length ? write(m, high) : "";
  const ends = [0, .25, .5, .75, 1].map(s => css(paint(share(low + s * (high - low)))));
  $("key").style.background = known.length ? "linear-gradient(to right," + ends.join(",") + ")" : "";
  $("legend").textContent = D.legend + (error.size ? " ×: failed." : "");
}
function step(event, r, c) {
  const move = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0],
    Home: [0, -c], End: [0, cells[r].length - 1 - c]}[event.key];
  if (!move) return;
  event.preventDefault();
  const next = (cells[r + move[0]] || [])[c + move[1]];
  if (!next) return;
  cells[r][c].tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}
function told(ks, v, m) {
  const box = $("told");
  box.replaceChildren();
  if (!ks.length) { box.textContent = "No cell was tried here."; return; }
  if (ks.length > 1) {
    const bad = ks.filter(k => error.has(k)).length;
    box.textContent = "Mean of " + ks.length + " cells: " + m.name.toLowerCase() + " " + write(m, v)
      + (bad ? "; " + bad + " of them failed" : "") + ". Choose values of the other axes to see each.";
    return;
  }
  make("b", named(ks[0]) + ": ", box);
  box.append(describe(ks[0]) + "." + note(ks[0]));
}

let order = null, upward = true, rows = [], drawn = 0;
function list() {
  const table = $("list");
  table.replaceChildren();
  const head = make("tr", undefined, make("thead", undefined, table));
  const columns = [...D.axes.map((a, i) => [a.name, k => places[k][i], k => a.labels[places[k][i]]]),
    ...D.metrics.map(m => [m.name, k => value(m, k), k => error.has(k) ? "failed" : write(m, value(m, k))])];
  columns.forEach(([name], i) => {
    const th = make("th", undefined, head), button = make("button", name, th);
    button.type = "button";
    if (order === i) th.setAttribute("aria-sort", upward ? "ascending" : "descending");
    button.addEventListener("click", () => { upward = order === i ? !upward : true; order = i; list(); });
  });
  rows = [...places.keys()];
  if (order !== null) {
    const key = columns[order][1], sign = upward ? 1 : -1;
    rows.sort((a, b) => (key(a) === null) - (key(b) === null) || sign * (key(a) - key(b)));
  }
  const body = make("tbody", undefined, table);
  drawn = 0;
  const more = () => {
    rows.slice(drawn, drawn + 500).forEach(k => {
      const row = make("tr", undefined, body);
      columns.forEach(([, , text]) => make("td", text(k), row));
    });
    drawn = Math.min(rows.length, drawn + 500);
    $("more").hidden = drawn === rows.length;
    $("more").textContent = "Show more: " + drawn.toLocaleString("en") + " of " + rows.length.toLocaleString("en");
  };
  $("more").onclick = more;
  more();
}
document.querySelector("details").addEventListener("toggle", event => { if (event.target.open) list(); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
document.querySelector("main").hidden = false;
draw();
const wish = (asked.get("cell") || "").split(",").map(Number);
if (asked.has("cell")) { const td = (cells[wish[0]] || [])[wish[1]]; if (td) td.focus(); }
if (asked.has("list")) { document.querySelector("details").open = true; list(); }
})();
