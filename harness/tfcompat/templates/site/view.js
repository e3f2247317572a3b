/* The view: what the address says is shown, the rows and columns that fit it, and the table that shows them. */
"use strict";
(() => {
  const { sheet, versions } = tfcompat;
  const LISTS = ["group", "harm", "status", "columns"];
  const TEXTS = ["q", "tf", "changes", "finding", "scenario", "cell"];
  const phone = matchMedia("(max-width: 719px)");
  let rows = [];
  let groups = [];
  let drawn = "";
  /* Only rows near the window have their cells: thousands of cells that nobody sees would make every keystroke slow. */
  const watcher = new IntersectionObserver(watch, { rootMargin: "500px 0px" });
  /* As many cells are drawn with the rows they are in; of more, the next frame brings those that are seen. */
  const AT_ONCE = 800;
  let texts = [];

  /* ---- the address -------------------------------------------------------------------------------------------- */

  /** What an address's part after the # says; what it does not know it leaves out. */
  function read(hash) {
    const state = { group: [], harm: [], status: [], columns: [], q: "", tf: "", changes: "", finding: "", scenario: "", cell: "" };
    for (const part of hash.replace(/^#/, "").split("&")) {
      const at = part.indexOf("=");
      const key = part.slice(0, at);
      let value;
      try {
        value = decodeURIComponent(part.slice(at + 1));
      } catch {
        continue;
      }
      if (LISTS.includes(key)) state[key] = value.split(",").filter(Boolean);
      else if (TEXTS.includes(key)) state[key] = value;
    }
    state.columns = state.columns.filter((name) => name in sheet.sets);
    if (!state.columns.length) state.columns = [sheet.shown];
    const column = sheet.columns[sheet.columnOf.get(state.cell)];
    if (column && !state.columns.includes(column.set)) state.columns.push(column.set);
    return state;
  }

  function write(state) {
    const parts = [];
    for (const key of [...TEXTS, ...LISTS]) {
      const value = LISTS.includes(key) ? state[key].join(",") : state[key];
      if (value && !(key === "columns" && value === sheet.shown)) parts.push(`${key}=${encodeURIComponent(value)}`);
    }
    return parts.length ? `#${parts.join("&")}` : "#";
  }

  /* ---- which columns, which rows ------------------------------------------------------------------------------- */

  function chosenSets(state) {
    return sheet.columns.map((_, at) => at).filter((at) => state.columns.includes(sheet.columns[at].set));
  }

  function columnsOf(state) {
    const chosen = chosenSets(state);
    const fits = state.tf && versions.specifier(state.tf);
    return fits ? chosen.filter((at) => fits(versions.parse(sheet.columns[at].tensorflow))) : chosen;
  }

  /** The column that a name stands for among some: a cell, or a release. */
  function columnNamed(name, columns) {
    const named = columns.filter((at) => [sheet.columns[at].cell, sheet.columns[at].tensorflow].includes(name));
    return named.find((at) => ["minors", "patches", "pre"].includes(sheet.columns[at].set)) ?? named[0];
  }

  /** The two columns between which rows shall differ; null where all changes are asked for, or none. */
  function between(state, columns) {
    const [before, after] = state.changes.split("..");
    if (!after) return null;
    const pair = [columnNamed(before, columns), columnNamed(after, columns)];
    return pair.includes(undefined) ? null : pair;
  }

  function rowFilter(state, columns) {
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    const pair = between(state, columns);
    const finding = sheet.findings[state.finding] && new Set(sheet.findings[state.finding].rows);
    const tests = [];
    if (finding) tests.push((row) => finding.has(sheet.scenarios[row].id));
    if (state.group.length) tests.push((row) => state.group.includes(rows[row].group));
    if (words.length) tests.push((row) => words.every((word) => textOf(row).includes(word)));
    if (state.status.length || state.harm.length) tests.push((row) => columns.some((at) => isChosen(state, sheet.answer(row, at))));
    if (pair) tests.push((row) => !sheet.same(sheet.answer(row, pair[0]), sheet.answer(row, pair[1])));
    else if (state.changes) tests.push((row) => sheet.changes(row, columns));
    return (row) => tests.every((test) => test(row));
  }

  /** Whether an answer has one of the harms and one of the statuses that are asked for. */
  function isChosen({ harm, status }, answer) {
    const harmed = !harm.length || (harm.includes(sheet.harms[answer.harm].word) && sheet.statuses[answer.status].word !== "unknown");
    return harmed && (!status.length || status.includes(sheet.statuses[answer.status].word));
  }

  /** What the search looks through: ids, title, what was observed, and the errors as they were raised. */
  function textOf(row) {
    if (texts[row] === undefined) {
      const { id, title, reference, before = [], answers: words = [] } = sheet.scenarios[row];
      const answers = sheet.columns.map((_, at) => sheet.answer(row, at)).filter(Boolean);
      const seen = new Set(answers.flatMap(({ observed, type, message, lacks }) => [observed, `${type}: ${message}`, lacks]));
      texts[row] = [id, ...before, title, reference, ...words.map(([word]) => word), ...seen].join("\n").toLowerCase();
    }
    return texts[row];
  }

  /* ---- drawing -------------------------------------------------------------------------------------------------- */

  const make = (tag, properties = {}, ...children) => {
    const element = document.createElement(tag);
    Object.assign(element, properties);
    element.append(...children);
    return element;
  };

  function attach(table) {
    view.table = table;
    table.querySelectorAll("tr[id]").forEach((tr, at) => {
      const head = tr.cells[0];
      rows[at] = { tr, group: tr.parentElement.dataset.group, link: head.querySelector("a"), list: head.querySelector("ul") };
      tr.dataset.at = at;
      rows[at].link.href = `#${tr.id}`;
    });
    groups = [...table.tBodies].map((body) => {
      const members = [];
      rows.forEach((row, at) => row.tr.parentElement === body && members.push(at));
      return { body, members, heading: body.rows[0].cells[0], tally: body.querySelector("small") };
    });
    drawn = chosenSets(read("")).join();
    for (const row of rows) row.drawn = drawn;
    view.columns = chosenSets(read(""));
    for (const { tr } of rows) watcher.observe(tr);
    addEventListener("beforeprint", () => rows.forEach((_, at) => bringNear(at)));
    phone.addEventListener("change", () => drawLists(view.columns));
  }

  function drawHead(columns) {
    const [band, line] = view.table.tHead.rows;
    const heads = columns.map((at) => {
      const { cell, tensorflow, python, variant } = sheet.columns[at];
      const head = make("th", { scope: "col" }, make("span", { className: "release", textContent: tensorflow }));
      head.append(make("span", { className: "python", textContent: `py ${python}` }));
      if (variant !== "bundled") head.append(make("span", { className: "variant", textContent: variant }));
      head.dataset.cell = cell;
      return head;
    });
    line.replaceChildren(line.cells[0], ...heads);
    const bands = [];
    for (const at of columns) {
      const name = sheet.columns[at].keras;
      if (bands.at(-1)?.name === name) bands.at(-1).span++;
      else bands.push({ name, span: 1 });
    }
    const cells = bands.map(({ name, span }) => (name ? make("th", { scope: "colgroup", colSpan: span }, make("span", { textContent: name })) : make("td", { colSpan: span })));
    band.replaceChildren(band.cells[0], ...cells);
    view.table.querySelector("col:last-child").span = Math.max(1, columns.length);
    for (const { heading } of groups) heading.colSpan = columns.length + 1;
  }

  function watch(entries) {
    for (const { target, isIntersecting } of entries) {
      const at = Number(target.dataset.at);
      if (isIntersecting) bringNear(at);
      else if (!target.contains(document.activeElement)) takeAway(at);
    }
  }

  /** Take a row's cells out of the page: even cells that are not shown cost time whenever rows come and go. */
  function takeAway(at) {
    const { tr } = rows[at];
    tr.classList.remove("near");
    tr.replaceChildren(tr.cells[0]);
    rows[at].drawn = "";
  }

  /** Give a row its cells, as the columns are now. */
  function bringNear(at) {
    const { tr } = rows[at];
    if (rows[at].drawn !== drawn) drawRow(at, view.columns);
    tr.classList.add("near");
  }

  function drawRow(at, columns) {
    rows[at].drawn = drawn;
    const ranges = sheet.ranges(at, columns);
    const letters = sheet.letters(ranges);
    const cells = [rows[at].tr.cells[0]];
    for (const { from, to, answer } of ranges) {
      const letter = sheet.letter(letters, answer);
      for (let place = from; place <= to; place++) {
        const cell = document.createElement("td");
        cell.className = answer.class + (place === from ? " b" : "") + (place === to ? " e" : "");
        cell.textContent = letter ? `${answer.said} ${letter}` : answer.said;
        if (place === from) head(cell, answer, letter, to - from + 1);
        cells.push(cell);
      }
    }
    rows[at].tr.replaceChildren(...cells);
  }

  /** The first cell of a bar shows what the bar is: a letter, or the word of an answer over all its columns. */
  function head(cell, answer, letter, columns) {
    if (letter) cell.dataset.v = letter;
    if (!answer.says) return;
    cell.style.setProperty("--n", columns);
    cell.replaceChildren(make("span", { textContent: answer.word }), answer.said.slice(answer.word.length));
  }

  /** On a phone each row is the list of its ranges, and each range a link to its first cell. */
  function drawLists(columns) {
    if (!phone.matches) return;
    rows.forEach((row, at) => {
      if (row.tr.hidden || row.listed === drawn) return;
      row.listed = drawn;
      const ranges = sheet.ranges(at, columns);
      const letters = sheet.letters(ranges);
      const items = ranges.map((range) => {
        const { answer, from } = range;
        const link = make("a", { href: write({ ...read(""), scenario: sheet.scenarios[at].id, cell: sheet.columns[columns[from]].cell }) });
        link.append(make("b", { textContent: answer.said }), ` ${sheet.span(columns, range)} `);
        const letter = sheet.letter(letters, answer);
        if (letter) link.append(make("i", { textContent: letter }));
        return make("li", { className: answer.class }, link);
      });
      row.list.replaceChildren(...items);
    });
  }

  function drawColumns(columns) {
    if (columns.join() === drawn) return;
    drawn = columns.join();
    texts = [];
    drawHead(columns);
    rows.forEach(({ tr }, at) => tr.classList.contains("near") && drawRow(at, columns));
  }

  function drawRows(state, columns) {
    const fits = rowFilter(state, columns);
    let count = 0;
    for (const { body, members, tally } of groups) {
      let shown = 0;
      for (const at of members) {
        const fit = fits(at);
        if (rows[at].tr.hidden === fit) rows[at].tr.hidden = !fit;
        shown += fit;
      }
      if (body.hidden !== !shown) body.hidden = !shown;
      const text = shown === members.length ? `${shown}` : `${shown} of ${members.length}`;
      if (tally.textContent !== text) tally.textContent = text;
      count += shown;
    }
    if (count * columns.length <= AT_ONCE) rows.forEach(({ tr }, at) => tr.hidden || bringNear(at));
    return count;
  }

  /** Show what a state asks for, once its data are there; how many rows that is. */
  async function show(state) {
    view.state = state;
    await sheet.load(state.columns);
    if (view.state !== state) return null;
    view.columns = columnsOf(state);
    drawColumns(view.columns);
    const count = drawRows(state, view.columns);
    drawLists(view.columns);
    return count;
  }

  const view = {
    state: null,
    columns: [],
    table: null,
    phone,
    attach,
    read,
    write,
    show,
    make,
    between,
    chosenSets,
    group: (at) => rows[at].group,
    groups: () => groups.map(({ body }) => body.dataset.group),
    rowElement: (at) => rows[at].tr,
    rowLink: (at) => rows[at].link,
    rowAt: (tr) => (tr.dataset.at === undefined ? -1 : Number(tr.dataset.at)),
    bringNear,
    visibleRows: () => rows.filter(({ tr }) => !tr.hidden).map(({ tr }) => tr),
  };
  tfcompat.view = view;
})();
