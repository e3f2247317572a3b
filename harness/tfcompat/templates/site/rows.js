/* All rows: the controls above the table, the keyboard in it, and the address that holds the state of both. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const { sheet, view, panel, versions, release } = tfcompat;
  const { make } = view;
  const tools = document.getElementById("tools");
  const legend = document.getElementById("legend");
  const count = document.getElementById("count");
  const table = document.getElementById("matrix");
  const phone = matchMedia("(max-width: 639px)");
  let state = view.read(location.hash);
  /** Whether the last entry of the history is one that opening the panel made. */
  let stepped = false;
  /** While somebody types, the address waits this long, in milliseconds: a browser takes its time for one, and Safari refuses more
   * than a hundred in 30 seconds. */
  const SOON = 300;
  let typed = 0;

  /* ---- state ------------------------------------------------------------------------------------------------------ */

  /** Change the state: into the address, and from there onto the page. Only opening the panel is a step to go back from. */
  function go(change, { step = false, soon = false } = {}) {
    if (step) remember();
    state = { ...state, ...change };
    clearTimeout(typed);
    if (soon) typed = setTimeout(remember, SOON);
    else remember(step);
    return render();
  }

  /** Let the address say the state. */
  function remember(step = false) {
    clearTimeout(typed);
    const address = view.write(state);
    if (address !== (location.hash || "#")) history[step ? "pushState" : "replaceState"]({ panel: step || stepped }, "", address);
    stepped ||= step;
  }

  async function render() {
    const asked = state;
    let shown;
    try {
      shown = await view.show(asked);
    } catch (error) {
      count.textContent = `These columns cannot be shown: ${error.message}.`;
      return;
    }
    if (shown === null || asked !== state) return;
    buildTools();
    showCount(shown);
    showTools();
    openGroups();
    mark();
    panel.show(view.state, { go: (change) => go(change), closed });
    markRelease();
  }

  function closed() {
    const { scenario, cell } = state;
    if (stepped) {
      stepped = false;
      history.back();
    } else {
      go({ scenario: "", cell: "" });
    }
    giveBack(scenario, cell);
  }

  /** The focus goes back to where the panel was opened from. */
  function giveBack(scenario, cell) {
    const place = view.columns.indexOf(sheet.columnOf.get(cell));
    const row = sheet.rowOf.get(scenario);
    if (row !== undefined && !view.rowElement(row).hidden) focusCell(view.rowElement(row), barAt(view.rowElement(row), place));
  }

  function mark() {
    table.querySelectorAll(".current").forEach((element) => element.classList.remove("current"));
    const row = sheet.rowOf.get(state.scenario);
    if (row === undefined) return;
    const element = view.rowElement(row);
    const group = view.groups().find(({ body }) => body.contains(element));
    for (const hidden of [element, element.parentElement, group.body]) hidden.hidden = false;
    fold(group, false);
    element.classList.add("current");
    /* The panel covers the lower half: what it speaks of stays in sight above it. */
    const top = element.getBoundingClientRect().top + scrollY - innerHeight * 0.25;
    if (Math.abs(scrollY - top) > innerHeight * 0.15) scrollTo({ top });
  }

  const missing = () => {
    const lines = [];
    if (state.scenario && !sheet.rowOf.has(state.scenario)) lines.push(`No row has the id ${state.scenario}, now or before.`);
    if (state.cell && !sheet.columnOf.has(state.cell)) lines.push(`No column is the cell ${state.cell}.`);
    if (state.finding && !Object.hasOwn(sheet.findings, state.finding)) lines.push(`There is no list ${state.finding}.`);
    const pair = view.between(view.state, view.columns);
    const names = state.changes.split("..");
    if (pair) pair.forEach((column, at) => column === undefined && lines.push(`No column that is shown is ${names[at] || "the first"}.`));
    if (state.tf && !versions.specifier(state.tf)) lines.push(`${state.tf} is no specifier of releases: write one such as >=2.6,<2.16.`);
    return lines;
  };

  function showCount({ count: shown, whole }) {
    const rows = sheet.scenarios.length;
    count.replaceChildren(shown === rows ? `${rows} rows` : `${shown} of ${rows} rows`);
    if (!whole && shown) count.append(" have most of these words; none has all");
    if (view.onlyVarying(view.state) && shown < rows) {
      count.append(" do not do the same on every release. ");
      count.append(button("link", "Show all", () => go({ group: view.groups().map(({ name }) => name) })));
    }
    if (Object.hasOwn(sheet.findings, state.finding)) {
      count.append(`: ${sheet.findings[state.finding].label.toLowerCase()} (`, button("link", "show all", () => go({ finding: "" })), ")");
    }
    for (const line of missing()) count.append(make("strong", { textContent: ` ${sheet.visible(line)}` }));
    document.getElementById("none").hidden = shown > 0;
  }

  const button = (className, textContent, clicked) => {
    const element = make("button", { type: "button", className, textContent });
    element.addEventListener("click", clicked);
    return element;
  };

  /* ---- the controls -------------------------------------------------------------------------------------------------- */

  const controls = {};

  function field(label, control, className = "") {
    return make("label", { className: `field ${className}` }, make("span", { textContent: label }), control);
  }

  function menu(name, label, options, toggled) {
    const summary = make("summary", { textContent: label });
    const boxes = options.map(([value]) => {
      const box = make("input", { type: "checkbox", value });
      box.addEventListener("change", () => toggled(boxes.filter((other) => other.checked).map((other) => other.value)));
      return box;
    });
    const list = make("div", { className: "choices" }, ...boxes.map((box, place) => make("label", {}, box, ` ${options[place][1]}`)));
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
    document.addEventListener("click", (event) => {
      if (!details.contains(event.target)) details.open = false;
    });
    controls[name] = { details, summary, boxes, label };
    return details;
  }

  /** The search is there at once; the rest when it is known what there is to choose. */
  function buildSearch() {
    controls.q = make("input", { type: "search", placeholder: "Search rows: titles, ids, errors, what was observed", autocomplete: "off", spellcheck: false });
    controls.q.setAttribute("aria-label", "Search rows");
    controls.q.addEventListener("input", () => go({ q: controls.q.value }, { soon: true }));
    controls.q.addEventListener("focus", () => sheet.ready());
    controls.q.value = state.q;
    tools.replaceChildren(controls.q);
    tools.hidden = false;
  }

  function buildTools() {
    if (controls.tf) return;
    controls.tf = make("input", { type: "text", placeholder: ">=2.6,<2.16", autocomplete: "off", spellcheck: false });
    controls.tf.addEventListener("input", () => readSpecifier());
    const lists = Object.entries(sheet.findings).map(([value, { label, rows }]) => [`finding=${value}`, `${label} (${rows.length})`]);
    const options = [["", "That vary"], ["all", "All"], ["pair", "That change between …"], ...lists];
    controls.rows = make("select", {}, ...options.map(([value, textContent]) => make("option", { value, textContent })));
    controls.rows.addEventListener("change", () => chooseRows(controls.rows.value));
    for (const name of ["before", "after"]) {
      controls[name] = make("select", {});
      controls[name].setAttribute("aria-label", name === "before" ? "Changes from" : "Changes to");
      controls[name].addEventListener("change", () => go({ changes: pairOf(Number(controls.before.value), Number(controls.after.value)) }));
    }
    controls.pair = make("span", { className: "pair", hidden: true }, controls.before, " and ", controls.after);
    const names = view.groups().map(({ name, body }) => [name, body.getAttribute("aria-label")]);
    const sets = Object.entries(sheet.sets);
    tools.append(
      field("Rows", controls.rows),
      controls.pair,
      menu("group", "Groups", names, (group) => go({ group })),
      field("Releases", controls.tf, "specifier"),
      ...(sets.length > 1 ? [menu("columns", "Columns", sets, (columns) => columns.length && go({ columns, tf: "" }))] : []),
    );
    controls.clear = button("quiet", "Clear", clear);
    tools.append(controls.clear);
    // The heads of the columns stay below the controls, which wrap where the window is narrow.
    new ResizeObserver(() => document.body.style.setProperty("--tools", `${tools.offsetHeight}px`)).observe(tools);
  }

  function chooseRows(value) {
    const everyGroup = view.groups().map(({ name }) => name);
    if (value === "all") return go({ finding: "", changes: "", group: everyGroup });
    if (value === "pair") return go({ finding: "", changes: pairOf(view.columns.at(-2) ?? view.columns[0], view.columns.at(-1)) });
    if (value.startsWith("finding=")) return go({ finding: value.slice("finding=".length), changes: "" });
    return go({ finding: "", changes: "", group: [] });
  }

  function clear() {
    state = { ...view.read(""), scenario: state.scenario, cell: state.cell, on: state.on };
    go({});
    controls.q.value = "";
    controls.q.focus();
  }

  const pairOf = (before, after) => `${sheet.columns[before].cell}..${sheet.columns[after].cell}`;

  function readSpecifier() {
    const text = controls.tf.value.trim();
    const good = !text || versions.specifier(text);
    controls.tf.setAttribute("aria-invalid", String(!good));
    if (good) go({ tf: text });
  }

  /** Each harm and each status is a filter. */
  const filters = () => [...legend.querySelectorAll("li")].map((item) => ({ item, name: item.dataset.harm ? "harm" : "status", word: item.dataset.harm ?? item.dataset.status }));

  function buildLegend() {
    for (const { item, name, word } of filters()) {
      const meaning = item.querySelector("span").textContent;
      const toggle = make("button", { type: "button" }, ...item.childNodes);
      toggle.setAttribute("aria-pressed", "false");
      toggle.title = `${meaning}.\nOnly rows with ${name === "harm" ? `${word === "none" ? "no" : word} harm` : `“${word}”`} in a cell`;
      toggle.addEventListener("click", () => {
        const chosen = state[name];
        go({ [name]: chosen.includes(word) ? chosen.filter((other) => other !== word) : [...chosen, word] });
      });
      item.append(toggle);
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
      for (const box of boxes) box.checked = view.state[name].includes(box.value);
      summary.textContent = state[name].length && name === "group" ? `${label} (${state[name].length})` : label;
    }
    const pair = view.between(view.state, view.columns);
    const finding = `finding=${state.finding}`;
    controls.rows.value = pair ? "pair" : state.finding && [...controls.rows.options].some(({ value }) => value === finding) ? finding : view.onlyVarying(state) ? "" : "all";
    showPair(pair);
    controls.clear.disabled = view.write({ ...state, scenario: "", cell: "", on: "" }) === "#";
  }

  function showPair(pair) {
    controls.pair.hidden = !pair;
    if (!pair) return;
    for (const [place, name] of ["before", "after"].entries()) {
      controls[name].replaceChildren(...view.columns.map((column) => make("option", { value: column, textContent: sheet.name(column) })));
      controls[name].value = pair[place] ?? "";
    }
  }

  /* ---- groups ---------------------------------------------------------------------------------------------------------- */

  function fold({ body, button: toggle }, closed) {
    body.classList.toggle("closed", closed);
    toggle.setAttribute("aria-expanded", String(!closed));
  }

  /** On a phone groups are closed until something narrows the rows, so that the page is a few screens. */
  function openGroups() {
    if (!phone.matches) return;
    const narrowed = !view.onlyVarying(view.state);
    for (const group of view.groups()) fold(group, !narrowed);
  }

  /* ---- the keyboard and the mouse in the table ------------------------------------------------------------------------ */

  const cellsOf = (row) => [row.firstElementChild.querySelector("a") ?? row.firstElementChild, ...row.querySelectorAll(":scope > .bar, :scope > .column")];

  /** The place among a row's cells of the bar over a column; 0 is its name. */
  function barAt(row, column) {
    if (column < 0) return 0;
    const bars = [...row.querySelectorAll(":scope > .bar")];
    return bars.findLastIndex((bar) => Number(bar.getAttribute("aria-colindex")) - 2 <= column) + 1;
  }

  function focusCell(row, place) {
    const cells = cellsOf(row);
    const cell = cells[Math.min(Math.max(place, 0), cells.length - 1)];
    table.querySelectorAll('[tabindex="0"]').forEach((element) => (element.tabIndex = -1));
    cell.tabIndex = 0;
    cell.focus();
  }

  const KEYS = {
    ArrowLeft: (line, place) => [line, place - 1],
    ArrowRight: (line, place) => [line, place + 1],
    ArrowUp: (line, place) => [line - 1, place],
    ArrowDown: (line, place) => [line + 1, place],
    PageUp: (line, place) => [line - 10, place],
    PageDown: (line, place) => [line + 10, place],
    Home: (line, _place, _all, whole) => [whole ? 0 : line, 0],
    End: (line, _place, all, whole) => [whole ? all.length - 1 : line, Infinity],
  };

  function onKey(event) {
    const row = event.target.closest(".row");
    if (!row || event.altKey || event.metaKey) return;
    const place = cellsOf(row).indexOf(event.target);
    if (place < 0) return;
    if ((event.key === "Enter" || event.key === " ") && event.target.tagName !== "A") {
      event.preventDefault();
      open(event.target);
      return;
    }
    const move = KEYS[event.key];
    if (!move) return;
    event.preventDefault();
    const all = view.visibleRows();
    const at = all.indexOf(row);
    const [line, next] = move(at, place, all, event.ctrlKey);
    const target = all[Math.min(Math.max(line, 0), all.length - 1)];
    if (!target) return;
    /* Up and down keep the column, whatever bars it is in. */
    focusCell(target, line === at || place === 0 ? next : barAt(target, Number(event.target.getAttribute("aria-colindex")) - 2));
  }

  /** Open the panel of a bar, at the column that was pointed at, else at its first; or that of a column. */
  function open(element, x) {
    if (element.classList.contains("column")) return go({ scenario: "", cell: element.dataset.cell }, { step: true });
    const row = view.rowAt(element.closest(".row"));
    const first = Number(element.getAttribute("aria-colindex")) - 2;
    const span = Number(element.getAttribute("aria-colspan") ?? 1);
    const { left, width } = element.getBoundingClientRect();
    const into = x === undefined || phone.matches ? 0 : Math.min(span - 1, Math.max(0, Math.floor(((x - left) / width) * span)));
    return go({ scenario: sheet.scenarios[row].id, cell: sheet.columns[view.columns[first + into]].cell }, { step: true });
  }

  async function onClick(event) {
    const toggle = event.target.closest(".group button");
    const cell = event.target.closest(".bar, .column");
    if (toggle) {
      const group = view.groups().find((one) => one.button === toggle);
      fold(group, !group.body.classList.contains("closed"));
    } else if (cell && table.contains(cell)) {
      if (!view.state) await render();
      open(cell, event.clientX);
    }
  }

  /* ---- my release ------------------------------------------------------------------------------------------------------- */

  function markRelease() {
    table.querySelector(".band")?.remove();
    const heads = [...table.querySelectorAll(".column")];
    const mine = heads.filter((head) => head.dataset.minor === release.name);
    heads.forEach((head) => head.classList.toggle("my", mine.includes(head)));
    if (!mine.length || phone.matches) return;
    const band = make("div", { className: "band" });
    const [outer, first, last] = [table, mine[0], mine.at(-1)].map((element) => element.getBoundingClientRect());
    table.append(band);
    band.style.left = `${first.left - outer.left}px`;
    band.style.width = `${last.right - first.left}px`;
  }

  /* ---- start ------------------------------------------------------------------------------------------------------------ */

  view.attach(table);
  buildSearch();
  buildLegend();
  const first = table.querySelector(".row[id] a");
  table.querySelectorAll(".row[id] a, .bar, .column").forEach((element) => (element.tabIndex = -1));
  if (first) first.tabIndex = 0;
  openFolded();
  table.addEventListener("keydown", onKey);
  table.addEventListener("click", onClick);
  document.getElementById("reset").addEventListener("click", clear);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || panel.dialog.open || event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    controls.q.focus();
  });
  addEventListener("beforeprint", () => {
    view.groups().forEach((group) => fold(group, false));
    if (view.state) view.drawAll();
  });
  addEventListener("resize", markRelease);
  addEventListener("scroll", () => table.classList.toggle("aside", scrollX > 0), { passive: true });
  release.changed((name) => {
    state.on = name;
    markRelease();
  });
  addEventListener("pagehide", () => remember());
  addEventListener("popstate", follow);
  addEventListener("hashchange", follow);

  /** Groups are closed on a phone before any data are there. */
  function openFolded() {
    if (phone.matches && view.write({ ...state, on: "" }) === "#") for (const group of view.groups()) fold(group, true);
  }

  function follow() {
    clearTimeout(typed);
    const next = view.read(location.hash);
    if (view.write(next) === view.write(state)) return;
    stepped = Boolean(history.state?.panel);
    state = next;
    render();
  }

  function ready() {
    performance.mark("ready");
    document.documentElement.classList.add("drawn");
  }

  markRelease();
  /* What the page opens with is there already: data are loaded for an address that asks for more, or when there is time. */
  if (view.write({ ...state, on: "" }) !== "#") render().then(ready);
  else {
    ready();
    if (!phone.matches) (window.requestIdleCallback ?? setTimeout)(() => render());
  }
});
