/* The query: the terms that a pasted text is looked for by. What questions/search/terms.py, pasted.py and query.py say in Python, word
   for word; the numbers and patterns of both are those of the index's definition, and a test holds both against each other. */
"use strict";
/** @type {any} */ (globalThis).tfcompat ??= {};
(() => {
  const WHOLE = ".";
  const STATEMENT = ">";
  const MODULE = "%";
  /* What rows about attributes and arguments are called, and the pattern of what names one. */
  const NAMED = /** @type {const} */ ([
    ["attribute_", "lacking_attribute"],
    ["argument_", "lacking_argument"],
    ["argument_", "given_argument"],
  ]);
  const SENTENCE = "=";
  const BEGINNING = "^";
  /* Of the patterns of what is not there, those that may stand without the class of an error before them. */
  const BARE = 4;
  /* What is not plain ASCII; the escape of a terminal is read later. */
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is of terminals, which are pasted from
  const OTHER = /[^ -~\n\t\u001b]/gu;
  const QUOTES = { "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": ".", "\r": "\n" };

  /**
   * What reads texts as a definition says.
   * @param {SearchDefinition} definition
   */
  function reader(definition) {
    /** @param {string} pattern */
    const all = (pattern) => new RegExp(pattern, "g");
    /** @param {string} pattern */
    const atStart = (pattern) => new RegExp(`^(?:${pattern})`);
    const empty = new Set(definition.empty);
    const part = all(definition.part);
    const word = all(definition.word);
    const ending = new RegExp(definition.ending);
    const lacks = definition.lacks.map(all);
    const lacksAtStart = definition.lacks.slice(0, BARE).map(atStart);
    const [error, begins, margin] = [definition.error, definition.begins, definition.margin].map(atStart);
    const inside = new RegExp(definition.inside);

    /** @param {string} text */
    function asciiOf(text) {
      let plain = text
        .replace(/\r\n/g, "\n")
        .replace(/[“”‘’–—…\r]/g, (letter) => QUOTES[/** @type {keyof typeof QUOTES} */ (letter)])
        .replace(OTHER, " ");
      for (const [british, american] of definition.spelt) plain = plain.split(british).join(american);
      return plain;
    }

    /** @param {string} text */
    function termsOf(text) {
      return [...asciiOf(text).matchAll(word)].flatMap(([found]) => ofWord(found));
    }

    /** @param {string} found */
    function ofWord(found) {
      if (/^[0-9]/.test(found)) {
        const parts = found.split(".");
        return parts.length > 2 ? [found, parts.slice(0, 2).join(".")] : [found];
      }
      const terms = isName(found) ? [WHOLE + bare(found).toLowerCase()] : [];
      for (const piece of found.split("_")) {
        if (/[0-9]/.test(piece)) terms.push(piece.toLowerCase());
        for (const [letters] of piece.matchAll(part)) {
          const small = letters.toLowerCase();
          if (small.length > 1 && !empty.has(small)) terms.push(stem(small));
        }
      }
      return terms;
    }

    /** @param {string} found */
    const bare = (found) => found.replace(/^_+|_+$/g, "");
    /** @param {string} found */
    const isName = (found) =>
      !empty.has(found.toLowerCase()) && (found !== found.toLowerCase() || bare(found).includes("_"));

    /** @param {string} small */
    function stem(small) {
      const cut = small.replace(ending, "");
      return cut.length >= definition.stem ? cut : small;
    }

    /** @param {string} text */
    function namesOf(text) {
      const spoken = [...asciiOf(text).matchAll(word)]
        .map(([found]) => bare(found).toLowerCase())
        .filter((found) => found && !empty.has(found) && !/^[0-9]/.test(found));
      const pairs = spoken.slice(1).map((found, at) => spoken[at] + found);
      return [...spoken, ...pairs].filter((name) => name.length >= definition.name).map((name) => WHOLE + name);
    }

    /** @param {string} text */
    function statementsOf(text) {
      return [...asciiOf(text).matchAll(all(definition.from_import))].flatMap(([, module, names]) =>
        names
          .split(",")
          .map((name) => name.trim().split(/\s+/)[0])
          .filter(Boolean)
          .map((name) => `${STATEMENT}${module}.${name}`.toLowerCase()),
      );
    }

    /** @param {string} message */
    function ofMessage(message) {
      return asciiOf(message)
        .split(new RegExp(definition.sentences))
        .flatMap((sentence) => {
          const plain = sentence.toLowerCase().replace(all(definition.differs), "");
          if (plain.length <= definition.short) return [];
          return [
            SENTENCE + hashed(plain.slice(0, definition.sentence)),
            BEGINNING + hashed(plain.slice(0, definition.beginning)),
          ];
        });
    }

    /**
     * The errors of a text, the last first, the paths in it, and what it says.
     * @param {string} text
     */
    function read(text) {
      const plain = asciiOf([...text].slice(-definition.longest).join("")).replace(all(definition.escapes), "");
      const lines = (plain.includes(definition.traceback) ? plain.replace(all(definition.joined), "\n") : plain).split("\n");
      const errors = errorsIn(lines.map((line) => line.replace(margin, ""))).reverse();
      const says = errors.map((one) => [one.type, one.message].filter(Boolean).join(": ")).join(" \n") || lines.join("\n");
      const lacking = lackingIn(says);
      const modules = lacking.flatMap((path) => [attributes(path), attributes({ module: "", name: path.module })]);
      const others = pathsIn(lines.join("\n")).filter((path) => !modules.includes(attributes(path)));
      const paths = new Map([...lacking, ...others].map((path) => [`${path.module} ${path.name} ${Boolean(path.lacks)}`, path]));
      return { errors, paths: [...paths.values()].slice(0, definition.paths), says };
    }

    /** @param {string[]} lines */
    function errorsIn(lines) {
      const errors = [];
      for (const [number, line] of lines.entries()) {
        const found = error.exec(line);
        if (found) {
          const more = lines.slice(number + 1, number + definition.lines);
          const end = more.findIndex((text) => begins.test(text) || error.test(text));
          const message = [found[2], ...more.slice(0, end < 0 ? more.length : end)].join(" ");
          errors.push({ type: found[1], message: spaced(message) });
        } else if (lacksAtStart.some((pattern) => pattern.test(line))) {
          errors.push({ type: "", message: spaced(line) });
        }
      }
      return errors;
    }

    /** @param {string} text */
    const spaced = (text) => text.split(/\s+/).filter(Boolean).join(" ");

    /** @param {string} text @returns {SearchPath[]} */
    function lackingIn(text) {
      return lacks.flatMap((pattern) =>
        [...text.matchAll(pattern)].map(({ groups = {} }) => {
          const path = groups.path || `${groups.module || groups.module2 || ""}.${groups.name}`;
          const [module, name] = split(path);
          return { module, name, lacks: true };
        }),
      );
    }

    /** @param {string} text @returns {SearchPath[]} */
    function pathsIn(text) {
      const from = all(definition.from_import);
      const paths = [...text.matchAll(from)].flatMap(([, module, names]) =>
        names
          .split(",")
          .map((name) => name.trim().split(/\s+/)[0])
          .filter(Boolean)
          .map((name) => ({ module, name })),
      );
      const rest = text.replace(from, "");
      for (const [pattern, group] of /** @type {[string, number][]} */ ([
        [definition.plain_import, 1],
        [definition.attributes, 0],
      ])) {
        for (const found of rest.matchAll(all(pattern))) {
          const [module, name] = split(found[group]);
          if (module) paths.push({ module, name });
        }
      }
      return paths;
    }

    /** @param {string} path */
    function split(path) {
      const at = path.lastIndexOf(".");
      return at < 0 ? ["", path] : [path.slice(0, at), path.slice(at + 1)];
    }

    /** @param {SearchPath} path */
    function attributes({ module, name }) {
      return `${module}.${name}`.replace(/^\./, "").replace(inside, "tensorflow.keras").replace(/^tensorflow\./, "tf.");
    }

    /**
     * The terms of a pasted text, the most telling first, with what each counts; then those that stand for them.
     * @param {string} text
     * @returns {Map<string, number>}
     */
    function query(text) {
      const pasted = read(text);
      /** @type {Map<string, number>} */
      const counts = new Map();
      for (const [term, count] of weighed(pasted)) {
        if (counts.size < definition.terms && !counts.has(term)) counts.set(term, count);
      }
      for (const term of standingFor(counts)) counts.set(term, definition.stands_for);
      return counts;
    }

    /** @param {ReturnType<typeof read>} pasted @returns {Generator<[string, number]>} */
    function* weighed({ errors, paths, says }) {
      const modules = paths.filter((path) => path.lacks).map((path) => `${attributes(path)}.`);
      for (const path of paths) {
        const full = attributes(path);
        if (errors.length && !path.lacks && !modules.some((module) => full.startsWith(module))) continue;
        const name = full.toLowerCase();
        if (path.lacks && path.name === path.name.toLowerCase() && /[a-z]/.test(path.name) && says.includes(definition.no_module)) {
          yield [MODULE + name, definition.lacking];
          continue;
        }
        const count = errors.length && name.includes(".") ? definition.lacking : definition.known;
        yield [name.includes(".") ? name : WHOLE + name, count];
        if (path.lacks && path.module && says.includes("cannot import")) {
          yield [`${STATEMENT}${path.module}.${path.name}`.toLowerCase(), count];
        }
      }
      for (const [kind, pattern] of NAMED) {
        for (const [, name] of says.matchAll(all(definition[pattern]))) yield [`${WHOLE}${kind}${name}`.toLowerCase(), definition.known];
      }
      for (const term of statementsOf(says)) yield [term, definition.known];
      for (const one of errors) for (const term of ofMessage(one.message)) yield [term, 1];
      for (const [found] of asciiOf(says).matchAll(all(definition.dotted))) yield [found.toLowerCase(), 1];
      for (const term of termsOf(says)) yield [term, 1];
      for (const term of namesOf(says)) yield [term, definition.named];
    }

    /** @param {Map<string, number>} known */
    function standingFor(known) {
      const found = definition.synonyms.filter(([first]) => known.has(first)).flatMap(([, ...others]) => others);
      const back = definition.synonyms.filter(([, ...others]) => others.some((term) => known.has(term))).map(([first]) => first);
      return new Set([...found, ...back].filter((term) => !known.has(term)));
    }

    return { query, read, termsOf };
  }

  /**
   * A short name of a text of ASCII: its FNV-1a hash.
   * @param {string} text
   */
  function hashed(text) {
    let number = 0x811c9dc5;
    for (let at = 0; at < text.length; at += 1) number = Math.imul(number ^ text.charCodeAt(at), 0x01000193);
    return (number >>> 0).toString(16).padStart(8, "0");
  }

  tfcompat.query = { reader, hashed };
})();
