// Copy buttons. Over plain http a page has no clipboard of its own, so the older way is tried too.
"use strict";
(() => {
  const select = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  const copy = async (element) => {
    try {
      await navigator.clipboard.writeText(element.textContent);
      return true;
    } catch {
      select(element);
      return document.execCommand("copy");
    }
  };
  for (const button of document.querySelectorAll("[data-copy]")) {
    const words = [...button.childNodes];
    button.addEventListener("click", async () => {
      if (!(await copy(document.getElementById(button.dataset.copy)))) return;
      button.textContent = button.dataset.done;
      button.classList.add("done");
      setTimeout(() => { button.replaceChildren(...words); button.classList.remove("done"); }, 2000);
    });
  }
})();
