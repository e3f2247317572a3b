/* The view: what the address says is shown, the rows and columns that fit it, and the table that shows them. */
"use strict";
(() => {
  const { sheet, versions } = tfcompat;
  const LISTS = ["group", "harm", "status", "columns"];
  /** The width of a character of a column's name, and of what is below it, in rem. */
  const NAME = 0.5;
  const BELOW = 0.38;
  /** What a star behind a range says, as site/rows.py has it. */
  const STARRED = " (* not on every patch)";
  /** The least height of a row, in pixels. */
  const HEIGHT = 27;
  /** A bar over more columns than these may begin outside the window. */
  const LONG = 12;
  const TEXTS = ["q", "tf", "changes", "finding", "scenario", "cell", "on"];
  /* The part of the words of a search that a row has to have where none has all of them. */
  const MOST_WORDS = 0.6;
  let rows = [];
  let groups = [];
  let drawn = "";
  /** Nobody waits once nothing was typed for this long, in milliseconds. */
  const PAUSE = 100;
  /** What is to be done for the rows out of sight then: its timer, and its turn. */
  let paused = 0;
  let ahead = 0;
  /** How far the end of the window is below the beginning of the table, in pixels. */
  let sight = 0;
  const texts = [];

  const make = (tag, properties = {}, ...children) => {
    const element = document.createElement(tag);
    Object.assign(element, properties);
    element.append(...children);
    return element;
  };

  /* ---- the address -------------------------------------------------------------------------------------------- */

  const nothing = () => ({ group: [], harm: [], status: [], columns: [], q: "", tf: "", changes: "", finding: "", scenario: "", cell: "", on: "" });

  /** What an address's part after the # says; what it does not know it leaves out. */
  function read(hash) {
    const state = nothing();
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
    return state;
  }

  /** The columns that a state asks for, once it is known which there are: those of a named cell too. */
  function settled(state) {
    const columns = state.columns.filter((name) => Object.hasOwn(sheet.sets, name));
    if (!columns.length) columns.push(sheet.shown);
    const column = sheet.columns[sheet.columnOf.get(state.cell)];
    if (column && !columns.includes(column.set)) columns.push(column.set);
    return { ...state, columns };
  }

  function write(state) {
    const parts = [];
    for (const key of [...TEXTS, ...LISTS]) {
      const value = LISTS.includes(key) ? state[key].join(",") : state[key];
      if (value && !(key === "columns" && (value === sheet.shown || value === view.table?.dataset.shown))) parts.push(`${key}=${encodeURIComponent(value)}`);
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

  /** The column that a name stands for among some: a cell, a release, or a minor. */
  function columnNamed(name, columns) {
    const named = columns.filter((at) => [sheet.columns[at].cell, sheet.columns[at].tensorflow].includes(name));
    const standing = (some) => some.find((at) => ["minors", "patches", "pre"].includes(sheet.columns[at].set)) ?? some.at(-1);
    return standing(named) ?? columns.filter((at) => sheet.minor(sheet.columns[at].tensorflow) === name).at(-1);
  }

  /** The two columns between which rows shall differ; null where that is not asked for, undefined in place of one that is not there. */
  function between(state, columns) {
    const [before, after] = state.changes.split("..");
    return after ? [columnNamed(before, columns), columnNamed(after, columns)] : null;
  }

  /** Whether only rows that vary are shown: where nothing narrows them otherwise. */
  const onlyVarying = (state) => !(state.changes || state.q || state.finding || state.group.length || state.harm.length || state.status.length);

  function testsOf(state, columns) {
    const pair = between(state, columns);
    const finding = Object.hasOwn(sheet.findings, state.finding) && new Set(sheet.findings[state.finding].rows);
    const tests = [];
    if (finding) tests.push((row) => finding.has(sheet.scenarios[row].id));
    if (state.group.length) tests.push((row) => state.group.includes(rows[row].group));
    if (state.status.length || state.harm.length) tests.push((row) => columns.some((at) => isChosen(state, sheet.answer(row, at))));
    if (pair) tests.push((row) => !pair.includes(undefined) && !sheet.same(sheet.answer(row, pair[0]), sheet.answer(row, pair[1])));
    if (onlyVarying(state)) tests.push((row) => rows[row].varies);
    return tests;
  }

  /** Whether an answer has one of the harms and one of the statuses that are asked for. */
  function isChosen({ harm, status }, answer) {
    const harmed = !harm.length || (harm.includes(sheet.harms[answer.harm].word) && sheet.statuses[answer.status].word !== "unknown");
    return harmed && (!status.length || status.includes(sheet.statuses[answer.status].word));
  }

  /** What the search looks through: ids, title, answers, what was observed, and the errors as they were raised. */
  function textOf(row) {
    if (texts[row] === undefined) {
      const { id, title, reference, before = [], answers: words = [] } = sheet.scenarios[row];
      texts[row] = `${[id, ...before, title, reference, ...words.map(([word]) => word)].join("\n").toLowerCase()}\n${sheet.texts[row]}`;
    }
    return texts[row];
  }

  /** The rows that a search finds: those with the very text, else those with all its words, else those with most of them. */
  function searched(state, some) {
    const text = state.q.toLowerCase().trim();
    if (!text) return { found: some, whole: true };
    const exact = some.filter((row) => textOf(row).includes(text));
    if (exact.length) return { found: exact, whole: true };
    const words = [...new Set(text.split(/[\s"'`(),:;=]+/).filter((word) => word.length > 1))];
    const counts = new Map(some.map((row) => [row, words.filter((word) => textOf(row).includes(word)).length]));
    const most = Math.max(0, ...counts.values());
    const enough = most === words.length ? most : Math.max(1, Math.ceil(Math.max(most - 1, words.length * MOST_WORDS)));
    return { found: most ? some.filter((row) => counts.get(row) >= enough) : [], whole: most === words.length };
  }

  /* ---- drawing -------------------------------------------------------------------------------------------------- */

  /** Asking the browser where something is makes it lay out what waits for that: no keystroke does. */
  function look() {
    sight = innerHeight - view.table.getBoundingClientRect().top;
  }

  function attach(table) {
    view.table = table;
    look();
    for (const event of ["scroll", "resize"]) addEventListener(event, look, { passive: true });
    groups = [...table.querySelectorAll(".group")].map((body) => ({
      body,
      name: body.dataset.group,
      button: body.querySelector("button"),
      tally: body.querySelector("button small"),
      chunks: [...body.querySelectorAll(".chunk")].map((element) => ({ element, members: [] })),
    }));
    let at = 0;
    for (const group of groups) {
      for (const chunk of group.chunks) {
        for (const element of chunk.element.children) {
          rows.push({ element, group: group.name, chunk, name: element.firstElementChild, varies: !element.classList.contains("same") });
          element.dataset.at = at++;
        }
      }
    }
  }

  /** Rows stand in the order of readers, the data in that of the suite: from now on a row is known by its place in the data. */
  function align() {
    const place = new Map(rows.map((row) => [decodeURIComponent(row.element.id.slice("scenario=".length)), row]));
    rows = sheet.scenarios.map(({ id }) => place.get(id));
    rows.forEach((row, at) => {
      row.element.dataset.at = at;
      row.chunk.members.push(at);
    });
    drawn = chosenSets(settled(nothing())).join();
  }

  function drawHead(columns) {
    let widest = 2.25;
    const heads = columns.map((at) => {
      const { cell, tensorflow, python, variant, set, keras } = sheet.columns[at];
      const name = set === "minors" ? sheet.minor(tensorflow) : tensorflow;
      const head = make("div", { className: "column", title: `TensorFlow ${tensorflow}, Python ${python}${variant === "bundled" ? "" : `, ${variant}`}` }, name);
      head.setAttribute("role", "columnheader");
      const below = variant !== "bundled" ? variant : set === "pythons" ? `py ${python}` : sheet.minor(keras);
      head.append(make("small", { textContent: below }));
      widest = Math.max(widest, NAME * name.length, BELOW * below.length);
      head.dataset.cell = cell;
      head.dataset.minor = sheet.minor(tensorflow);
      return head;
    });
    const line = document.getElementById("heads");
    line.replaceChildren(line.firstElementChild, ...heads);
    document.body.style.setProperty("--columns", String(Math.max(1, columns.length)));
    document.body.style.setProperty("--column", `${widest}rem`);
    view.table.setAttribute("aria-colcount", columns.length + 1);
  }

  function drawRow(at, columns) {
    const ranges = sheet.ranges(at, columns);
    const letters = sheet.letters(ranges);
    const bars = ranges.map(({ from, to, answer }) => {
      const letter = sheet.letter(letters, answer);
      const span = sheet.short(columns, { from, to }, sheet.scenarios[at].split);
      const mark = answer.mark + (answer.says ? "" : answer.symbol);
      const bar = make("div", { className: `bar ${answer.class}${from === to ? " n1" : ""}`, title: `${span}: ${answer.said}${span.endsWith("*") ? STARRED : ""}` });
      const words = [make("i", { textContent: [mark, letter].filter(Boolean).join(" ") }), ` ${[answer.word, answer.documents ? "§" : "", span].filter(Boolean).join(" ")}`];
      bar.append(...(to - from < LONG ? words : [make("span", { className: "along" }, ...words)]));
      bar.style.setProperty("--n", String(to - from + 1));
      bar.setAttribute("role", "gridcell");
      bar.setAttribute("aria-colindex", from + 2);
      bar.setAttribute("aria-colspan", to - from + 1);
      return bar;
    });
    rows[at].drawn = drawn;
    rows[at].element.replaceChildren(rows[at].name, ...bars);
  }

  function drawColumns(columns) {
    if (columns.join() === drawn) return;
    drawn = columns.join();
    drawHead(columns);
    rows.forEach((row, at) => (row.varies = sheet.varies(at, columns)));
  }

  /** The rows in sight have the bars of the columns that are shown; the others get theirs when nobody waits. */
  function drawRows(shown, columns) {
    const chosen = new Set(shown);
    let before = 0;
    for (const { body, chunks, tally } of groups) {
      let [count, all] = [0, 0];
      for (const chunk of chunks) {
        const late = (before + count) * HEIGHT > sight;
        count += showChunk(chunk, chosen);
        all += chunk.members.length;
        chunk.element.classList.toggle("late", late);
        if (!late) drawChunk(chunk, columns, (at) => chosen.has(at));
      }
      if (!body.classList.contains("closed")) before += count;
      if (body.hidden !== !count) body.hidden = !count;
      const text = count === all ? `${count}` : `${count} of ${all}`;
      if (tally.textContent !== text) tally.textContent = text;
    }
    drawAhead(columns);
  }

  /** Show those rows of a chunk that are chosen: how many that are. */
  function showChunk({ element, members }, chosen) {
    let count = 0;
    for (const at of members) {
      const fit = chosen.has(at);
      const row = rows[at].element;
      if (row.hidden === fit) row.hidden = !fit;
      if (fit) count += 1;
    }
    if (element.hidden !== !count) element.hidden = !count;
    element.style.setProperty("--rows", String(count));
    return count;
  }

  /** Whether a row has the bars of other columns than those that are shown. */
  const isOld = (at) => (rows[at].drawn ?? view.opened) !== drawn;

  /** Draw those rows of a chunk that fit. */
  function drawChunk({ members }, columns, fits) {
    for (const at of members) if (isOld(at) && fits(at)) drawRow(at, columns);
  }

  /** Draw a chunk whole, and let it be seen: whether it was to be seen and was not. */
  function finish(chunk, columns) {
    drawChunk(chunk, columns, () => true);
    const late = chunk.element.classList.contains("late") && !chunk.element.hidden;
    chunk.element.classList.remove("late");
    return late;
  }

  /** While nobody waits all else is drawn: what is below the window, then what the next letter of a search may show. */
  function drawAhead(columns) {
    let left = [];
    const step = (deadline) => {
      let late = false;
      while (left.length && !late && deadline.timeRemaining() > 2) late = finish(left.shift(), columns);
      if (left.length) ahead = whenIdle(step);
    };
    clearTimeout(paused);
    cancelIdle(ahead);
    paused = setTimeout(() => {
      left = unfinished();
      ahead = whenIdle(step);
    }, PAUSE);
  }

  /** All chunks, those that are to be seen first. */
  const unfinished = () => {
    const chunks = groups.flatMap((group) => group.chunks);
    return [...chunks.filter(({ element }) => !element.hidden), ...chunks.filter(({ element }) => element.hidden)];
  };

  /* Not every browser says when it is idle. */
  const whenIdle = window.requestIdleCallback ?? ((step) => setTimeout(() => step({ didTimeout: false, timeRemaining: () => 8 }), 30));
  const cancelIdle = window.cancelIdleCallback ?? clearTimeout;

  /** Draw all rows at once, for paper. */
  const drawAll = () => unfinished().forEach((chunk) => finish(chunk, view.columns));

  /** Show what a state asks for, once its data are there: how many rows that is, and whether each has all of the search. */
  async function show(asked) {
    view.asked = asked;
    await sheet.ready();
    if (!view.opened) {
      align();
      view.opened = drawn;
    }
    const state = settled(asked);
    await sheet.load(state.columns);
    if (view.asked !== asked) return null;
    view.state = state;
    view.columns = columnsOf(state);
    drawColumns(view.columns);
    const tests = testsOf(state, view.columns);
    const some = rows.map((_, at) => at).filter((at) => tests.every((test) => test(at)));
    const { found, whole } = searched(state, some);
    drawRows(found, view.columns);
    return { count: found.length, whole };
  }

  const view = {
    asked: null,
    state: null,
    columns: [],
    table: null,
    opened: "",
    attach,
    read,
    write,
    show,
    drawAll,
    make,
    settled,
    between,
    chosenSets,
    onlyVarying,
    groups: () => groups,
    rowElement: (at) => rows[at].element,
    rowAt: (element) => (element?.dataset.at === undefined ? -1 : Number(element.dataset.at)),
    visibleRows: () => [...view.table.querySelectorAll(".group:not(.closed, [hidden]) .row[id]:not([hidden])")],
  };
  tfcompat.view = view;
})();
