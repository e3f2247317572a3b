/* What every page has: "My release", copying, citing, and how long ago it was measured. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const DAY = 86_400_000;
  const OLD = 14;
  const root = document.documentElement;
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  /* ---- my release: in the address, and in the browser ------------------------------------------------------------------ */

  /** The field of a search and the list of releases; what only a script can use is made by one. */
  function fill(ask) {
    const words = "Paste an error, an import or a question";
    const field = make("input", { id: "question", type: "search", placeholder: words, autocomplete: "off", autocapitalize: "off", spellcheck: false });
    const said = { role: "combobox", "aria-label": words, "aria-expanded": "false", "aria-controls": "results", "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(said)) field.setAttribute(name, value);
    const list = make("ol", { id: "results", hidden: true });
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Answers");
    const release = make("select", { id: "release" }, make("option", { value: "", textContent: "My release: any" }));
    const label = make("label", { className: "release" }, make("span", { className: "sr", textContent: "My release" }), release);
    ask.replaceChildren(make("div", { className: "question" }, field, list), label);
  }

  const ask = document.querySelector(".ask");
  if (ask) fill(ask);
  const select = document.getElementById("release");
  const minors = (root.dataset.minors ?? "").split(" ").filter(Boolean);
  const stored = () => {
    try {
      return localStorage.getItem("tfcompat-release") ?? "";
    } catch {
      return "";
    }
  };
  const keep = (name) => {
    try {
      localStorage.setItem("tfcompat-release", name);
    } catch {
      /* a browser that keeps nothing shows what is chosen all the same */
    }
  };
  /** The parts of the address behind #, by their names; what is no part of the form name=value is left as it is. */
  const parts = () => location.hash.slice(1).split("&").filter(Boolean);
  const fromAddress = () => parts().find((part) => part.startsWith("on="))?.slice(3);
  const listeners = [];

  function choose(name) {
    tfcompat.release.name = minors.includes(name) ? name : "";
    if (select) select.value = tfcompat.release.name;
    show(tfcompat.release.name);
    for (const listener of listeners) listener(tfcompat.release.name);
  }

  function toAddress(name) {
    const rest = parts().filter((part) => !part.startsWith("on="));
    const hash = [...rest, ...(name ? [`on=${name}`] : [])].join("&");
    history.replaceState(history.state, "", hash ? `#${hash}` : location.pathname + location.search);
  }

  /** Mark a minor: its column in every chart, its bar where a chart is a list, and the sentences that are about it. */
  function show(name) {
    for (const mine of document.querySelectorAll(".mine[data-on]")) {
      mine.hidden = !name || !mine.dataset.on.split(" ").includes(name);
      for (const text of mine.querySelectorAll(".my")) text.textContent = name;
      const any = mine.parentElement.querySelectorAll(":scope > .any");
      if (!mine.hidden) any.forEach((line) => (line.hidden = true));
    }
    for (const entry of document.querySelectorAll(".entries > li")) {
      const turned = entry.querySelector(".mine:not([hidden])");
      entry.querySelectorAll(".any").forEach((line) => (line.hidden = Boolean(turned)));
    }
    document.querySelectorAll('.chart[data-axis="TensorFlow"]').forEach((chart) => mark(chart, name));
  }

  function mark(chart, name) {
    chart.querySelector(".band")?.remove();
    const heads = [...chart.querySelectorAll("thead th")];
    const at = heads.findIndex((head) => head.firstChild.data === name);
    heads.forEach((head, place) => head.classList.toggle("my", place === at));
    for (const row of chart.querySelectorAll("tbody tr")) {
      let column = 0;
      for (const cell of row.querySelectorAll("td")) {
        const inside = at >= column && at < column + cell.colSpan;
        cell.firstElementChild.classList.toggle("mine-here", inside);
        column += cell.colSpan;
      }
    }
    if (at < 0) return;
    const band = make("div", { className: "band" });
    chart.append(band);
    place(chart, heads[at], band);
  }

  function place(chart, head, band) {
    const [outer, inner] = [chart.getBoundingClientRect(), head.getBoundingClientRect()];
    band.style.left = `${inner.left - outer.left}px`;
    band.style.width = `${inner.width}px`;
  }

  addEventListener("resize", () => {
    for (const band of document.querySelectorAll(".band")) place(band.parentElement, band.parentElement.querySelector("th.my"), band);
  });

  tfcompat.release = { name: "", minors, choose, changed: (listener) => listeners.push(listener) };
  if (select) {
    select.append(...[...minors].reverse().map((name) => make("option", { value: name, textContent: `My release: ${name}` })));
    select.addEventListener("change", () => {
      keep(select.value);
      choose(select.value);
      toAddress(select.value);
    });
  }
  addEventListener("hashchange", () => {
    const name = fromAddress();
    if (name !== undefined && name !== tfcompat.release.name) choose(name);
  });
  choose(fromAddress() ?? stored());

  /* ---- how old it is ------------------------------------------------------------------------------------------------------ */

  const age = document.getElementById("age");
  const moment = age?.querySelector("time");
  if (moment) {
    const days = Math.max(0, Math.floor((Date.now() - Date.parse(moment.dateTime)) / DAY));
    const words = days === 0 ? "today" : days === 1 ? "yesterday" : `${days} days ago`;
    moment.textContent = `${new Date(moment.dateTime).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" })}, ${words}`;
    age.classList.toggle("old", days > OLD);
  }

  /* ---- copying, and citing ------------------------------------------------------------------------------------------------ */

  async function copy(text, button) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = make("textarea", { value: text, className: "sr" });
      (button.closest("dialog") ?? document.body).append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const label = button.textContent;
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = label), 1600);
  }

  for (const button of document.querySelectorAll(".copy")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button.previousElementSibling.textContent, button));
  }

  const cite = document.getElementById("cite");
  if (cite) {
    cite.hidden = false;
    cite.addEventListener("click", () => {
      const canonical = document.querySelector('link[rel="canonical"]')?.href ?? location.href;
      const badge = document.querySelector('meta[name="tfcompat:badge"]')?.content;
      const measured = document.querySelector(".foot time").textContent;
      const [title, said] = [document.querySelector("h1").textContent, document.querySelector('meta[name="description"]').content];
      const plain = (text) => text.replace(/[[\]\\]/g, "\\$&");
      const lines = [...(badge ? [`![${plain(title)}](${badge})`] : []), plain(said), `([${plain(title)}](${canonical}), tfcompat, measured ${measured})`];
      const text = make("pre", { textContent: lines.join("\n"), tabIndex: 0 });
      const dialog = make("dialog", { className: "cite" }, make("h2", { textContent: "Cite this page, as Markdown" }), text);
      dialog.setAttribute("aria-label", "Cite this page");
      const take = make("button", { type: "button", textContent: "Copy" });
      take.addEventListener("click", () => copy(text.textContent, take));
      const close = make("button", { type: "button", textContent: "Close" });
      close.addEventListener("click", () => dialog.close());
      dialog.append(take, close);
      dialog.addEventListener("close", () => dialog.remove());
      document.body.append(dialog);
      dialog.showModal();
    });
  }

  tfcompat.theme.attach(document.getElementById("theme"));
  /* An address of the page that was one table, such as #scenario=…, leads to all rows. */
  if (root.dataset.kind === "home" && /^#(.*&)?(scenario|cell|q|group|harm|status|tf|changes|columns|finding)=/.test(location.hash)) {
    location.replace(`rows/index.html${location.hash}`);
  }
  root.classList.add("ready");
});
