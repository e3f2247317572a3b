/* The sheet: what was measured, as the data files bring it; the cells of further columns are loaded when they are asked for. */
"use strict";
(() => {
  const sets = new Map();
  const waiting = new Map();
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  /* A script may only be one of ours, whatever an address says. */
  const policy = window.trustedTypes?.createPolicy("tfcompat", {
    createScriptURL(name) {
      if (!/^data\/[a-z0-9][a-z0-9.-]*\.js$/.test(name)) throw new TypeError("not a file of this page");
      return name;
    },
  });

  const sheet = {
    statuses: [],
    sets: {},
    shown: "",
    columns: [],
    scenarios: [],
    sources: null,
    findings: {},
    flaky: [],
    rowOf: new Map(),
    columnOf: new Map(),

    /** The scripts that bring these sets; they call `take`. */
    load(names) {
      return Promise.all(names.filter((name) => name in sheet.sets && !sets.has(name)).map(fetch));
    },

    /** The text of a scenario's function. */
    async source(row) {
      if (!sheet.sources) await fetch("sources");
      return sheet.sources[sheet.scenarios[row].text];
    },

    /** What a scenario did in a column, by their numbers; undefined while its set is not there. */
    answer(row, column) {
      const place = places.get(column);
      const line = place && sets.get(place.set)?.rows[row];
      return line && line.answers[line.c[place.at]];
    },

    seconds(row, column) {
      const place = places.get(column);
      return sets.get(place.set).rows[row].t[place.at] / 100;
    },

    /** When the answer of a column was measured, where it is an earlier trial's; else undefined. */
    measured(row, column) {
      const place = places.get(column);
      return sets.get(place.set).rows[row].m?.[place.at];
    },

    /** What the other trials of a column answered, newest first; undefined is "the same", null "it was not asked". */
    others(row, column) {
      const place = places.get(column);
      const line = sets.get(place.set).rows[row];
      const numbers = line.h?.[place.at];
      return sheet.columns[column].others.map((_, at) => (numbers ? (line.answers[numbers[at]] ?? null) : undefined));
    },

    flakyAt: (row, column) => sheet.flaky.some(([at, place]) => at === row && place === column),

    same: (answer, other) => answer.status === other.status && answer.reason === other.reason && answer.kind === other.kind,

    /** Neighbouring columns of a row that have the same answer: `{from, to, answer}`, places in `columns`. */
    ranges(row, columns) {
      const ranges = [];
      columns.forEach((column, at) => {
        const answer = sheet.answer(row, column);
        const last = ranges.at(-1);
        if (last && sheet.same(last.answer, answer)) last.to = at;
        else ranges.push({ from: at, to: at, answer });
      });
      return ranges;
    },

    /** A letter for each different observation of some ranges; none where there is only one. */
    letters(ranges) {
      const kinds = [...new Set(ranges.map((range) => range.answer.kind))].filter((kind) => kind >= 0).sort((a, b) => a - b);
      const letter = (kind) => LETTERS[kind % 26] + (kind >= 26 ? Math.floor(kind / 26) + 1 : "");
      return new Map(kinds.length > 1 ? kinds.map((kind) => [kind, letter(kind)]) : []);
    },

    span(columns, range) {
      const [first, last] = [sheet.name(columns[range.from]), sheet.name(columns[range.to])];
      return first === last ? first : `${first} – ${last}`;
    },

    /** What a column is called in a range: its release, and what is different about it. */
    name(column) {
      const head = sheet.columns[column];
      if (head.variant !== "bundled") return `${head.tensorflow}+${head.variant}`;
      return head.set === "pythons" ? `${head.tensorflow} (py ${head.python})` : head.tensorflow;
    },
  };
  const places = new Map();

  function fetch(name) {
    if (!waiting.has(name)) {
      waiting.set(
        name,
        new Promise((resolve, reject) => {
          const script = document.createElement("script");
          const address = `data/${name}.js`;
          script.src = policy ? policy.createScriptURL(address) : address;
          script.addEventListener("load", resolve);
          script.addEventListener("error", () => {
            waiting.delete(name);
            reject(new Error(`data/${name}.js is not there`));
          });
          document.head.append(script);
        }),
      );
    }
    return waiting.get(name);
  }

  function unpack([status, kind, observed = "", documented = "", reason = "", type = "", message = ""]) {
    const { word, symbol } = sheet.statuses[status];
    return { status, word: reason ? `${word}: ${reason}` : word, symbol, letter: word[0], kind, observed, documented, reason, type, message };
  }

  tfcompat.index = (data) => {
    Object.assign(sheet, data);
    sheet.scenarios.forEach((scenario, at) => sheet.rowOf.set(scenario.id, at));
    sheet.columns.forEach((column, at) => sheet.columnOf.set(column.cell, at));
  };

  tfcompat.sources = (texts) => (sheet.sources = texts);

  tfcompat.take = (name, data) => {
    for (const line of data.rows) line.answers = line.a.map(unpack);
    data.columns.forEach((column, at) => {
      places.set(column, { set: name, at });
      Object.assign(sheet.columns[column], data.facts[at]);
    });
    sets.set(name, data);
  };

  tfcompat.sheet = sheet;
})();
