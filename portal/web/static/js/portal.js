// Comforts on top of pages that work without any of this: menu, theme, rows that grow,
// keys, a count of characters, and a guard against the second click.
(function () {
  "use strict";

  var root = document.documentElement;

  function announce(text) {
    var place = document.getElementById("announcer");
    if (place) place.textContent = text;
  }

  // Menu on phones. Without JavaScript the link jumps to the menu and :target opens it.
  function toggleMenu(event, button) {
    event.preventDefault();
    var open = document.getElementById("menu").classList.toggle("open");
    button.setAttribute("aria-expanded", String(open));
  }

  function setTheme(theme) {
    root.setAttribute("data-bs-theme", theme);
    var button = document.querySelector("[data-action=theme]");
    if (button) button.setAttribute("aria-pressed", String(theme === "dark"));
  }

  function toggleTheme() {
    var theme = root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark";
    setTheme(theme);
    try {
      localStorage.setItem("theme", theme);
    } catch (error) {
      // Not kept; the page still changed.
    }
  }

  // Rows that grow: the template's placeholder becomes the next free number.
  function rowsOf(list) {
    return Array.from(list.querySelector("[data-row-box]").children);
  }

  function renumber(list) {
    var rows = rowsOf(list);
    rows.forEach(function (row, index) {
      row.querySelectorAll("[data-row-number]").forEach(function (place) {
        if (place.closest("[data-row]") === row) place.textContent = String(index + 1);
      });
    });
    var most = Number(list.dataset.max || 0);
    var add = list.querySelector(":scope > [data-action=add-row]");
    if (add) add.disabled = most > 0 && rows.length >= most;
  }

  function addRow(event, button) {
    event.preventDefault();
    var list = button.closest("[data-rows]");
    var template = list.querySelector(":scope > template");
    var next = Number(list.dataset.next || rowsOf(list).length);
    var holder = document.createElement("template");
    holder.innerHTML = template.innerHTML.split(template.dataset.rowTemplate).join(String(next));
    list.dataset.next = String(next + 1);
    var row = holder.content.querySelector("[data-row]");
    list.querySelector("[data-row-box]").append(row);
    renumber(list);
    var first = row.querySelector("input:not([type=hidden]), select, textarea");
    if (first) first.focus();
    announce("Baris " + rowsOf(list).length + " ditambahkan");
  }

  function removeRow(event, button) {
    var row = button.closest("[data-row]");
    var list = row.closest("[data-rows]");
    event.preventDefault();
    if (rowsOf(list).length <= Number(list.dataset.min || 0)) {
      announce("Baris terakhir tidak dapat dihapus");
      return;
    }
    if (!list.dataset.next) list.dataset.next = String(rowsOf(list).length);
    var neighbour = row.nextElementSibling || row.previousElementSibling;
    row.remove();
    renumber(list);
    var target = neighbour && neighbour.querySelector("input, select, textarea");
    (target || list).focus();
    announce("Baris dihapus");
  }

  var actions = {
    "menu": toggleMenu,
    "theme": toggleTheme,
    "add-row": addRow,
    "remove-row": removeRow,
    "print": function () { window.print(); }
  };

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-action]");
    if (button && actions[button.dataset.action]) actions[button.dataset.action](event, button);
  });

  // A form goes out once; it opens again when the person comes back to the page.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("[data-guard]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    });
  });

  // "/" or Ctrl+K: search. j and k: next and previous task.
  function step(forward) {
    var links = Array.from(document.querySelectorAll(".queue-title"));
    if (!links.length) return;
    var at = links.indexOf(document.activeElement);
    links[forward ? Math.min(at + 1, links.length - 1) : Math.max(at - 1, 0)].focus();
  }

  document.addEventListener("keydown", function (event) {
    var typing = event.target.closest("input, textarea, select");
    var key = event.key.toLowerCase();
    var search = document.querySelector("[data-search]");
    if (search && ((key === "/" && !typing) || (key === "k" && (event.ctrlKey || event.metaKey)))) {
      event.preventDefault();
      search.focus();
      return;
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === "j" || key === "k") step(key === "j");
  });

  // How many characters are left, said only when it becomes tight.
  document.addEventListener("input", function (event) {
    var most = Number(event.target.dataset.count || 0);
    var place = most && document.querySelector("#" + CSS.escape(event.target.id + "-count") + " [data-count-left]");
    if (!place) return;
    var left = most - event.target.value.length;
    place.textContent = left < 0 ? " · kelebihan " + -left + " huruf" : " · sisa " + left + " huruf";
  });

  document.querySelectorAll("[data-needs-script]").forEach(function (element) {
    element.hidden = false;
  });
  if (window.matchMedia("(max-width: 48rem)").matches) {
    document.querySelectorAll("details[data-phone-closed]").forEach(function (element) {
      element.open = false;
    });
  }
  setTheme(root.getAttribute("data-bs-theme"));
  document.querySelectorAll("[data-action=menu]").forEach(function (button) {
    button.setAttribute("role", "button");
    button.setAttribute("aria-expanded", "false");
  });
  // The attribute autofocus does this alone in most browsers; this is for the others.
  window.addEventListener("load", function () {
    var summary = document.querySelector("[data-autofocus]");
    if (summary && document.activeElement === document.body) summary.focus();
  });
})();
