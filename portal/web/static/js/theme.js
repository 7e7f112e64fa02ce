// Runs before the first paint: sets the theme the person chose, else the system's.
(function () {
  "use strict";
  var chosen = null;
  try {
    chosen = localStorage.getItem("theme");
  } catch (error) {
    // Storage may be forbidden; the system's choice then holds.
  }
  if (chosen !== "light" && chosen !== "dark") {
    chosen = window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }
  document.documentElement.setAttribute("data-bs-theme", chosen);
})();
