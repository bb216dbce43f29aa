"use strict";
// Plots, matrices and sliders. All that a page shows stands in it, as JSON, so that it opens from a disk.
const data = JSON.parse(document.getElementById("data").textContent);

function make(name, attributes, ...children) {
  const drawn = ["svg", "g", "path", "line", "text", "polyline", "title"].includes(name);
  const node = drawn ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/* What a mark or a cell stands for: records with commit and command, and how classes were taken for each other. */

function confusion(classes, percent) {
  const table = make("table", {class: "confusion"}, make("caption", {}, "Percent of each true class (rows) by the class that was named"));
  table.append(make("thead", {}, make("tr", {}, make("td"), ...classes.map(name => make("th", {scope: "col"}, name)))));
  table.append(make("tbody", {}, ...percent.map((line, row) => make("tr", {}, make("th", {scope: "row"}, classes[row]),
    ...line.map(value => make("td", {style: shade(value)}, value.toFixed(1)))))));
  return make("div", {class: "scroll", tabindex: 0, role: "group", "aria-label": "Confusion matrix"}, table);
}

function shade(value) {
  // From 78 % on, white has more contrast with this blue than black.
  return `background: rgb(${[8, 81, 156].map(end => Math.round(255 - (255 - end) * value / 100)).join(" ")}); color: ${value > 78 ? "#fff" : "#000"}`;
}

function mean(matrices) {
  return matrices[0].map((line, row) => line.map((_, column) =>
    matrices.reduce((sum, matrix) => sum + matrix[row][column], 0) / matrices.length));
}

function describe(place, title, runs, look) {
  const shown = runs.map(number => data.runs[number]);
  const known = shown.filter(run => run.confusions[look]);
  place.replaceChildren(make("h4", {}, title));
  if (known.length) {
    const over = known.length > 1 ? `: mean over ${known.length} runs` : "";
    place.append(make("p", {}, look + over), confusion(known[0].classes, mean(known.map(run => run.confusions[look]))));
  } else if (look) place.append(make("p", {}, "No confusion matrix: manipulations are no classes of the network, or several conditions are counted together."));
  place.append(make("ul", {}, ...shown.map(run => make("li", {}, make("a", {href: run.record}, `record of ${run.name}`),
    `, seed ${run.seed ?? "none"}, commit `, make("code", {}, run.commit ?? "unknown"), ": ", make("code", {}, run.command)))));
}

/* Plots: a mark for each point, in a line where values rise along one. */

const SHAPES = {
  circle: r => `M${-r},0a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0`,
  square: r => `M${-r},${-r}h${2 * r}v${2 * r}h${-2 * r}z`,
  triangle: r => `M0,${-1.2 * r}L${1.1 * r},${0.8 * r}H${-1.1 * r}z`,
  diamond: r => `M0,${-1.3 * r}L${1.3 * r},0L0,${1.3 * r}L${-1.3 * r},0z`,
  star: r => "M" + Array.from({length: 10}, (_, k) => {
    const at = Math.PI * (k / 5 - 0.5), far = k % 2 ? 0.6 * r : 1.5 * r;
    return `${(far * Math.cos(at)).toFixed(2)},${(far * Math.sin(at)).toFixed(2)}`;
  }).join("L") + "z",
};

function ticks(low, high, most) {
  const rough = (high - low) / most, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(times => times * power).find(each => each >= rough * 0.999);
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) found.push(k * step);
  return [found, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))];
}

function range(values) {
  const low = Math.min(...values), high = Math.max(...values), room = (high - low) * 0.06 || Math.abs(high) * 0.05 || 1;
  return [low - room, high + room];
}

