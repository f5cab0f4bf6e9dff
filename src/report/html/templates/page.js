// Tables sort by their headings; without this script the page is whole, only unsorted.
(function () {
  "use strict";
  function value(row, column) {
    var cell = row.cells[column];
    if (!cell) { return { text: "", number: NaN }; }
    var sort = cell.getAttribute("data-sort");
    return { text: cell.textContent.trim(), number: sort === null ? NaN : Number(sort) };
  }
  function compare(a, b) {
    var left = !isNaN(a.number), right = !isNaN(b.number);
    if (left && right) { return a.number - b.number; }
    if (left !== right) { return left ? -1 : 1; }
    return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
  }
  document.querySelectorAll("table.sortable").forEach(function (table) {
    var body = table.tBodies[0];
    Array.prototype.forEach.call(body.rows, function (row, index) { row.setAttribute("data-order", index); });
    table.querySelectorAll("th button").forEach(function (button) {
      button.addEventListener("click", function () {
        var heading = button.parentNode, column = heading.cellIndex;
        var isRising = heading.getAttribute("aria-sort") === "descending";
        table.querySelectorAll("th").forEach(function (other) { other.setAttribute("aria-sort", "none"); });
        heading.setAttribute("aria-sort", isRising ? "ascending" : "descending");
        Array.prototype.slice.call(body.rows).map(function (row) {
          return { row: row, key: value(row, column), order: Number(row.getAttribute("data-order")) };
        }).sort(function (a, b) {
          var order = compare(a.key, b.key);
          if (!isNaN(a.key.number) === !isNaN(b.key.number) && !isRising) { order = -order; }
          return order || a.order - b.order;
        }).forEach(function (entry) { body.appendChild(entry.row); });
      });
    });
  });
  var main = document.getElementById("main");
  function word(name) { return main && main.getAttribute("data-" + name); }
  // On a narrow screen a chart is as wide as the screen; a button shows it large, to be moved sideways.
  document.querySelectorAll("figure > .scroll").forEach(function (frame) {
    if (!word("enlarge")) { return; }
    var button = document.createElement("button");
    button.type = "button";
    button.className = "enlarge";
    button.textContent = word("enlarge");
    button.addEventListener("click", function () {
      button.textContent = word(frame.classList.toggle("is-large") ? "shrink" : "enlarge");
    });
    frame.parentNode.insertBefore(button, frame.nextSibling);
  });
  // Long tables can be searched.
  var name = word("filter");
  document.querySelectorAll("table.sortable").forEach(function (table) {
    var rows = table.tBodies[0].rows, frame = table.parentNode;
    if (!name || rows.length < 10) { return; }
    var label = document.createElement("label"), input = document.createElement("input");
    label.className = "filter";
    label.appendChild(document.createTextNode(name));
    input.type = "search";
    label.appendChild(input);
    input.addEventListener("input", function () {
      var wanted = input.value.trim().toLowerCase();
      Array.prototype.forEach.call(rows, function (row) {
        row.hidden = wanted !== "" && row.textContent.toLowerCase().indexOf(wanted) < 0;
      });
    });
    frame.parentNode.insertBefore(label, frame);
  });
  // A table that is wider than its frame says so.
  var sideways = word("sideways"), hints = [];
  function hint() {
    hints.forEach(function (one) { one.text.hidden = one.frame.scrollWidth <= one.frame.clientWidth + 1; });
  }
  document.querySelectorAll("table.sortable").forEach(function (table) {
    var frame = table.parentNode, text = document.createElement("p");
    if (!sideways) { return; }
    text.className = "sideways";
    text.textContent = sideways;
    text.hidden = true;
    var filter = frame.previousElementSibling;
    frame.parentNode.insertBefore(text, filter && filter.className === "filter" ? filter : frame);
    hints.push({ frame: frame, text: text });
  });
  hint();
  window.addEventListener("load", hint);
  window.addEventListener("resize", hint);
  document.addEventListener("toggle", hint, true);
  // The contents mark the section being read.
  var links = {};
  document.querySelectorAll(".contents a").forEach(function (link) { links[link.getAttribute("href").slice(1)] = link; });
  if ("IntersectionObserver" in window) {
    var observer = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting) { return; }
        Object.keys(links).forEach(function (id) { links[id].removeAttribute("aria-current"); });
        if (links[entry.target.id]) { links[entry.target.id].setAttribute("aria-current", "true"); }
      });
    }, { rootMargin: "-20% 0px -70% 0px" });
    document.querySelectorAll("main > section").forEach(function (section) { observer.observe(section); });
  }
  // Everything folded is opened for print, and folded again after.
  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = Array.prototype.filter.call(document.querySelectorAll(".notes details"), function (one) { return !one.open; });
    opened.forEach(function (one) { one.open = true; });
  });
  window.addEventListener("afterprint", function () { opened.forEach(function (one) { one.open = false; }); });
})();
