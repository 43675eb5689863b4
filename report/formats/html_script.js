"use strict";
(function () {
  const all = (query, within) => Array.from((within || document).querySelectorAll(query));
  const wanted = {places: [], tables: {}};

  function copy(button) {
    const text = document.getElementById(button.dataset.copy);
    const said = (ok) => { button.textContent = ok ? "Copied" : "Select and copy by hand"; };
    const select = () => {
      const range = document.createRange();
      range.selectNodeContents(text);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      return document.execCommand("copy");
    };
    if (navigator.clipboard) navigator.clipboard.writeText(text.textContent).then(() => said(true), () => said(select()));
    else said(select());
  }

  function filter(table) {
    const want = wanted.tables[table.id] || {};
    const words = (want.words || "").toLowerCase();
    for (const row of all("tr[data-place]", table)) {
      const place = wanted.places.length === 0 || !row.dataset.place || wanted.places.includes(row.dataset.place);
      const fails = !want.failing || row.dataset.verdict === "bad" || row.dataset.verdict === "warn";
      row.hidden = !(place && fails && (!words || row.textContent.toLowerCase().includes(words)));
    }
    if (words || want.failing || wanted.places.length > 0) for (const button of all("[data-fold]", table)) fold(button, true);
  }

  function filterAll() { for (const table of all("table[id]")) filter(table); }

  function choose(place) {
    const on = place.getAttribute("aria-pressed") !== "true";
    for (const other of all(".place")) other.setAttribute("aria-pressed", "false");
    place.setAttribute("aria-pressed", String(on));
    wanted.places = on ? place.dataset.place.split(" ") : [];
    filterAll();
  }

  function fold(button, open) {
    button.setAttribute("aria-expanded", String(open));
    button.closest("tbody").nextElementSibling.hidden = !open;
  }

  for (const button of all("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
  for (const place of all(".place")) {
    place.addEventListener("click", () => choose(place));
    place.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      choose(place);
    });
  }
  for (const bar of all(".filter")) bar.hidden = false;
  for (const input of all("[data-filter]")) input.addEventListener("input", () => {
    (wanted.tables[input.dataset.filter] ||= {}).words = input.value;
    filter(document.getElementById(input.dataset.filter));
  });
  for (const input of all("[data-failing]")) input.addEventListener("change", () => {
    (wanted.tables[input.dataset.failing] ||= {}).failing = input.checked;
    filter(document.getElementById(input.dataset.failing));
  });
  const rows = all("#matrix tr[data-place]").length;
  for (const button of all("[data-fold]")) {
    button.disabled = false;
    button.addEventListener("click", () => fold(button, button.getAttribute("aria-expanded") !== "true"));
    if (rows > 24 && button.dataset.fold === "0") fold(button, false);
  }
  addEventListener("beforeprint", () => { for (const cause of all(".cause > details")) cause.open = true; });
})();
