/* Any two releases: what changes between them, by the rules by which the pages of the steps were made (advise/effect.py). */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const { sheet } = tfcompat;
  const form = document.getElementById("picker");
  const place = document.getElementById("picked");
  if (!form || !place) return;
  const RAISES = ["missing", "fails", "crashes", "hangs"];
  const LOUD = ["loud", "obscure"];
  const TURNS = {
    "right error": "stops working",
    "wrong error": "stops working",
    "right wrong": "silently changes",
    "error wrong": "silently changes",
    "wrong wrong": "silently changes",
    "error right": "starts working",
    "wrong right": "starts working",
    "error error": "fails otherwise",
  };
  const SECTIONS = [
    ["Stops working", ["stops working"]],
    ["Silently changes", ["silently changes", "starts, but wrong"]],
    ["Starts working", ["starts working"]],
    ["Other changes", ["fails otherwise", "is observed otherwise", "is not known"]],
  ];
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  const words = ({ status, harm }) => ({ status: sheet.statuses[status].word, harm: sheet.harms[harm].word });

  /** What code meets that relies on an answer. */
  function effectOf(answer) {
    const { status, harm } = words(answer);
    if (status === "unknown") return "unknown";
    if (RAISES.includes(status) || LOUD.includes(harm)) return "error";
    return harm === "none" && status !== "wrong" ? "right" : "wrong";
  }

  /** What became of a row; empty where it does the same, or is data. */
  function change(before, after, { kind, oracle }) {
    const effects = [effectOf(before), effectOf(after)];
    if (effects.includes("unknown")) return "is not known";
    if (kind === "data") return "";
    const bothRight = effects.every((effect) => effect === "right");
    const alike = sheet.same(before, after);
    const seen = bothRight && before.observed && before.variety === after.variety;
    const raises = RAISES.includes(words(before).status);
    const sameError = alike && (!raises || before.type === after.type || (words(before).status === "missing" && [before.type, after.type].includes("Missing")));
    if ((alike || seen) && (effects.includes("right") || sameError)) return "";
    if (bothRight) return kind === "question" || oracle === "documented" ? "silently changes" : "is observed otherwise";
    if (words(before).status === "missing" && effects[1] === "wrong") return "starts, but wrong";
    return TURNS[effects.join(" ")];
  }

  const columnOf = (minor) => sheet.columns.findIndex(({ set, tensorflow }) => set === "minors" && sheet.minor(tensorflow) === minor);

  async function show(old, fresh) {
    await sheet.ready();
    await sheet.load(["minors"]);
    const [before, after] = [columnOf(old), columnOf(fresh)];
    if (before < 0 || after < 0) return place.replaceChildren(make("p", { className: "warning", textContent: `${before < 0 ? old : fresh} was not measured.` }));
    const changes = sheet.scenarios
      .map((facts, row) => ({ facts, row, turn: change(sheet.answer(row, before), sheet.answer(row, after), facts) }))
      .filter(({ turn }) => turn);
    const parts = [make("h2", { textContent: `${old} → ${fresh}` })];
    if (!changes.length) parts.push(make("p", { textContent: "Nothing changes." }));
    for (const [title, turns] of SECTIONS) {
      const some = changes.filter(({ turn }) => turns.includes(turn)).sort((one, other) => (other.facts.used ?? 0) - (one.facts.used ?? 0));
      if (!some.length) continue;
      const items = some.map(({ facts, row }) => {
        const link = make("a", { href: `${document.documentElement.dataset.root}${facts.page}index.html`, textContent: facts.title.replaceAll("`", "") });
        const text = `${sheet.answer(row, before).said} → ${sheet.answer(row, after).said}`;
        return make("li", {}, link, make("p", { textContent: text }));
      });
      parts.push(make("details", { open: turns[0] === "stops working" }, make("summary", { textContent: `${title} (${some.length})` }), make("ul", { className: "entries" }, ...items)));
    }
    place.replaceChildren(...parts);
    return undefined;
  }

  const pairOf = (hash) => /(?:^#|&)from=([^&]+)&to=([^&]+)/.exec(hash)?.slice(1) ?? [];

  async function follow() {
    const [old, fresh] = pairOf(location.hash);
    if (!old) return;
    [form.elements.old.value, form.elements.new.value] = [old, fresh];
    try {
      await show(old, fresh);
    } catch (error) {
      place.replaceChildren(make("p", { className: "warning", textContent: `The data cannot be loaded: ${error.message}.` }));
    }
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [old, fresh] = [form.elements.old.value, form.elements.new.value];
    const rest = location.hash.slice(1).split("&").filter((part) => /^on=/.test(part));
    history.pushState(null, "", `#${[`from=${old}&to=${fresh}`, ...rest].join("&")}`);
    follow();
  });
  addEventListener("popstate", follow);
  tfcompat.upgrade = { change };
  follow();
});
