/* The theme, before anything is painted: the system's, unless the reader chose another. And the name that all scripts share. */
"use strict";
window.tfcompat = {};
(() => {
  /* A script may only be one of the site's, whatever an address says. */
  const OWN = /^(?:\.\.\/)*(?:assets|data)\/[\w.-]+\.js$/;
  const waiting = new Map();
  tfcompat.trusted = window.trustedTypes?.createPolicy("tfcompat", {
    createScriptURL(address) {
      if (!OWN.test(address)) throw new TypeError(`not a script of the site: ${address}`);
      return address;
    },
  });

  /** Load a script of the site, once; again where that did not work. */
  tfcompat.load = (name) => {
    if (!waiting.has(name)) {
      const loaded = new Promise((resolve, reject) => {
        const script = document.createElement("script");
        const address = `${document.documentElement.dataset.root}${name}`;
        script.src = tfcompat.trusted ? tfcompat.trusted.createScriptURL(address) : address;
        script.addEventListener("load", () => resolve());
        script.addEventListener("error", () => {
          waiting.delete(name);
          reject(new Error(`${name} is not there`));
        });
        document.head.append(script);
      });
      waiting.set(name, loaded);
    }
    return waiting.get(name);
  };

  const themes = ["system", "light", "dark"];
  const stored = () => {
    try {
      return localStorage.getItem("tfcompat-theme");
    } catch {
      return null;
    }
  };
  const keep = (name) => {
    try {
      localStorage.setItem("tfcompat-theme", name);
    } catch {
      /* a browser that keeps nothing shows what is chosen all the same */
    }
  };
  const root = document.documentElement;
  let chosen = themes.includes(stored()) ? stored() : "system";
  const apply = () => (root.dataset.theme = chosen);
  apply();
  root.classList.add("js");

  tfcompat.theme = {
    attach(button) {
      const label = () => (button.textContent = { system: "Theme: system", light: "Theme: light", dark: "Theme: dark" }[chosen]);
      button.hidden = false;
      label();
      button.addEventListener("click", () => {
        chosen = themes[(themes.indexOf(chosen) + 1) % themes.length];
        keep(chosen);
        apply();
        label();
      });
    },
  };
})();
