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
      open += "[{".includes(tokens[to]) - "]}".includes(tokens[to]);
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

  const chip = (answer, letter) =>
    classed("span", `chip ${answer.letter}`, make("b", { textContent: answer.word }), ...(letter ? [make("i", { textContent: letter })] : []));

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
    return classed("div", "bar", ...parts, share, close);
  }

  function answered(row, column) {
    const answer = sheet.answer(row, column);
    const ranges = sheet.ranges(row, view.columns);
    const parts = [];
    if (answer.observed || answer.documented) {
      const observed = answer.observed
        ? make("pre", { textContent: pretty(answer.observed) })
        : make("p", { className: "soft", textContent: "Nothing: it ended before it could observe anything." });
      const documented = answer.documented
        ? make("pre", { textContent: pretty(answer.documented) })
        : make("p", { className: "soft", textContent: "The reference promises no particular observation." });
      const letter = sheet.letters(ranges).get(answer.kind);
      const heading = make("h3", { textContent: "Observed" }, ...(letter ? [" ", make("i", { className: "letter", textContent: letter })] : []));
      parts.push(classed("div", "against", make("section", {}, heading, observed), block("Documented", documented)));
    }
    if (answer.type || answer.message) {
      const message = make("p", { className: "message" });
      const rest = answer.message.startsWith(`${answer.type}: `) ? answer.message.slice(answer.type.length + 2) : answer.message;
      if (answer.type) message.append(make("b", { textContent: answer.type }), rest ? ": " : "");
      message.append(rest);
      parts.push(block(answer.reason ? "Why there is no answer" : "Raised", message));
    }
    return parts;
  }

  /** The ranges of a row, each with what it was tested on; the one that a column is in is marked. */
  function rangesOf(row, column, on) {
    const { columns } = view;
    const ranges = sheet.ranges(row, columns);
    const letters = sheet.letters(ranges);
    const items = ranges.map((range) => {
      const here = column !== undefined && columns.indexOf(column) >= range.from && columns.indexOf(column) <= range.to;
      const cells = columns.slice(range.from, range.to + 1);
      const button = make("button", { type: "button", className: "range" }, chip(range.answer, letters.get(range.answer.kind)));
      button.append(make("span", { className: "span", textContent: sheet.span(columns, range) }));
      button.append(make("small", { textContent: `tested on ${cells.length === 1 ? "this cell" : `${cells.length} cells`}: ${cells.map(sheet.name).join(", ")}` }));
      if (letters.size && range.answer.observed) button.append(make("code", { textContent: range.answer.observed.slice(0, 160) }));
      if (here) button.setAttribute("aria-current", "true");
      button.addEventListener("click", () => on.go({ cell: sheet.columns[columns[range.from]].cell }));
      return make("li", {}, button);
    });
    return block(items.length === 1 ? "The same on every column shown" : "Over the columns shown", classed("ol", "ranges", ...items));
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
    const parts = [facts([["Documented in", make("span", {}, ...linked(reference))], ["Source", make("code", { textContent: place ? `scenarios/${place}` : "" })]], "facts one")];
    if (text !== undefined) {
      const code = make("pre", { tabIndex: 0 });
      const details = make("details", {}, make("summary", { textContent: `Its source, ${test}()` }), code);
      details.addEventListener("toggle", async () => (code.textContent ||= await sheet.source(row).catch((error) => error.message)));
      parts.push(details);
    }
    const picture = make("img", { src: `badges/${badge}.svg`, alt: `Badge of ${id}`, height: 20 });
    return [block("The scenario", ...parts), block("Badge", make("p", {}, picture), classed("p", "soft", make("code", { textContent: `badges/${badge}.svg` }), ", ", make("code", { textContent: `badges/${badge}.json` })))];
  }

  function reproduce(column, row) {
    const test = row === undefined ? undefined : sheet.scenarios[row].test;
    const command = sheet.columns[column].command + (test ? ` -k ${test}` : "");
    return block("Measure it again", copyable(command, "Copy the command"));
  }

  /* ---- the three panels ------------------------------------------------------------------------------------------- */

  function heading(text, ...below) {
    const title = make("h2", { id: "panel-title", tabIndex: -1 }, ...titled(text));
    return classed("header", "head", title, ...below);
  }

  function cellPanel(row, column, on) {
    const { id, title } = sheet.scenarios[row];
    const answer = sheet.answer(row, column);
    const head = sheet.columns[column];
    const where = `on TensorFlow ${head.tensorflow}, Python ${head.python}${head.variant === "bundled" ? "" : `, ${head.variant}`}`;
    return [
      bar(row, column, on),
      heading(title, make("p", { className: "id" }, make("code", { textContent: id }))),
      classed("p", "verdict", chip(answer), ` ${where}`),
      classed("p", "soft", sentence(sheet.statuses[answer.status].meaning)),
      ...(sheet.flakyAt(row, column) ? [classed("p", "flaky", "Flaky: this outcome did not repeat when it was run again. Do not rely on it.")] : []),
      ...answered(row, column),
      reproduce(column, row),
      rangesOf(row, column, on),
      block("Where it ran", environment(column, sheet.seconds(row, column), sheet.measured(row, column))),
      ...history(row, column),
      ...source(row),
    ];
  }

  function rowPanel(row, on) {
    const { id, title } = sheet.scenarios[row];
    return [bar(row, undefined, on), heading(title, make("p", { className: "id" }, make("code", { textContent: id }))), rangesOf(row, undefined, on), ...source(row)];
  }

  function columnPanel(column, on) {
    const { cell, tensorflow, python, variant, reason, message } = sheet.columns[column];
    const what = `TensorFlow ${tensorflow}, Python ${python}${variant === "bundled" ? "" : `, ${variant}`}`;
    const tally = sheet.statuses.map((status, at) => {
      const count = sheet.scenarios.filter((_, row) => sheet.answer(row, column).status === at).length;
      return count ? make("li", {}, classed("span", `chip ${status.word[0]}`, make("b", { textContent: status.word })), ` ${count}`) : "";
    });
    const lacking = reason ? [block("Why there is no answer", make("p", { className: "message", textContent: `${reason}: ${message}` }))] : [];
    return [
      bar(undefined, column, on),
      heading(what, make("p", { className: "id" }, make("code", { textContent: cell }))),
      ...lacking,
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
    dialog.replaceChildren(...parts);
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
