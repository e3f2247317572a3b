/* The sheet: what was measured, as the data files bring it; the cells of further columns are loaded when they are asked for. */
"use strict";
(() => {
  const sets = new Map();
  const framed = new Map();
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  /* What turns the direction of writing: it is shown, and never obeyed. */
  const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
  const visible = (text) => text.replace(TURNS, (letter) => `\u27e8U+${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}\u27e9`);
  const fetch = (name) => tfcompat.load(`data/${name}.js`);

  /** Long texts come compressed: a promise of them. */
  const unpacked = (texts) => {
    const bytes = Uint8Array.from(atob(texts), (letter) => letter.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  };

  const sheet = {
    statuses: [],
    harms: [],
    kinds: {},
    oracles: {},
    truth: {},
    sets: {},
    shown: "",
    columns: [],
    scenarios: [],
    sources: null,
    texts: null,
    visible,
    findings: {},
    flaky: [],
    rowOf: new Map(),
    columnOf: new Map(),

    /** The scripts that bring these sets; they call `take`. What the page opens with comes first: the others say no answer again
     * that is among its own. */
    async load(names) {
      const wanted = names.filter((name) => name in sheet.sets && !sets.has(name));
      if (wanted.length && !sets.has(sheet.shown)) await fetch(sheet.shown);
      await Promise.all(wanted.filter((name) => name !== sheet.shown).map(fetch));
    },

    /** The index, and what rows are found by. */
    async ready() {
      if (!sheet.scenarios.length) await fetch("index");
      if (!sheet.texts) await fetch("texts");
      sheet.texts = await sheet.texts;
    },

    /** The text of a scenario's function. */
    async source(row) {
      if (!sheet.sources) await fetch("sources");
      return (await sheet.sources)[sheet.scenarios[row].text];
    },

    /** Where an exception of a row and column was raised; empty where nothing was, or the trial has not kept it. */
    async traceback(row, column) {
      const { set, at } = places.get(column);
      if (!framed.has(set)) await fetch(`frames-${set}`);
      const { texts, rows } = framed.get(set);
      const number = rows[row]?.[at];
      return number === undefined ? "" : visible((await texts)[number]);
    },

    /** What a scenario did in a column, by their numbers; undefined while its set is not there. */
    answer(row, column) {
      const place = places.get(column);
      const line = place && sets.get(place.set)?.rows[row];
      return line?.answers[line.c[place.at]];
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
      const numbers = line.h?.find(([, columns]) => columns.includes(place.at))?.[0];
      return sheet.columns[column].others.map((_, at) => (numbers ? (line.answers[numbers[at]] ?? null) : undefined));
    },

    flakyAt: (row, column) => sheet.flaky.some(([at, place]) => at === row && place === column),

    /** Whether two answers are one range: what the documentation says is no part of what a release does. */
    same: (answer, other) => ["status", "harm", "reason", "whose", "variety"].every((key) => answer[key] === other[key]),

    /** Whether two answers are one bar. */
    alike: (answer, other) => sheet.same(answer, other) && answer.documents === other.documents,

    /** Neighbouring columns of a row that look the same: `{from, to, answer}`, places in `columns`. */
    ranges(row, columns) {
      const ranges = [];
      columns.forEach((column, at) => {
        const answer = sheet.answer(row, column);
        const last = ranges.at(-1);
        if (last && sheet.alike(last.answer, answer)) last.to = at;
        else ranges.push({ from: at, to: at, answer });
      });
      return ranges;
    },

    /** Whether a row is not called the same, with the same harm, in all of some columns. */
    varies: (row, columns) => {
      const first = sheet.answer(row, columns[0]);
      return columns.some((column) => sheet.answer(row, column).word !== first.word || sheet.answer(row, column).harm !== first.harm);
    },

    /** A letter for each different observation of some ranges that no word tells; none where there is only one. */
    letters(ranges) {
      const unsaid = ranges.filter(({ answer }) => !answer.says).map(({ answer }) => answer.variety);
      const varieties = [...new Set(unsaid)].filter((variety) => variety >= 0).sort((a, b) => a - b);
      const letter = (variety) => LETTERS[variety % 26] + (variety >= 26 ? Math.floor(variety / 26) + 1 : "");
      return new Map(varieties.length > 1 ? varieties.map((variety) => [variety, letter(variety)]) : []);
    },

    /** The letter of an answer among some; an answer that says its word needs none. */
    letter: (letters, answer) => (answer.says ? undefined : letters.get(answer.variety)),

    span(columns, range) {
      const [first, last] = [sheet.name(columns[range.from]), sheet.name(columns[range.to])];
      return first === last ? first : `${first} – ${last}`;
    },

    /** A range by minors where its columns are the last patches, but for the minors that are `split`: of these not all patches do
     * the same. A star where one is between its ends. */
    short(columns, { from, to }, split = []) {
      const isMinor = (column) => sheet.columns[column].set === "minors";
      const minor = (column) => sheet.minor(sheet.columns[column].tensorflow);
      const name = (column) => (isMinor(column) && !split.includes(minor(column)) ? minor(column) : sheet.name(column));
      const [first, last] = [name(columns[from]), name(columns[to])];
      const starred = columns.slice(from + 1, to).some((column) => isMinor(column) && split.includes(minor(column)));
      return (first === last ? first : `${first}–${last}`) + (starred ? "*" : "");
    },

    /** The minor of a version. */
    minor: (version) => /^\d+\.\d+/.exec(version)?.[0] ?? version,

    /** What a column is called in a range: its release, and what is different about it. */
    name(column) {
      const head = sheet.columns[column];
      if (head.variant !== "bundled") return `${head.tensorflow}+${head.variant}`;
      return head.set === "pythons" ? `${head.tensorflow} (py ${head.python})` : head.tensorflow;
    },
  };
  const places = new Map();

  /** Harm that what happened does not say by itself. */
  const UNSAID = ["obscure", "visible", "silent"];

  /** An answer from the letters that it came as; what is left out is nothing, or the first. */
  function unpack({ s = 0, h = 0, c, v = 0, w, k = 0, o = "", e = "", n = "", d = "", g = "", r = "", p = "", y = "", m = "", l = "" }) {
    const { word, symbol } = sheet.statuses[s];
    const harm = sheet.harms[h].word;
    const called = w !== undefined ? visible(w) : (r || p ? `${word}: ${r || p}` : word);
    const hurts = UNSAID.includes(harm);
    return {
      status: s,
      harm: h,
      word: called,
      said: called + (hurts ? `, ${harm}` : "") + (k ? ", documented" : ""),
      hurts,
      says: w !== undefined,
      documents: k === 1,
      class: c,
      symbol,
      mark: sheet.harms[h].mark,
      variety: v - 1,
      observed: visible(o),
      expected: visible(e),
      seen: visible(n),
      documented: visible(d),
      documentation: g,
      reason: r,
      whose: p,
      type: y,
      message: visible(m),
      lacks: visible(l),
    };
  }

  tfcompat.index = (data) => {
    Object.assign(sheet, data);
    /* A row is found by the ids that it had before, too: by one that several rows had, the first of them. */
    const before = sheet.scenarios.flatMap(({ before = [] }, at) => before.map((id) => [id, at]));
    for (const [id, at] of before.reverse()) sheet.rowOf.set(id, at);
    sheet.scenarios.forEach((scenario, at) => sheet.rowOf.set(scenario.id, at));
    sheet.columns.forEach((column, at) => sheet.columnOf.set(column.cell, at));
  };

  tfcompat.frames = (name, { texts, rows }) => framed.set(name, { texts: unpacked(texts), rows });

  tfcompat.sources = (texts) => (sheet.sources = unpacked(texts));

  tfcompat.texts = (texts) => (sheet.texts = unpacked(texts));

  tfcompat.take = (name, data) => {
    const opened = name === sheet.shown ? [] : sets.get(sheet.shown).rows;
    data.rows.forEach((line, row) => (line.answers = [...(opened[row]?.answers ?? []), ...line.a.map(unpack)]));
    data.columns.forEach((column, at) => {
      places.set(column, { set: name, at });
      Object.assign(sheet.columns[column], data.facts[at]);
    });
    sets.set(name, data);
  };

  tfcompat.sheet = sheet;
})();
