/* The page: the controls above the table, the keyboard in it, and the address that holds the state of both. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const { sheet, view, panel, versions } = tfcompat;
  const { make } = view;
  const tools = document.getElementById("tools");
  const legend = document.getElementById("legend");
  const count = document.getElementById("count");
  const table = document.getElementById("matrix");
  let state = view.read("");

  /* ---- state ------------------------------------------------------------------------------------------------------ */

  /** Change the state: into the address, and from there onto the page. Only what a reader may want to go back to is a step. */
  function go(change, { step = false } = {}) {
    state = { ...state, ...change };
    const address = view.write(state);
    if (address !== (location.hash || "#")) history[step ? "pushState" : "replaceState"](null, "", address);
    return render();
  }

  async function render() {
    let shown;
    try {
      shown = await view.show(state);
    } catch (error) {
      count.textContent = `These columns cannot be shown: ${error.message}.`;
      return;
    }
    if (shown === null) return;
    showCount(shown);
    showTools();
    mark();
    panel.show(state, { go: (change) => go(change), closed });
  }

  function closed() {
    const { scenario, cell } = state;
    go({ scenario: "", cell: "" });
    giveBack(scenario, cell);
  }

  /** The focus goes back to where the panel was opened from. */
  function giveBack(scenario, cell) {
    const place = cell ? view.columns.indexOf(sheet.columnOf.get(cell)) + 1 : 0;
    const row = sheet.rowOf.get(scenario);
    if (view.phone.matches) view.rowLink(row ?? 0).focus();
    else if (row !== undefined && !view.rowElement(row).hidden) focusCell(view.rowElement(row), Math.max(place, 0));
    else if (row === undefined && place > 0) focusCell(table.tHead.rows[1], place);
  }

  function mark() {
    table.querySelectorAll(".current").forEach((element) => element.classList.remove("current"));
    const row = sheet.rowOf.get(state.scenario);
    if (row === undefined) return;
    view.rowElement(row).classList.add("current");
    if (!inView(view.rowElement(row))) view.rowElement(row).scrollIntoView({ block: "center", inline: "nearest" });
  }

  function inView(element) {
    const { top, bottom } = element.getBoundingClientRect();
    return top > 140 && bottom < innerHeight;
  }

  function showCount(shown) {
    const rows = sheet.scenarios.length;
    const columns = view.columns.length;
    count.textContent = `${shown === rows ? `${rows} scenarios` : `${shown} of ${rows} scenarios`}, ${columns} ${columns === 1 ? "column" : "columns"}`;
    if (sheet.findings[state.finding]) {
      const clear = make("button", { type: "button", className: "link", textContent: "show all" });
      clear.addEventListener("click", () => go({ finding: "" }));
      count.append(`: ${sheet.findings[state.finding].label.toLowerCase()} (`, clear, ")");
    }
    document.getElementById("none").hidden = shown > 0;
  }

  /* ---- the controls -------------------------------------------------------------------------------------------------- */

  const controls = {};
  let releases = [];

  function field(label, control, className = "") {
    const element = make("label", { className: `field ${className}` }, make("span", { textContent: label }), control);
    return element;
  }

  function menu(name, label, options, toggled) {
    const summary = make("summary", { textContent: label });
    const boxes = options.map(([value, text]) => {
      const box = make("input", { type: "checkbox", value });
      box.addEventListener("change", () => toggled(boxes.filter((other) => other.checked).map((other) => other.value)));
      return box;
    });
    const lines = boxes.map((box, place) => make("label", {}, box, ` ${options[place][1]}`));
    const list = make("div", { className: "choices" }, ...lines);
    list.setAttribute("role", "group");
    list.setAttribute("aria-label", label);
    const details = make("details", { className: "menu" }, summary, list);
    details.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !details.open) return;
      details.open = false;
      summary.focus();
    });
    details.addEventListener("toggle", () => {
      list.classList.remove("left");
      list.classList.toggle("left", list.getBoundingClientRect().right > document.documentElement.clientWidth);
    });
    document.addEventListener("click", (event) => details.contains(event.target) || (details.open = false));
    controls[name] = { details, summary, boxes, label };
    return details;
  }

  function buildTools() {
    controls.q = make("input", { type: "search", placeholder: "Search titles, ids, errors, what was observed", autocomplete: "off", spellcheck: false });
    controls.q.addEventListener("input", () => go({ q: controls.q.value }));
    controls.tf = make("input", { type: "text", placeholder: ">=2.6,<2.16", autocomplete: "off", spellcheck: false });
    controls.tf.addEventListener("input", () => readSpecifier());
    for (const [name, label] of [["low", "Oldest release"], ["high", "Newest release"]]) {
      controls[name] = make("input", { type: "range", min: 0, step: 1 });
      controls[name].setAttribute("aria-label", label);
      controls[name].addEventListener("input", () => readHandles(name));
    }
    controls.changes = make("select", {}, ...[["", "All rows"], ["any", "Rows that change"], ["pair", "Rows that change between …"]].map(([value, textContent]) => make("option", { value, textContent })));
    controls.changes.addEventListener("change", () => {
      const { value } = controls.changes;
      go({ changes: value === "pair" ? pairOf(view.columns.at(-2) ?? view.columns[0], view.columns.at(-1)) : value });
    });
    for (const name of ["before", "after"]) {
      controls[name] = make("select", {});
      controls[name].setAttribute("aria-label", name === "before" ? "Changes from" : "Changes to");
      controls[name].addEventListener("change", () => go({ changes: pairOf(Number(controls.before.value), Number(controls.after.value)) }));
    }
    controls.pair = make("span", { className: "pair", hidden: true }, controls.before, " and ", controls.after);
    const groups = view.groups().map((name) => [name, name]);
    const parts = [
      field("Search", controls.q, "search"),
      menu("group", "Groups", groups, (group) => go({ group })),
      field("Releases", controls.tf, "specifier"),
      make("span", { className: "handles" }, controls.low, controls.high),
      make("span", { className: "changing" }, field("Rows", controls.changes), controls.pair),
    ];
    const sets = Object.entries(sheet.sets);
    if (sets.length > 1) parts.push(menu("columns", "Columns", sets, (columns) => columns.length && go({ columns, tf: "" })));
    controls.clear = make("button", { type: "button", className: "quiet", textContent: "Clear" });
    controls.clear.addEventListener("click", clear);
    tools.replaceChildren(...parts, controls.clear);
    tools.hidden = false;
  }

  function clear() {
    state = { ...view.read(""), scenario: state.scenario, cell: state.cell };
    go({});
    controls.q.focus();
  }

  const pairOf = (before, after) => `${sheet.columns[before].cell}..${sheet.columns[after].cell}`;

  function readSpecifier() {
    const text = controls.tf.value.trim();
    const good = !text || versions.specifier(text);
    controls.tf.setAttribute("aria-invalid", String(!good));
    if (good) go({ tf: text });
  }

  /** The two handles write the specifier; when one is pushed past the other, it moves the other too. */
  function readHandles(moved) {
    let [low, high] = [Number(controls.low.value), Number(controls.high.value)];
    if (low > high) [low, high] = moved === "low" ? [low, low] : [high, high];
    const whole = low === 0 && high === releases.length - 1;
    const ends = [low > 0 && `>=${releases[low]}`, high < releases.length - 1 && `<=${releases[high]}`].filter(Boolean);
    go({ tf: whole ? "" : ends.join(",") });
  }

  /** Each harm and each status is a filter. */
  const filters = () => [...legend.querySelectorAll("li")].map((item) => ({ item, name: item.dataset.harm ? "harm" : "status", word: item.dataset.harm ?? item.dataset.status }));

  function buildLegend() {
    for (const { item, name, word } of filters()) {
      const meaning = item.querySelector("span").textContent;
      const button = make("button", { type: "button" }, ...item.childNodes);
      button.setAttribute("aria-pressed", "false");
      button.title = `${meaning}.\nOnly rows with ${name === "harm" ? `${word === "none" ? "no" : word} harm` : `“${word}”`} in a cell`;
      button.addEventListener("click", () => {
        const chosen = state[name];
        go({ [name]: chosen.includes(word) ? chosen.filter((other) => other !== word) : [...chosen, word] });
      });
      item.append(button);
    }
  }

  /** The controls say what the state is. */
  function showTools() {
    for (const name of ["q", "tf"]) if (controls[name] !== document.activeElement) controls[name].value = state[name];
    if (document.activeElement !== controls.tf) controls.tf.setAttribute("aria-invalid", String(Boolean(state.tf) && !versions.specifier(state.tf)));
    for (const { item, name, word } of filters()) item.firstElementChild.setAttribute("aria-pressed", String(state[name].includes(word)));
    for (const name of ["group", "columns"]) {
      if (!controls[name]) continue;
      const { boxes, summary, label } = controls[name];
      for (const box of boxes) box.checked = state[name].includes(box.value);
      summary.textContent = state[name].length && name === "group" ? `${label} (${state[name].length})` : label;
    }
    showHandles();
    showPair();
    const fresh = view.write({ ...state, scenario: "", cell: "" }) === "#";
    controls.clear.disabled = fresh;
  }

  function showHandles() {
    releases = [...new Set(view.chosenSets(state).map((column) => sheet.columns[column].tensorflow))];
    const shown = view.columns.map((column) => releases.indexOf(sheet.columns[column].tensorflow));
    const values = shown.length ? [Math.min(...shown), Math.max(...shown)] : [0, releases.length - 1];
    [controls.low, controls.high].forEach((handle, place) => {
      handle.max = Math.max(0, releases.length - 1);
      handle.value = values[place];
      handle.setAttribute("aria-valuetext", releases[values[place]] ?? "");
    });
  }

  function showPair() {
    const pair = view.between(state, view.columns);
    controls.changes.value = pair ? "pair" : state.changes ? "any" : "";
    controls.pair.hidden = !pair;
    if (!pair) return;
    for (const [place, name] of ["before", "after"].entries()) {
      controls[name].replaceChildren(...view.columns.map((column) => make("option", { value: column, textContent: sheet.name(column) })));
      controls[name].value = pair[place];
    }
  }

  /* ---- the keyboard and the mouse in the table ------------------------------------------------------------------------ */

  function target(tr, place) {
    return place ? tr.cells[place] : (tr.cells[0].querySelector("a") ?? tr.cells[0]);
  }

  function focusCell(tr, place) {
    if (tr.parentElement !== table.tHead) view.bringNear(view.rowAt(tr));
    const cell = target(tr, Math.min(place, tr.cells.length - 1));
    table.querySelectorAll('[tabindex="0"]').forEach((element) => (element.tabIndex = -1));
    cell.tabIndex = 0;
    cell.focus();
  }

  function lines() {
    return [table.tHead.rows[1], ...view.visibleRows()];
  }

  const KEYS = {
    ArrowLeft: (line, place, all) => [line, place - 1],
    ArrowRight: (line, place, all) => [line, place + 1],
    ArrowUp: (line, place, all) => [line - 1, place],
    ArrowDown: (line, place, all) => [line + 1, place],
    PageUp: (line, place, all) => [line - 10, place],
    PageDown: (line, place, all) => [line + 10, place],
    Home: (line, place, all, whole) => [whole ? 1 : line, 0],
    End: (line, place, all, whole) => [whole ? all.length - 1 : line, Infinity],
  };

  function onKey(event) {
    if (view.phone.matches) return;
    const cell = event.target.closest("td, th");
    if (!cell || event.altKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      open(cell);
      return;
    }
    const move = KEYS[event.key];
    if (!move) return;
    event.preventDefault();
    const all = lines();
    const [line, place] = move(all.indexOf(cell.parentElement), cell.cellIndex, all, event.ctrlKey);
    focusCell(all[Math.min(Math.max(line, 0), all.length - 1)], Math.max(0, place));
  }

  /** Open the panel of what was chosen: a cell, the head of a row, or the head of a column. */
  function open(cell) {
    const tr = cell.parentElement;
    const column = cell.cellIndex ? sheet.columns[view.columns[cell.cellIndex - 1]]?.cell : "";
    if (tr.parentElement === table.tHead) return column && go({ scenario: "", cell: column }, { step: true });
    const row = view.rowAt(tr);
    return row >= 0 && go({ scenario: sheet.scenarios[row].id, cell: column ?? "" }, { step: true });
  }

  function onClick(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const link = event.target.closest("li a");
    const cell = event.target.closest("td, th");
    if (link) {
      event.preventDefault();
      const { scenario, cell: chosen } = view.read(new URL(link.href).hash);
      go({ scenario, cell: chosen }, { step: true });
    } else if (cell && cell.scope !== "rowgroup" && (cell.tagName === "TD" || cell.dataset.cell || event.target.closest("a"))) {
      event.preventDefault();
      open(cell);
    }
  }

  /** What a range was tested on, where the pointer rests. */
  function onPoint(event) {
    const cell = event.target.closest("td");
    const row = cell && view.rowAt(cell.parentElement);
    if (!cell || cell.title || row < 0) return;
    const place = cell.cellIndex - 1;
    const range = sheet.ranges(row, view.columns).find(({ from, to }) => from <= place && place <= to);
    if (!range) return;
    const number = range.to - range.from + 1;
    const text = `${sheet.span(view.columns, range)} ${range.answer.said}, tested on ${number} ${number === 1 ? "cell" : "cells"}`;
    const { observed, type, message, says } = range.answer;
    const more = type ? `${type}: ${message}` : says ? "" : observed || message;
    cell.title = more ? `${text}\n${more.slice(0, 300)}` : text;
  }

  function asGrid() {
    if (view.phone.matches) table.removeAttribute("role");
    else table.setAttribute("role", "grid");
    table.querySelectorAll("tbody a").forEach((link) => (link.tabIndex = view.phone.matches ? 0 : -1));
    if (!view.phone.matches) target(view.visibleRows()[0] ?? table.tHead.rows[1], 0).tabIndex = 0;
  }

  /* ---- start ------------------------------------------------------------------------------------------------------------ */

  tfcompat.theme.attach(document.getElementById("theme"));
  if (!sheet.scenarios.length) {
    document.documentElement.classList.remove("js"); // the data did not come: the table still reads
    return;
  }
  view.attach(table);
  buildTools();
  buildLegend();
  asGrid();
  view.phone.addEventListener("change", asGrid);
  table.addEventListener("keydown", onKey);
  table.addEventListener("click", onClick);
  table.addEventListener("pointerover", onPoint);
  document.getElementById("reset").addEventListener("click", clear);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || panel.dialog.open || event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    controls.q.focus();
  });
  const measure = () => {
    document.documentElement.style.setProperty("--page", `${document.documentElement.clientWidth}px`);
    document.documentElement.style.setProperty("--tools", `${tools.offsetHeight}px`);
  };
  new ResizeObserver(measure).observe(tools);
  addEventListener("resize", measure);
  measure();
  addEventListener("popstate", follow);
  function follow() {
    if (/^#[a-z-]*$/.test(location.hash) && location.hash.length > 1) return; // a place in the page, not a state
    state = view.read(location.hash);
    render().then(toTable);
  }

  /** An address that says what to show, and no row, leads to the table. */
  function toTable() {
    if (!state.scenario && !state.cell && view.write(state) !== "#") document.getElementById("tools").scrollIntoView();
  }
  state = view.read(location.hash);
  render().then(() => {
    toTable();
    performance.mark("ready");
    document.documentElement.classList.add("ready");
  });
});
