// Files are sent when they are chosen, one by one, with their progress. Without this script
// they go with the form. The answer is the same line that the form shows for a kept file.
(function () {
  "use strict";

  if (window.portalFiles) return;
  window.portalFiles = true;

  function announce(text) {
    var place = document.getElementById("announcer");
    if (place) place.textContent = text;
  }

  function line(file) {
    var row = document.createElement("li");
    var name = document.createElement("span");
    var bar = document.createElement("progress");
    name.className = "file-name";
    name.textContent = file.name;
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", "Mengunggah " + file.name);
    row.append(name, bar);
    return row;
  }

  function failed(row, file) {
    row.className = "field-error";
    row.textContent = file.name + " belum terunggah. Periksa sambungan, lalu pilih lagi.";
    announce(row.textContent);
  }

  function send(box, input, file) {
    var form = input.form;
    var row = line(file);
    var data = new FormData();
    var request = new XMLHttpRequest();
    var list = box.querySelector(".file-list");
    list.hidden = false;
    list.append(row);
    ["csrf_token", "form_key"].forEach(function (name) {
      data.append(name, form.elements[name].value);
    });
    data.append("isian", input.name);
    data.append(input.name, file);
    return new Promise(function (resolve) {
      request.upload.addEventListener("progress", function (event) {
        if (event.lengthComputable) row.querySelector("progress").value = (100 * event.loaded) / event.total;
      });
      request.addEventListener("load", function () {
        var holder = document.createElement("template");
        if (request.status !== 201) return failed(row, file);
        holder.innerHTML = request.responseText.trim();
        announce(holder.content.textContent.replace(/\s+/g, " ").trim());
        row.replaceWith(holder.content);
      });
      request.addEventListener("error", function () { failed(row, file); });
      request.addEventListener("loadend", resolve);
      request.open("POST", box.dataset.files);
      request.send(data);
    });
  }

  document.addEventListener("change", function (event) {
    var input = event.target.closest("[data-files] input[type=file]");
    if (!input || !input.files.length) return;
    var box = input.closest("[data-files]");
    var files = Array.from(input.files);
    input.value = "";
    box.dataset.busy = String(Number(box.dataset.busy || 0) + 1);
    files.reduce(function (before, file) {
      return before.then(function () { return send(box, input, file); });
    }, Promise.resolve()).then(function () {
      box.dataset.busy = String(Number(box.dataset.busy) - 1);
    });
  });

  // The form waits for what is on its way.
  document.addEventListener("submit", function (event) {
    var busy = Array.from(event.target.querySelectorAll("[data-files]")).some(function (box) {
      return Number(box.dataset.busy || 0) > 0;
    });
    if (!busy) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    announce("Tunggu sampai semua berkas terunggah, lalu kirim.");
  }, true);
})();
