// Checks that run inside the page. Each returns a list of complaints, empty when all is well.

const SHOWN_AT_MOST = 12;

function shortened(complaints) {
  const rest = complaints.length - SHOWN_AT_MOST;
  return rest > 0 ? [...complaints.slice(0, SHOWN_AT_MOST), `and ${rest} more`] : complaints;
}

function told(element) {
  const id = element.id ? `#${element.id}` : "";
  const names = typeof element.className === "string" && element.className ? `.${element.className.trim().replace(/\s+/g, ".")}` : "";
  const place = element.closest("figure[id], section[id]");
  const text = element.textContent.trim().replace(/\s+/g, " ").slice(0, 40);
  return `<${element.localName}${id}${names}>${place ? ` in #${place.id}` : ""} "${text}"`;
}

// Kept for screen readers, away from the eye.
function isUnseen(element) {
  return element.closest(".unseen, .skip:not(:focus), script, style, title, template") !== null
    || getComputedStyle(element).clipPath === "inset(50%)"
    || !element.checkVisibility({ visibilityProperty: true });
}

function isScroller(element) {
  return /auto|scroll/.test(getComputedStyle(element).overflowX);
}

function isInScroller(element) {
  for (let up = element.parentElement; up; up = up.parentElement) {
    if (up !== document.body && up !== document.documentElement && isScroller(up)) { return true; }
  }
  return false;
}

function ownText(element) {
  return Array.from(element.childNodes).some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "");
}

function openAll() {
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  return [];
}

// Nothing makes the page wider than the window, and no text leaves its box or its picture.
function overflow() {
  const complaints = [];
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > wide) {
    complaints.push(`the page is ${document.documentElement.scrollWidth} wide in a window of ${wide}`);
  }
  document.querySelectorAll("body *").forEach((element) => {
    if (isUnseen(element)) { return; }
    const box = element.getBoundingClientRect();
    const svg = element.ownerSVGElement;
    if (svg) {
      const frame = svg.getBoundingClientRect();
      if (element.localName === "text"
        && (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)) {
        complaints.push(`${told(element)} leaves its picture`);
      }
      return;
    }
    if ((box.right > wide + 1 || box.left < -1) && !isInScroller(element)) {
      complaints.push(`${told(element)} reaches from ${Math.round(box.left)} to ${Math.round(box.right)} in a window of ${wide}`);
    }
    if (ownText(element) && element.clientWidth > 0 && !isScroller(element) && element.scrollWidth > element.clientWidth + 1) {
      complaints.push(`${told(element)} needs ${element.scrollWidth} and has ${element.clientWidth}`);
    }
  });
  return shortened(complaints);
}

// Red, green, blue 0..255 and alpha 0..1 of a computed colour.
function colour(text) {
  const numbers = (text.match(/[\d.]+/g) || []).map(Number);
  if (!text.startsWith("rgb") || numbers.length < 3) { return null; }
  return [numbers[0], numbers[1], numbers[2], numbers.length > 3 ? numbers[3] : 1];
}

function over(top, below) {
  const part = (at) => top[at] * top[3] + below[at] * (1 - top[3]);
  return [part(0), part(1), part(2), 1];
}

