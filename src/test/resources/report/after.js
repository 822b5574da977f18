// Behind everything else in the page: looks at what was drawn, as a reader would, and tells the frame around it.
addEventListener("load", () => {
  root.dataset.theme = location.hash.slice(1);
  draw();
  const rgb = text => text.match(/[\d.]+/g).slice(0, 3).map(Number);
  const light = color => {
    const [r, g, b] = color.map(part => part / 255).map(part => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (one, other) => { const [low, high] = [light(one), light(other)].sort((a, b) => a - b); return (high + 0.05) / (low + 0.05); };
  const page = rgb(getComputedStyle(document.body).backgroundColor);
  const plots = {};
  for (const figure of document.querySelectorAll("figure.plot")) {
    const id = figure.parentElement.id;
    const groups = [...figure.querySelectorAll("g[aria-label]")].filter(group => !/axis|tick|grid|rule/.test(group.getAttribute("aria-label")));
    plots[id] = groups.flatMap(group => [...group.querySelectorAll("path, circle, rect, line")]).length;
    for (const text of figure.querySelectorAll("svg text")) {
      if (!text.textContent.trim()) continue;
      const box = text.getBoundingClientRect();
      const size = parseFloat(getComputedStyle(text).fontSize);
      if (size < 11) problems.push(`${id}: a text of ${size} px: ${text.textContent}`);
      if (box.left < 0 || box.right > innerWidth + 0.5) problems.push(`${id}: beyond the edge: ${text.textContent}`);
      const fill = getComputedStyle(text).fill;
      if (/^rgb/.test(fill) && contrast(rgb(fill), page) < 4.5) problems.push(`${id}: pale text: ${text.textContent}, ${fill}`);
    }
    for (const axis of figure.querySelectorAll('g[aria-label="x-axis tick label"]')) {
      const boxes = [...axis.querySelectorAll("text")].filter(text => text.textContent).map(text => text.getBoundingClientRect());
      boxes.sort((a, b) => a.left - b.left);
      for (let i = 1; i < boxes.length; i++) if (boxes[i].left < boxes[i - 1].right) { problems.push(`${id}: labels overlap`); break; }
    }
  }
  let wide = 0;
  for (const table of document.querySelectorAll("table")) {
    const box = table.parentElement;
    const title = table.closest("section").id;
    if (box.getBoundingClientRect().right > innerWidth) problems.push(`${title}: a table beyond the edge`);
    if (table.offsetWidth <= box.clientWidth) continue;
    wide++;
    box.scrollLeft = table.offsetWidth;
    const last = table.rows[0].cells[table.rows[0].cells.length - 1].getBoundingClientRect();
    if (last.right > innerWidth + 0.5) problems.push(`${title}: the last column of a table cannot be reached`);
    box.scrollLeft = 0;
  }
  scrollTo(1000, 0);
  if (scrollX !== 0) problems.push("the page scrolls sideways by " + scrollX);
  scrollTo(0, 0);
  if (document.documentElement.scrollWidth > innerWidth) problems.push("the page is wider than its window: " + document.documentElement.scrollWidth);
  for (const place of document.querySelectorAll("p, td, th, figcaption")) {
    if (contrast(rgb(getComputedStyle(place).color), page) < 4.5) { problems.push("pale text: " + place.textContent); break; }
  }
  parent.postMessage({ width: innerWidth, theme: root.dataset.theme, plots, tables: document.querySelectorAll("table").length, wide, problems }, "*");
});
