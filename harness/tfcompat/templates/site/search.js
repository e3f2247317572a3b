/* The search: the field that every page has, and under it the pages that answer what was pasted, the best first. */
"use strict";
/** @type {any} */ (globalThis).tfcompat ??= {};
(() => {
  /* What a search needs, in the order in which it is loaded: a page that is only read loads none of it. */
  const FILES = ["assets/minisearch.js", "assets/query.js", "assets/search-index.js"];
  /* How many pages are listed, and the digits to which how well they fit is compared. */
  const MOST = 8;
  /* Letters of a pasted text that the field shows. */
  const SHOWN = 2000;
  const DIGITS = 1e6;
  /* How the terms begin that an error is known by; and those of a name in a module, or of an import of one. */
  const OF_ERROR = /^[=^]/;
  const OF_SENTENCE = /^=/;
  const OF_PATH = /^[>%]|^[^0-9].*\./;
  const KINDS = { api: "API", question: "Question", finding: "Finding", upgrade: "Upgrade", loading: "Save & load", row: "Measured" };

  /**
   * What finds pages in an index, as questions/search/ranking.py does: the same terms, counted by MiniSearch.
   * @param {SearchIndex} index
   */
  function engine({ definition, terms, pages }) {
    const { query } = tfcompat.query.reader(definition);
    const indexed = new Set(terms.index.map(([term]) => term));
    const known = new Set([...indexed, ...definition.synonyms.flat()]);
    const letters = new RegExp(definition.misspelt);
    const mini = MiniSearch.loadJS(terms, { fields: Object.keys(definition.fields) });
    /* A short word that is only like one of the query's is none of them. */
    const isTold = (/** @type {string} */ term) => indexed.has(term) || term.length >= definition.name;
    /** @param {string} term */
    const mayBeMisspelt = (term) => term.length >= definition.fewest && !known.has(term) && letters.test(term);

    /** @param {string} text @returns {SearchHit[]} */
    return function find(text) {
      /** @type {Map<string, number>} */
      const counts = query(text);
      const found = mini.search([...counts.keys()].join(" "), {
        tokenize: (words) => words.split(" "),
        processTerm: (term) => term,
        boost: definition.fields,
        boostTerm: (term) => counts.get(term) ?? 1,
        boostDocument: (number) => pages[number].counts,
        prefix: mayBeMisspelt,
        fuzzy: (term) => mayBeMisspelt(term) && (term.length < definition.many ? 1 : 2),
        maxFuzzy: 2,
        weights: { fuzzy: definition.fuzzy, prefix: definition.prefix },
        bm25: { k: definition.saturation, b: definition.length, d: definition.floor },
      });
      const ordered = found
        .map(({ id, score, queryTerms }) => ({ number: id, score: Math.round(score * DIGITS) / DIGITS, close: isClose(counts, queryTerms.filter(isTold), definition.known) }))
        .sort((one, other) => other.score - one.score || one.number - other.number);
      return ordered
        .filter(({ score }) => score >= ordered[0].score * definition.relevant)
        .map(({ number, score, close }) => ({ ...pages[number], score, close }));
    };
  }

  /**
   * Whether a page that has some terms of a query has one of its errors or paths, or else half of its words. Of an error that says
   * which name is lacking, one that begins alike is not enough.
   * @param {Map<string, number>} counts @param {string[]} having @param {number} known what a name counts at least
   */
  function isClose(counts, having, known) {
    const terms = [...counts.keys()];
    const has = (/** @type {string} */ term) => having.includes(term);
    const isLacking = (/** @type {string} */ term) => (counts.get(term) ?? 0) >= known;
    if (terms.some((term) => OF_ERROR.test(term))) {
      const told = terms.some(isLacking) ? OF_SENTENCE : OF_ERROR;
      return terms.some((term) => (told.test(term) || isLacking(term) || OF_PATH.test(term)) && has(term));
    }
    const words = terms.filter((term) => (counts.get(term) ?? 0) >= 1);
    return 2 * words.filter(has).length >= words.length;
  }

  /* ---- loading -------------------------------------------------------------------------------------------------- */

  /** @type {((text: string) => SearchHit[]) | null} */
  let find = null;
  /** @type {Promise<void> | null} */
  let loading = null;

  /** Load what a search needs, once; again where that did not work. */
  function load() {
    loading ??= FILES.reduce((before, name) => before.then(() => tfcompat.load(name)), Promise.resolve()).catch((error) => {
      loading = null;
      throw error;
    });
    return loading;
  }

  const root = () => document.documentElement.dataset.root ?? "";

  /* ---- the field ------------------------------------------------------------------------------------------------ */

  /** @param {HTMLInputElement} field @param {HTMLElement} list */
  function attach(field, list) {
    const status = document.createElement("p");
    status.className = "sr";
    status.setAttribute("role", "status");
    list.after(status);
    /** @type {SearchHit[]} */
    let hits = [];
    let active = -1;
    /* What was pasted with its lines, for as long as the field shows it. */
    let pasted = { shown: "", text: "" };

    /** @returns {Promise<void>} */
    async function show() {
      const asked = (field.value === pasted.shown ? pasted.text : field.value).trim();
      if (!asked) return close();
      if (!find) {
        say("Loading the index …");
        try {
          await load();
        } catch {
          return say("The index could not be loaded: try again, or open All rows.");
        }
        /* While it was loaded another text may have been typed: the newest one is answered. */
        return show();
      }
      hits = find(asked).slice(0, MOST);
      active = -1;
      return draw();
    }

    /** @param {string} text */
    function say(text) {
      list.replaceChildren(remark(text));
      list.hidden = false;
      status.textContent = text;
    }

    /** @param {string} text */
    function remark(text) {
      const item = made("li", "hit-none");
      item.setAttribute("role", "none");
      item.append(made("span", "", text));
      return item;
    }

    function draw() {
      field.removeAttribute("aria-activedescendant");
      if (!hits.length) {
        say("Nothing that was measured has any of these words.");
        field.setAttribute("aria-expanded", "false");
        return;
      }
      list.replaceChildren(...hits.map(option));
      if (!hits.some(({ close }) => close)) list.prepend(remark("Nothing that was measured has all of this. The nearest:"));
      list.hidden = false;
      field.setAttribute("aria-expanded", "true");
      status.textContent = `${hits.length} ${hits.length === 1 ? "page" : "pages"}. First: ${hits[0].title}`;
    }

    /** @param {SearchHit} hit @param {number} at */
    function option(hit, at) {
      const item = made("li", "");
      item.setAttribute("role", "none");
      const link = /** @type {HTMLAnchorElement} */ (made("a", `hit hit-${hit.kind}`));
      link.id = `hit-${at}`;
      link.href = addressOf(hit.page);
      link.tabIndex = -1;
      link.setAttribute("role", "option");
      link.setAttribute("aria-selected", "false");
      const mine = turned(hit);
      link.append(made("b", "", hit.title), made("small", "", KINDS[hit.kind]));
      if (mine || hit.says) link.append(made("p", mine ? "mine" : "", mine || hit.says));
      link.addEventListener("pointermove", () => select(at));
      link.addEventListener("pointerdown", (event) => event.preventDefault());
      item.append(link);
      return item;
    }

    /**
     * What a page answers on the reader's release; empty where it says nothing of that.
     * @param {SearchHit} hit
     */
    function turned(hit) {
      const mine = tfcompat.release?.name;
      const found = mine ? (hit.turned ?? []).find(([minors]) => minors.includes(mine)) : undefined;
      return found ? `On your ${mine}: ${found[1]}` : "";
    }

    /** @param {number} at */
    function select(at) {
      if (at === active) return;
      mark(active, false);
      active = at;
      mark(at, true);
    }

    /** @param {number} at @param {boolean} selected */
    function mark(at, selected) {
      const link = list.querySelector(`#hit-${at}`);
      if (!link) return;
      link.setAttribute("aria-selected", String(selected));
      if (!selected) return;
      link.scrollIntoView({ block: "nearest" });
      field.setAttribute("aria-activedescendant", link.id);
    }

    /** @param {SearchHit} hit */
    function open(hit) {
      location.assign(addressOf(hit.page));
    }

    function close() {
      hits = [];
      active = -1;
      list.hidden = true;
      list.replaceChildren();
      status.textContent = "";
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    }

    /** @param {KeyboardEvent} event */
    function key(event) {
      if (event.isComposing) return;
      const last = hits.length - 1;
      if (event.key === "ArrowDown" && hits.length) select(active >= last ? 0 : active + 1);
      else if (event.key === "ArrowUp" && hits.length) select(active <= 0 ? last : active - 1);
      else if (event.key === "Enter" && hits.length) open(hits[Math.max(active, 0)]);
      else if (event.key === "Escape" && !list.hidden) close();
      else return;
      event.preventDefault();
    }

    field.addEventListener("focus", () => load().catch(() => undefined));
    field.addEventListener("input", show);
    field.addEventListener("keydown", key);
    field.addEventListener("paste", (event) => {
      /* A field of one line would join the lines of a traceback: they stay apart as the search reads them. */
      const text = event.clipboardData?.getData("text") ?? "";
      if (!text.includes("\n")) return;
      event.preventDefault();
      pasted = { shown: text.replace(/\s+/g, " ").trim().slice(0, SHOWN), text };
      field.value = pasted.shown;
      show();
    });
    field.addEventListener("blur", () => {
      if (!list.matches(":hover")) list.hidden = true;
    });
    field.addEventListener("focus", () => {
      if (hits.length) list.hidden = false;
    });
    tfcompat.release?.changed(() => hits.length && draw());
    document.addEventListener("keydown", (event) => {
      const inField = event.target instanceof HTMLElement && event.target.closest("input, select, textarea, [contenteditable]");
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || inField) return;
      event.preventDefault();
      field.focus();
    });
    const asked = new URLSearchParams(location.search).get("q");
    if (asked) {
      field.value = asked.slice(0, SHOWN);
      show();
    }
  }

  /**
   * The address of a page of the site: a page opened from a disk needs the names of files.
   * @param {string} page
   */
  function addressOf(page) {
    const [path, anchor] = page.split("#");
    const file = location.protocol === "file:" && (!path || path.endsWith("/")) ? `${path}index.html` : path;
    return `${root()}${file || "./"}${anchor ? `#${anchor}` : ""}`;
  }

  /** @param {string} name @param {string} style @param {string} [text] */
  function made(name, style, text) {
    const element = document.createElement(name);
    element.className = style;
    if (text) element.textContent = text;
    return element;
  }

  /** @param {SearchIndex} index */
  tfcompat.searchIndex = (index) => {
    find = engine(index);
    tfcompat.find = find;
  };
  tfcompat.search = { engine, addressOf };
  if (typeof document === "undefined") return;
  document.addEventListener("DOMContentLoaded", () => {
    const field = document.getElementById("question");
    const list = document.getElementById("results");
    if (field instanceof HTMLInputElement && list) attach(field, list);
  });
})();
