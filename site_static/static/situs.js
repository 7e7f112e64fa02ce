"use strict";
// Search over the list of all documents, and the print button. Without this file the
// links by year and unit, and the browser's own print command, do the same.

const MONTHS = ["Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus",
  "September", "Oktober", "November", "Desember"];

function longDate(iso) {
  const [year, month, day] = iso.split("-").map(Number);
  return `${day} ${MONTHS[month - 1]} ${year}`;
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function link(href, text, hidden) {
  const made = element("a", { href }, text);
  if (hidden) made.append(element("span", { class: "tersembunyi" }, ` ${hidden}`));
  return made;
}

function row(entry, root) {
  const address = root + entry.path;
  const name = `${entry.unit_name} ${entry.year}`;
  return element("tr", { role: "row" },
    element("th", { role: "rowheader", scope: "row" }, link(address, entry.unit_name)),
    element("td", { role: "cell", class: "num", "data-l": "Tahun" }, String(entry.year)),
    element("td", { role: "cell", class: "num", "data-l": "Indikator" }, String(entry.indicators)),
    element("td", { role: "cell", "data-l": "Ditetapkan" },
      element("time", { datetime: entry.date }, longDate(entry.date))),
    element("td", { role: "cell", "data-l": "Unduh" }, link(`${address}dokumen.pdf`, "PDF", name), " · ",
      link(`${address}data.json`, "JSON", name)));
}

function matches(entry, words, year, unit) {
  if ((year && String(entry.year) !== year) || (unit && entry.unit !== unit)) return false;
  const text = `${entry.title} ${entry.unit_name} ${entry.number} ${entry.year}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

function prepareSearch(form) {
  const status = document.getElementById("hasil");
  const table = document.getElementById("daftar");
  const empty = document.getElementById("kosong");
  if (!status || !table) return;
  const body = table.tBodies[0];
  const [firstRows, firstStatus] = [[...body.rows], status.textContent.trim()];
  let list = null;
  let turn = 0;

  async function search() {
    const mine = ++turn;
    const words = form.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const [year, unit] = [form.tahun.value, form.unit.value];
    if (!words.length && !year && !unit) {
      body.replaceChildren(...firstRows);
      status.textContent = firstStatus;
      table.hidden = false;
      empty.hidden = true;
      return;
    }
    try {
      list ??= (await (await fetch(form.dataset.saring)).json()).documents;
    } catch {
      status.textContent = "Pencarian tidak dapat dimuat; pakai tautan tahun atau satuan organisasi.";
      return;
    }
    if (mine !== turn) return;
    const found = list.filter((entry) => matches(entry, words, year, unit));
    body.replaceChildren(...found.slice(0, 200).map((entry) => row(entry, form.dataset.akar)));
    status.textContent = found.length > 200
      ? `${found.length} dokumen cocok; 200 pertama ditampilkan`
      : `${found.length} dokumen cocok`;
    table.hidden = !found.length;
    empty.hidden = found.length > 0;
  }

  form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
  form.addEventListener("input", search);
  form.hidden = false;
  const asked = new URLSearchParams(location.search);
  for (const name of ["q", "tahun", "unit"]) if (asked.get(name)) form[name].value = asked.get(name);
  if (location.search) search();
}

for (const form of document.querySelectorAll("[data-saring]")) prepareSearch(form);
for (const button of document.querySelectorAll("[data-cetak]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
