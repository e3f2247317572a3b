/* Versions and specifiers, as PEP 440 has them, as far as TensorFlow's releases use them. */
"use strict";
(() => {
  const FORM = /^(\d+(?:\.\d+)*)(?:[-_.]?(a|b|rc)[-_.]?(\d+))?(?:\.post(\d+))?(?:\.dev(\d+))?(?:\+.*)?$/;
  const CLAUSE = /^(===|==|!=|~=|>=|<=|>|<)\s*(\S+?)(\.\*)?$/;

  /** What orders a version: its release, and then dev < a < b < rc < final < post. Null where it is none. */
  function parse(text) {
    const match = FORM.exec(text.trim().toLowerCase());
    if (!match) return null;
    const [, release, stage, number, post, dev] = match;
    const numbers = release.split(".").map(Number);
    while (numbers.length > 1 && numbers.at(-1) === 0) numbers.pop();
    const rank = stage ? { a: 1, b: 2, rc: 3 }[stage] : dev !== undefined && post === undefined ? 0 : 4;
    return {
      release: numbers,
      order: [rank, Number(number ?? 0), post === undefined ? -1 : Number(post), dev === undefined ? Infinity : Number(dev)],
      length: release.split(".").length,
      pre: Boolean(stage) || dev !== undefined,
    };
  }

  const sign = (version, other) => (version < other ? -1 : version > other ? 1 : 0);

  function compareRelease(numbers, other) {
    for (let place = 0; place < Math.max(numbers.length, other.length); place++) {
      const order = sign(numbers[place] ?? 0, other[place] ?? 0);
      if (order) return order;
    }
    return 0;
  }

  function compare(version, other) {
    return compareRelease(version.release, other.release) || version.order.reduce((order, part, at) => order || sign(part, other.order[at]), 0);
  }

  const begins = (version, prefix, length) => {
    for (let place = 0; place < length; place++) if ((version.release[place] ?? 0) !== (prefix.release[place] ?? 0)) return false;
    return true;
  };

  /** Whether a version fits one clause, by operator; the exclusive ones leave out what only belongs to their own version. */
  const FITS = {
    "==": (version, wanted, star) => (star ? begins(version, wanted, wanted.length) : compare(version, wanted) === 0),
    "!=": (version, wanted, star) => !FITS["=="](version, wanted, star),
    ">=": (version, wanted) => compare(version, wanted) >= 0,
    "<=": (version, wanted) => compare(version, wanted) <= 0,
    "<": (version, wanted) =>
      compare(version, wanted) < 0 && (wanted.pre || !version.pre || compareRelease(version.release, wanted.release) !== 0),
    ">": (version, wanted) =>
      compare(version, wanted) > 0 && (version.order[2] < 0 || wanted.order[2] >= 0 || compareRelease(version.release, wanted.release) !== 0),
    "~=": (version, wanted) => compare(version, wanted) >= 0 && begins(version, wanted, wanted.length - 1),
  };

  /** A test of versions from a specifier such as `>=2.6,<2.16`; null where it is none. A bare version is a prefix of it. */
  function specifier(text) {
    const tests = [];
    for (const part of text.split(",").map((piece) => piece.trim())) {
      const bare = parse(part);
      const clause = bare ? [null, "==", part, ".*"] : CLAUSE.exec(part);
      const wanted = clause && (bare ?? parse(clause[2]));
      if (!wanted || clause[1] === "===" || (clause[3] && !["==", "!="].includes(clause[1])) || (clause[1] === "~=" && wanted.length < 2)) return null;
      tests.push((version) => FITS[clause[1]](version, wanted, Boolean(clause[3])));
    }
    return (version) => tests.every((test) => test(version));
  }

  tfcompat.versions = { parse, compare, specifier };
})();