// WCAG 2.2, "relative luminance" and "contrast ratio".
function luminance(rgb) {
  const linear = (value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(rgb[0]) + 0.7152 * linear(rgb[1]) + 0.0722 * linear(rgb[2]);
}

function ratio(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

// Remembers what a function of an element and its ancestors found.
function remembering(find) {
  const known = new Map();
  const ask = (element) => {
    if (!known.has(element)) { known.set(element, find(element, ask)); }
    return known.get(element);
  };
  return ask;
}

// The colour behind an element of HTML: backgrounds of its ancestors, laid over each other.
const ground = remembering((element, ask) => {
  const below = element.parentElement ? ask(element.parentElement) : [255, 255, 255, 1];
  const layer = colour(getComputedStyle(element).backgroundColor);
  return layer ? over(layer, below) : below;
});

const opacity = remembering((element, ask) => {
  return Number(getComputedStyle(element).opacity) * (element.parentElement ? ask(element.parentElement) : 1);
});

// The colours behind a text of a picture, at its middle and near its ends: the shapes painted before it.
function groundsInPicture(text, shapes) {
  const box = text.getBoundingClientRect();
  const middle = (box.top + box.bottom) / 2;
  const paper = ground(text.ownerSVGElement);
  return [0.1, 0.5, 0.9].map((share) => {
    const x = box.left + box.width * share;
    return shapes.reduce((below, { shape, frame, fill }) => {
      if (x < frame.left || x > frame.right || middle < frame.top || middle > frame.bottom) { return below; }
      if (!(shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)) { return below; }
      const point = new DOMPoint(x, middle).matrixTransform(shape.getScreenCTM().inverse());
      return shape.isPointInFill(point) ? over(fill, below) : below;
    }, paper);
  });
}

function filledShapes(svg) {
  return Array.from(svg.querySelectorAll("rect, path, polygon, circle, ellipse")).flatMap((shape) => {
    const style = getComputedStyle(shape);
    const fill = colour(style.fill);
    if (!fill) { return []; }
    fill[3] *= Number(style.fillOpacity) * Number(style.opacity);
    return fill[3] > 0 ? [{ shape, fill, frame: shape.getBoundingClientRect() }] : [];
  });
}

// Every text has a contrast of 4.5 to 1 with what is behind it, large text 3 to 1 (WCAG 2.2, 1.4.3).
function contrast() {
  const complaints = [];
  const shapes = new Map();
  let count = 0;
  document.querySelectorAll("body, body *").forEach((element) => {
    if (!ownText(element) || isUnseen(element)) { return; }
    const style = getComputedStyle(element);
    const svg = element.ownerSVGElement;
    let grounds;
    let scale = 1;
    if (svg) {
      if (!shapes.has(svg)) { shapes.set(svg, filledShapes(svg)); }
      grounds = groundsInPicture(element, shapes.get(svg));
      scale = svg.getScreenCTM().a;
    } else {
      grounds = [ground(element)];
    }
    const ink = colour(svg ? style.fill : style.color);
    if (!ink) {
      complaints.push(`${told(element)} is written in ${svg ? style.fill : style.color}, which is no colour the check knows`);
      return;
    }
    ink[3] *= opacity(element);
    const size = parseFloat(style.fontSize) * scale;
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const least = Math.min(...grounds.map((below) => ratio(over(ink, below), below)));
    count += 1;
    if (least < (isLarge ? 3 : 4.5)) {
      complaints.push(`${told(element)} has a contrast of ${least.toFixed(2)}: ${svg ? style.fill : style.color} on ${grounds.map((one) => `rgb(${one.slice(0, 3).map(Math.round)})`).join(" ")}`);
    }
  });
  if (count < 20) { complaints.push(`only ${count} texts were looked at`); }
  return shortened(complaints);
}

function nameOf(element) {
  const label = element.labels && element.labels.length > 0 ? element.labels[0].textContent : "";
  const by = (element.getAttribute("aria-labelledby") || "").split(/\s+/).filter(Boolean)
    .map((id) => (document.getElementById(id) || { textContent: "" }).textContent).join(" ");
  return (by || element.getAttribute("aria-label") || label || element.textContent || "").trim();
}

// What a keyboard and a screen reader need.
function access() {
  const complaints = [];
  const say = (text) => complaints.push(text);
  if (!document.documentElement.lang) { say("the page has no language"); }
  if (!document.title.trim()) { say("the page has no title"); }
  if (document.querySelectorAll("main").length !== 1) { say("the page has not one main part"); }
  if (document.querySelectorAll("h1").length !== 1) { say("the page has not one h1"); }
  let level = 0;
  document.querySelectorAll("h1, h2, h3, h4, h5, h6").forEach((heading) => {
    const found = Number(heading.localName[1]);
    if (found > level + 1) { say(`${told(heading)} follows a heading of level ${level}`); }
    if (!heading.textContent.trim()) { say(`${told(heading)} is empty`); }
    level = found;
  });
  const ids = new Set();
  document.querySelectorAll("[id]").forEach((element) => {
    if (ids.has(element.id)) { say(`id ${element.id} is there twice`); }
    ids.add(element.id);
  });
  document.querySelectorAll('a[href^="#"]').forEach((link) => {
    if (!ids.has(link.getAttribute("href").slice(1))) { say(`${told(link)} leads nowhere`); }
  });
  document.querySelectorAll("svg").forEach((svg) => {
    const isPicture = svg.getAttribute("role") === "img" && nameOf(svg);
    if (!isPicture && !svg.closest('[aria-hidden="true"]')) { say(`${told(svg)} has no text in its place`); }
  });
  document.querySelectorAll("img").forEach((image) => {
    if (!image.hasAttribute("alt")) { say(`${told(image)} has no text in its place`); }
  });
  document.querySelectorAll("table").forEach((table) => {
    if (!(table.caption && table.caption.textContent.trim()) && !table.getAttribute("aria-label")) { say(`${told(table)} has no caption`); }
    if (!table.querySelector("th")) { say(`${told(table)} has no headings`); }
  });
  document.querySelectorAll("th").forEach((heading) => {
    if (!heading.getAttribute("scope")) { say(`${told(heading)} does not say what it heads`); }
    if (!heading.textContent.trim()) { say(`${told(heading)} is empty`); }
  });
  document.querySelectorAll("table.sortable thead th").forEach((heading) => {
    if (!heading.querySelector("button")) { say(`${told(heading)} cannot be pressed`); }
    if (!heading.hasAttribute("aria-sort")) { say(`${told(heading)} does not tell its order`); }
  });
  document.querySelectorAll("button, a[href], summary, input, select, textarea, nav, [role=region], [role=group]").forEach((element) => {
    if (!nameOf(element)) { say(`${told(element)} has no name`); }
  });
  document.querySelectorAll("[tabindex]").forEach((element) => {
    if (element.tabIndex > 0) { say(`${told(element)} jumps the order of the keyboard`); }
  });
  document.querySelectorAll("body *").forEach((element) => {
    if (!isUnseen(element) && isScroller(element) && element.scrollWidth > element.clientWidth + 1
      && element.tabIndex < 0 && !element.querySelector("a[href], button, input")) {
      say(`${told(element)} scrolls, but not by keyboard`);
    }
  });
  return shortened(complaints);
}

// Every text can be marked and copied.
function selectable() {
  const complaints = [];
  document.querySelectorAll("body, body *").forEach((element) => {
    if (ownText(element) && !isUnseen(element) && getComputedStyle(element).userSelect === "none") {
      complaints.push(`${told(element)} cannot be marked`);
    }
  });
  return shortened(complaints);
}

function texts(table) {
  return Array.from(table.tBodies[0].rows, (row) => row.textContent);
}

// Whether a column is in order: numbers one way, texts the other way or none at all after them.
function disorder(table, column, isRising) {
  const keys = Array.from(table.tBodies[0].rows, (row) => {
    const cell = row.cells[column];
    const number = cell.hasAttribute("data-sort") ? Number(cell.dataset.sort) : NaN;
    return { number, text: cell.textContent.trim() };
  });
  for (let at = 1; at < keys.length; at += 1) {
    const [one, next] = [keys[at - 1], keys[at]];
    const areNumbers = [!Number.isNaN(one.number), !Number.isNaN(next.number)];
    let isRight = true;
    if (areNumbers[0] && areNumbers[1]) {
      isRight = isRising ? one.number <= next.number : one.number >= next.number;
    } else if (areNumbers[0] === areNumbers[1]) {
      isRight = isRising ? one.text <= next.text : one.text >= next.text;
    } else {
      isRight = areNumbers[0];
    }
    if (!isRight) { return `"${one.text}" before "${next.text}"`; }
  }
  return null;
}

// Every heading of every table sorts it, first falling, then rising, and no row is lost.
function sorting() {
  const complaints = [];
  const tables = document.querySelectorAll("table.sortable");
  if (tables.length === 0) { complaints.push("there is no table to sort"); }
  tables.forEach((table) => {
    const before = texts(table).sort().join("\n");
    table.querySelectorAll("thead th").forEach((heading) => {
      for (const order of ["descending", "ascending"]) {
        heading.querySelector("button").click();
        if (heading.getAttribute("aria-sort") !== order) {
          complaints.push(`${told(heading)} is ${heading.getAttribute("aria-sort")}, not ${order}`);
        }
        const wrong = disorder(table, heading.cellIndex, order === "ascending");
        if (wrong) { complaints.push(`${told(heading)} ${order}: ${wrong}`); }
        const sorted = table.querySelectorAll("th[aria-sort=ascending], th[aria-sort=descending]").length;
        if (sorted !== 1) { complaints.push(`${told(heading)}: ${sorted} headings say they are sorted by`); }
      }
    });
    if (texts(table).sort().join("\n") !== before) { complaints.push(`${told(table)} lost rows`); }
  });
  return shortened(complaints);
}
