// Remembers the reader's language. The page works without this: the switch itself is CSS.
"use strict";
(() => {
  const KEY = "showcase-language";
  const radios = document.querySelectorAll("input[name=language]");
  const recall = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const keep = (value) => { try { localStorage.setItem(KEY, value); } catch { /* private window: not remembered */ } };
  const use = (value) => { document.documentElement.lang = value; };
  for (const radio of radios) {
    if (radio.value === recall()) radio.checked = true;
    if (radio.checked) use(radio.value);
    radio.addEventListener("change", () => { keep(radio.value); use(radio.value); });
  }
})();
