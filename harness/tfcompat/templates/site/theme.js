/* The theme, before anything is painted: the system's, unless the reader chose another. And the name that all scripts share. */
"use strict";
window.tfcompat = {};
(() => {
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
