/* The panel: all that is known of a cell, a row or a column, in a dialog. Every text is set as text, for it came out of a cell. */
"use strict";
(() => {
  const { sheet, view } = tfcompat;
  const { make } = view;
  const dialog = document.getElementById("panel");
  let closed; // what to call when the reader closes the panel

  const classed = (tag, className, ...children) => make(tag, { className }, ...children);

  /** A title, in which `code` between backticks is code. */
  const titled = (text) => text.split("`").map((part, at) => (at % 2 ? make("code", {}, ...breakable(part)) : part));

  /** A dotted path may break after a dot. */
  const breakable = (text) => text.split(/(?<=\.)/).flatMap((part) => [part, document.createElement("wbr")]);

  function facts(pairs, className = "facts") {
    const known = pairs.filter(([, value]) => value);
    const kind = (value) => ((value.textContent ?? value).length > 40 ? "long" : "");
    return classed("dl", className, ...known.map(([name, value]) => make("div", { className: kind(value) }, make("dt", { textContent: name }), make("dd", {}, value))));
  }

  function block(title, ...children) {
    return make("section", {}, make("h3", { textContent: title }), ...children);
  }

  /** JSON as a reader likes it: what is short stands on one line. Its own words are kept: 1.0 stays 1.0. */
  function pretty(text) {
    if (/^"[^"\\]*"$/.test(text)) return text.slice(1, -1);
    const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g);
    if (!tokens || text.includes(" … (")) return text;
    const depth = [];
    return tokens.reduce((written, token, at) => {
      const indent = (less = 0) => `\n${"  ".repeat(depth.length - less)}`;
      if (token === "[" || token === "{") {
        const inline = flat(tokens, at).length <= 48;
        depth.push(inline);
        return written + token + (inline || depth.slice(0, -1).includes(true) ? "" : indent());
      }
      const inline = depth.includes(true);
      if (token === "]" || token === "}") {
        depth.pop();
        return written + (inline ? "" : indent()) + token;
      }
      if (token === ",") return written + (inline ? ", " : `,${indent()}`);
      return written + (token === ":" ? ": " : token);
    }, "");
  }

  /** The tokens from an opening bracket to the closing one, on one line. */
  function flat(tokens, from) {
    let open = 0;
    for (let to = from; to < tokens.length; to++) {
      open += Number("[{".includes(tokens[to])) - Number("]}".includes(tokens[to]));
      if (!open) return tokens.slice(from, to + 1).join(" ");
    }
    return tokens.join(" ");
  }

  function copyable(text, label, className = "command") {
    const button = make("button", { type: "button", textContent: "Copy" });
    button.setAttribute("aria-label", label);
    button.addEventListener("click", async () => {
      await copy(text);
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 1600);
    });
    return classed("div", className, make("code", { textContent: text }), button);
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = make("textarea", { value: text, className: "sr" });
      dialog.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
  }

  /** A reference, in which an address of the web is a link. */
  function linked(text) {
    return text.split(/(https?:\/\/[^\s;,]+)/).map((part) => {
      if (!/^https?:\/\//.test(part)) return part;
      return make("a", { href: part, textContent: part, rel: "noreferrer" });
    });
  }

  const sentence = (text) => `${text[0].toUpperCase()}${text.slice(1)}.`;

  const moment = (text) => text.replace("T", " ").replace("Z", " UTC");

  const chip = (answer, letter) => marked(answer.class, answer.mark + (answer.says ? "" : answer.symbol) || "•", answer.said, letter);

  function marked(className, mark, text, letter) {
    const element = classed("span", `chip ${className}`, make("b", { textContent: text }), ...(letter ? [make("i", { textContent: letter })] : []));
    element.dataset.mark = mark;
    return element;
  }

  /* ---- what a panel is made of ------------------------------------------------------------------------------------ */

  function bar(row, column, on) {
    const close = make("button", { type: "button", className: "close", textContent: "Close" });
    close.addEventListener("click", leave);
    const parts = [];
    if (row !== undefined && column !== undefined) {
      const place = view.columns.indexOf(column);
      for (const [step, label] of [[-1, "← Earlier"], [1, "Later →"]]) {
        const there = view.columns[place + step];
        const button = make("button", { type: "button", textContent: label, disabled: there === undefined || place < 0 });
        button.dataset.step = step;
        button.addEventListener("click", () => on.go({ cell: sheet.columns[there].cell }));
        parts.push(button);
      }
    }
    const share = make("button", { type: "button", textContent: "Copy link" });
    share.addEventListener("click", async () => {
      await copy(location.href);
      share.textContent = "Copied";
    });
    const whole = row === undefined ? [] : [make("a", { href: `${document.documentElement.dataset.root}${sheet.scenarios[row].page}index.html`, textContent: "Page of this row" })];
    return classed("div", "bar-of-panel", ...parts, ...whole, share, close);
  }

  const value = (text) => make("pre", { textContent: pretty(text) });

  const remark = (text) => classed("p", "soft", text);

  /** What was observed, beside what it is held against. */
  function answered(row, column) {
    const answer = sheet.answer(row, column);
    const parts = [];
    if (answer.says) {
      if (answer.seen) parts.push(block("What shows it", value(answer.seen)));
    } else if (answer.observed || answer.expected) {
      const letter = sheet.letter(sheet.letters(sheet.ranges(row, view.columns)), answer);
      const heading = make("h3", { textContent: "Observed" }, ...(letter ? [" ", make("i", { className: "letter", textContent: letter })] : []));
      const observed = answer.observed ? value(answer.observed) : remark("Nothing: it ended before it could observe anything.");
      const beside = heldAgainst(sheet.scenarios[row], answer);
      parts.push(classed("div", beside ? "against" : "", make("section", {}, heading, observed), ...(beside ? [beside] : [])));
    }
    return [...parts, ...documentation(answer), ...raised(row, column, answer)];
  }

  /** What an observation is held against. */
  function heldAgainst({ oracle }, answer) {
    if (oracle === "refusal") return block("Expected", remark("An error that says what is wrong."));
    return answer.expected && block("Expected", value(answer.expected), remark(`Held against ${sheet.oracles[oracle] ?? "what is documented"}.`));
  }

  /** The answers that a question may have, each with its harm; the one that was given is marked. */
  function answers(row, answer) {
    const { answers: known } = sheet.scenarios[row];
    if (!known) return [];
    const items = known.map(([word, harm]) => {
      const item = make("li", {}, make("b", { textContent: word }), harm === "none" ? " " : ` ${harm} harm`);
      if (answer?.says && answer.word === word) item.setAttribute("aria-current", "true");
      return item;
    });
    return [block("Possible answers", classed("ul", "answers", ...items))];
  }

  /** What the documentation of the release says, and whether it is so. */
  function documentation({ documented, documentation }) {
    if (!documented) return [];
    const truth = documentation && make("p", { className: documentation === "disagrees" ? "untrue" : "soft", textContent: sentence(sheet.truth[documentation].replace(/^(and|but) /, "")) });
    return [block("The documentation says", value(documented), ...(truth ? [truth] : []))];
  }

  /** The exception as it was raised, and where. */
  function raised(row, column, answer) {
    if (!answer.type && !answer.message) return [];
    const message = make("p", { className: "message" });
    if (answer.type) message.append(make("b", { textContent: answer.type }), answer.message ? ": " : "");
    message.append(answer.message.startsWith(`${answer.type}: `) ? answer.message.slice(answer.type.length + 2) : answer.message);
    return [block(answer.reason ? "Why there is no answer" : "Raised", message, ...(answer.reason ? [] : [frames(row, column)]))];
  }

  /** What is missing, and whose doing that is. */
  function lacks({ lacks, whose }) {
    const where = whose ? "its package is not installed in this environment" : "this release does not have it";
    return lacks ? `${lacks.replace(/\.$/, "")}: ${where}.` : sentence(where);
  }

  function frames(row, column) {
    const text = make("pre", { tabIndex: 0 });
    const details = make("details", { className: "frames" }, make("summary", { textContent: "Where it was raised" }), text);
    details.addEventListener("toggle", async () => (text.textContent ||= (await sheet.traceback(row, column).catch((error) => error.message)) || "The trial has not kept it."));
    return details;
  }

  /** The ranges of a row, each with what it was tested on; the one that a column is in is marked. */
  function rangesOf(row, column, on) {
    const { columns } = view;
    const ranges = sheet.ranges(row, columns);
    const letters = sheet.letters(ranges);
    const items = ranges.map((range) => {
      const here = column !== undefined && columns.indexOf(column) >= range.from && columns.indexOf(column) <= range.to;
      const cells = columns.slice(range.from, range.to + 1);
      const button = make("button", { type: "button", className: "range" }, chip(range.answer, sheet.letter(letters, range.answer)));
      button.append(make("span", { className: "span", textContent: sheet.span(columns, range) }));
      button.append(make("small", { textContent: `tested on ${cells.length === 1 ? "this cell" : `${cells.length} cells`}: ${cells.map(sheet.name).join(", ")}` }));
      if (sheet.letter(letters, range.answer) && range.answer.observed) button.append(make("code", { textContent: range.answer.observed.slice(0, 160) }));
      if (here) button.setAttribute("aria-current", "true");
      button.addEventListener("click", () => on.go({ cell: sheet.columns[columns[range.from]].cell }));
      return make("li", {}, button);
    });
    return block(items.length === 1 ? "The same on every column shown" : "Over the columns shown", classed("ol", "ranges", ...items));
  }

  /** Where a row does what over all that was measured, where more than the release decides it. */
  function places(row) {
    const { axes, places } = sheet.scenarios[row];
    if (!axes) return [];
    const items = places.map(([word, name, span]) => make("li", {}, marked(name, " ", word), make("span", { className: "span", textContent: span })));
    return [block(`Over every cell: it differs by ${axes.join(" and ")}`, classed("ul", "places", ...items))];
  }

  function environment(column, seconds, measured) {
    const { versions, engine, environment: image, lock, suite, started, package: distribution, tfcompat: recorder } = sheet.columns[column];
    const code = (text) => make("code", { textContent: text });
    return facts([
      ["TensorFlow", versions.tensorflow ?? "did not import"],
      ["Keras", versions.keras ?? ""],
      ["NumPy", versions.numpy ?? ""],
      ["Python", versions.python ?? sheet.columns[column].python],
      ["Machine", versions.machine ?? ""],
      ["Distribution", code(distribution)],
      ["Engine", engine],
      [engine === "docker" ? "Image" : "Environment", code(image)],
      ["Lock", code(lock && `sha256:${lock}`)],
      ["Suite", code(suite)],
      ["When", moment(started)],
      ["Measured", measured ? `${moment(measured)}; reused since` : ""],
      ["Took", seconds === undefined ? `${sheet.columns[column].seconds} s for the whole cell` : `${seconds} s; ${sheet.columns[column].seconds} s for the whole cell`],
      ["Recorded by", `tfcompat ${recorder}`],
    ]);
  }

  function history(row, column) {
    const { others } = sheet.columns[column];
    if (!others.length) return [];
    const answer = sheet.answer(row, column);
    const items = sheet.others(row, column).map((other, at) => {
      const item = make("li", {}, `${moment(others[at].started)}, ${others[at].engine}: `);
      if (other === undefined) item.append("the same");
      else if (other === null) item.append("was not asked");
      else item.append(chip(other), other.observed && other.observed !== answer.observed ? ` ${pretty(other.observed).slice(0, 200)}` : "");
      return item;
    });
    return [block("Other runs of this cell", classed("ul", "history", ...items))];
  }

  function source(row) {
    const { reference, source: place, text, test, badge, id } = sheet.scenarios[row];
    const parts = [facts([["Reference", make("span", {}, ...linked(reference))], ["Source", make("code", { textContent: place ? `scenarios/${place}` : "" })]], "facts one")];
    if (text !== undefined) {
      const code = make("pre", { tabIndex: 0 });
      const details = make("details", {}, make("summary", { textContent: `Its source, ${test}()` }), code);
      details.addEventListener("toggle", async () => (code.textContent ||= await sheet.source(row).catch((error) => error.message)));
      parts.push(details);
    }
    const picture = make("img", { src: `${document.documentElement.dataset.root}badges/${badge}.svg`, alt: `Badge of ${id}`, height: 20 });
    return [block("The scenario", ...parts), block("Badge", make("p", {}, picture), classed("p", "soft", make("code", { textContent: `badges/${badge}.svg` }), ", ", make("code", { textContent: `badges/${badge}.json` })))];
  }

  function reproduce(column, row) {
    const id = row === undefined ? "" : sheet.scenarios[row].id;
    const command = sheet.columns[column].command + (id ? ` -k '${id.replaceAll("'", `'"'"'`)}'` : "");
    return block("Measure it again", copyable(command, "Copy the command"));
  }

  /* ---- the three panels ------------------------------------------------------------------------------------------- */

  function heading(text, ...below) {
    const title = make("h2", { id: "panel-title", tabIndex: -1 }, ...titled(text));
    return classed("header", "head", title, ...below);
  }

  /** What a row asks, and what a promise is held against. */
  function asks({ kind, oracle }) {
    if (!kind) return [];
    const against = oracle ? ` Held against ${sheet.oracles[oracle]}.` : "";
    return [classed("p", "asks", make("b", { textContent: sentence(kind).slice(0, -1) }), `: ${sheet.kinds[kind]}${against}`)];
  }

  function rowHead(row) {
    const scenario = sheet.scenarios[row];
    const { id, title, before } = scenario;
    const was = before ? [classed("p", "id", "before: ", ...before.flatMap((old, at) => [at ? ", " : "", make("code", { textContent: old })]))] : [];
    return heading(title, classed("p", "id", make("code", { textContent: id })), ...was, ...asks(scenario));
  }

  /** What an answer means, and its harm to who meets it, where the answer does not say that by itself. */
  function meaning(answer) {
    const { word, meaning: what } = sheet.statuses[answer.status];
    const harm = sheet.harms[answer.harm];
    const said = word === "missing" ? lacks(answer) : answer.says ? "" : sentence(what);
    const hurts = answer.hurts ? sentence(`${harm.word} harm: ${harm.meaning}`) : "";
    return remark([said, hurts, answer.documents ? "The documentation says so." : ""].filter(Boolean).join(" "));
  }

  function cellPanel(row, column, on) {
    const answer = sheet.answer(row, column);
    const head = sheet.columns[column];
    const where = `on TensorFlow ${head.tensorflow}, Python ${head.python}${head.variant === "bundled" ? "" : `, ${head.variant}`}`;
    return [
      bar(row, column, on),
      rowHead(row),
      classed("p", "verdict", chip(answer), ` ${where}`),
      meaning(answer),
      ...(sheet.flakyAt(row, column) ? [classed("p", "flaky", "Flaky: this outcome did not repeat when it was run again. Do not rely on it.")] : []),
      ...answers(row, answer),
      ...answered(row, column),
      reproduce(column, row),
      rangesOf(row, column, on),
      ...places(row),
      block("Where it ran", environment(column, sheet.seconds(row, column), sheet.measured(row, column))),
      ...history(row, column),
      ...source(row),
    ];
  }

  function rowPanel(row, on) {
    return [bar(row, undefined, on), rowHead(row), ...answers(row), rangesOf(row, undefined, on), ...places(row), ...source(row)];
  }

  function columnPanel(column, on) {
    const { cell, tensorflow, python, variant, reason, message } = sheet.columns[column];
    const what = `TensorFlow ${tensorflow}, Python ${python}${variant === "bundled" ? "" : `, ${variant}`}`;
    const tally = sheet.statuses.map((status, at) => {
      const count = sheet.scenarios.filter((_, row) => sheet.answer(row, column).status === at).length;
      return count ? make("li", {}, marked("u", status.symbol, status.word), ` ${count}`) : "";
    });
    const harms = sheet.harms.map((harm, at) => {
      const count = sheet.scenarios.filter((_, row) => sheet.answer(row, column).harm === at).length;
      return at && count ? make("li", {}, marked(harm.class, harm.mark || " ", `${harm.word} harm`), ` ${count}`) : "";
    });
    const lacking = reason ? [block("Why there is no answer", make("p", { className: "message", textContent: `${reason}: ${message}` }))] : [];
    return [
      bar(undefined, column, on),
      heading(what, make("p", { className: "id" }, make("code", { textContent: cell }))),
      ...lacking,
      classed("ul", "tally", ...harms.reverse()),
      classed("ul", "tally", ...tally),
      reproduce(column),
      block("Where it ran", environment(column)),
    ];
  }

  /** Show what a state asks for; false where that is nothing. `on.go` changes the state, `on.closed` says that the reader is done. */
  function show(state, on) {
    const row = sheet.rowOf.get(state.scenario);
    const named = sheet.columnOf.get(state.cell);
    const column = named !== undefined && sheet.answer(0, named) ? named : undefined;
    if (row === undefined && column === undefined) {
      closed = undefined;
      if (dialog.open) dialog.close();
      return false;
    }
    const step = dialog.contains(document.activeElement) ? document.activeElement.dataset.step : undefined;
    const parts = row === undefined ? columnPanel(column, on) : column === undefined ? rowPanel(row, on) : cellPanel(row, column, on);
    const [tools, ...blocks] = parts;
    dialog.replaceChildren(tools, classed("div", "columns", ...blocks));
    closed = on.closed;
    if (!dialog.open) dialog.showModal();
    dialog.scrollTop = 0;
    const again = step && dialog.querySelector(`button[data-step="${step}"]:not([disabled])`);
    (again || dialog.querySelector("h2")).focus();
    return true;
  }

  /** Close the panel and say so at once: the browser's own word of it comes late, when the reader may be elsewhere already. */
  function leave() {
    const say = closed;
    closed = undefined;
    if (dialog.open) dialog.close();
    say?.();
  }

  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) leave();
  });

  dialog.addEventListener("close", () => {
    if (!dialog.open) leave(); // closed by the browser: the back gesture of a phone
  });

  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      leave();
    }
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step && !event.target.closest("pre, input, textarea")) dialog.querySelector(`button[data-step="${step}"]`)?.click();
  });

  tfcompat.panel = { show, dialog };
})();