function draw(section) {
  const canvas = section.querySelector(".canvas"), view = data.plots[section.dataset.plot][section.querySelector("select").value];
  const width = canvas.clientWidth, height = canvas.clientHeight, left = 52, right = 12, top = 10, bottom = 44;
  const all = view.series.flatMap(one => [...one.points.map(point => [point.x, point.y]), ...one.line]);
  const [[west, east], [south, north]] = [0, 1].map(axis => range(all.map(pair => pair[axis])));
  const x = value => left + (value - west) / (east - west) * (width - left - right);
  const y = value => height - bottom - (value - south) / (north - south) * (height - top - bottom);
  const svg = make("svg", {width, height, role: "group", "aria-label": `${view.name}: ${view.y} over ${view.x}`});
  const [across, decimals] = ticks(west, east, Math.max(2, width / 110)), [up, places] = ticks(south, north, 6);
  for (const value of across) svg.append(make("line", {x1: x(value), x2: x(value), y1: top, y2: height - bottom, stroke: "#e3e3e3"}),
    make("text", {x: x(value), y: height - bottom + 16, "text-anchor": "middle"}, value.toFixed(decimals)));
  for (const value of up) svg.append(make("line", {x1: left, x2: width - right, y1: y(value), y2: y(value), stroke: "#e3e3e3"}),
    make("text", {x: left - 6, y: y(value) + 4, "text-anchor": "end"}, value.toFixed(places)));
  svg.append(make("text", {x: (left + width - right) / 2, y: height - 8, "text-anchor": "middle"}, view.x),
    make("text", {transform: `translate(13 ${(top + height - bottom) / 2}) rotate(-90)`, "text-anchor": "middle"}, view.y));
  for (const one of view.series) {
    svg.append(make("polyline", {points: one.line.map(([a, b]) => `${x(a)},${y(b)}`).join(" "), fill: "none", stroke: one.colour, "stroke-width": 1.5}));
  }
  const marks = view.series.flatMap(one => one.points.map(point => ({...point, ...one})));
  const groups = marks.map((mark, number) => {
    const path = make("path", {d: SHAPES[mark.shape](5), fill: mark.colour, stroke: "#fff"});
    return make("g", {class: "mark", transform: `translate(${x(mark.x)} ${y(mark.y)})`, tabindex: number ? -1 : 0, role: "button", "aria-label": mark.text}, path);
  });
  svg.append(...groups);
  const tip = make("div", {class: "tip", hidden: "", "aria-hidden": "true"});
  canvas.replaceChildren(svg, tip);
  const show = mark => {
    tip.hidden = false;
    tip.textContent = mark.text;
    const edge = x(mark.x) > width / 2;
    Object.assign(tip.style, {top: `${Math.max(0, y(mark.y) - 20)}px`, left: edge ? "" : `${x(mark.x) + 12}px`, right: edge ? `${width - x(mark.x) + 12}px` : ""});
  };
  const open = mark => mark.run === null || describe(section.querySelector(".details"), mark.text, [mark.run], view.look);
  groups.forEach((group, number) => {
    const go = place => {
      groups.forEach((other, k) => other.setAttribute("tabindex", k === place ? 0 : -1));
      groups[place].focus();
    };
    for (const event of ["mouseenter", "focus"]) group.addEventListener(event, () => show(marks[number]));
    for (const event of ["mouseleave", "blur"]) group.addEventListener(event, () => { tip.hidden = true; });
    group.addEventListener("click", () => open(marks[number]));
    group.addEventListener("keydown", event => {
      const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
      if (step) go((number + step + groups.length) % groups.length);
      else if (event.key === "Enter" || event.key === " ") open(marks[number]);
      else return;
      event.preventDefault();
    });
  });
  // As parts.plot writes that of the first view, so that nothing moves when this is drawn.
  section.querySelector(".legend").replaceChildren(...view.series.map(one =>
    make("li", {}, make("span", {class: `key ${one.points.length ? one.shape : "rule"}`, style: `background: ${one.colour}`}), one.name)));
}

for (const section of document.querySelectorAll("section.plot")) {
  const select = section.querySelector("select");
  select.addEventListener("change", () => {
    section.querySelector(".details").replaceChildren();
    draw(section);
  });
  draw(section);
  let before = section.clientWidth;
  new ResizeObserver(() => {
    if (section.clientWidth !== before) draw(section);
    before = section.clientWidth;
  }).observe(section);
}

/* Matrices: a click on a cell opens its confusion. */

for (const button of document.querySelectorAll(".matrix button[data-runs]")) button.addEventListener("click", () => {
  const section = button.closest("section");
  for (const other of section.querySelectorAll("[aria-pressed]")) other.setAttribute("aria-pressed", other === button);
  describe(section.querySelector(".details"), button.getAttribute("aria-label"), JSON.parse(button.dataset.runs), button.dataset.look);
});

/* Sliders: two pictures, one over the other, cut where the handle stands. */

for (const figure of document.querySelectorAll("figure.slider")) {
  const pair = figure.querySelector(".pair"), handle = figure.querySelector("input[type=range]");
  const [first, second] = pair.querySelectorAll("img"), [left, right, size] = figure.querySelectorAll("select");
  const cut = () => pair.style.setProperty("--cut", `${handle.value}%`);
  const choose = (image, select) => {
    image.src = select.value;
    image.alt = select.selectedOptions[0].textContent;
  };
  handle.addEventListener("input", cut);
  left.addEventListener("change", () => choose(first, left));
  right.addEventListener("change", () => choose(second, right));
  size.addEventListener("change", () => {
    pair.style.width = `${(Number(size.value) || pair.dataset.fit) * pair.dataset.width}px`;
    pair.style.maxWidth = Number(size.value) ? "none" : "100%";
  });
  const drag = event => {
    const box = pair.getBoundingClientRect();
    handle.value = Math.min(100, Math.max(0, 100 * (event.clientX - box.left) / box.width));
    cut();
  };
  pair.addEventListener("pointerdown", event => {
    event.preventDefault();
    pair.setPointerCapture(event.pointerId);
    drag(event);
  });
  pair.addEventListener("pointermove", event => { if (event.buttons) drag(event); });
  cut();
}
