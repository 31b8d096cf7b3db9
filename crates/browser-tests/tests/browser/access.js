(() => {
  const stumbles = new Set();
  const seen = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getBoundingClientRect().width > 1;
  const told = (node) => `${node.tagName.toLowerCase()}${node.id ? `#${node.id}` : ""} "${node.textContent.trim().slice(0, 40)}"`;

  // Sideways scrolling: nothing may be wider than the window.
  if (document.documentElement.scrollWidth > innerWidth) stumbles.add(`the page is wider than the window: ${document.documentElement.scrollWidth}`);

  // Names: whatever takes the focus says what it is, and ids are unique.
  const all = [...document.querySelectorAll("*")];
  const ids = all.map((node) => node.id).filter(Boolean);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) stumbles.add(`two elements are called ${id}`);
  for (const node of document.querySelectorAll("input, select, button, a, summary, [role=img], [role=progressbar], [role=region]")) {
    if (!seen(node)) continue;
    const by = (node.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join("");
    const labels = [...(node.labels ?? [])].map((label) => label.textContent).join("");
    const own = node.matches("input, select") ? "" : node.textContent;
    if (!(node.getAttribute("aria-label") || by || labels || own).trim()) stumbles.add(`${told(node)} is without a name`);
  }
  for (const name of ["aria-labelledby", "aria-describedby"]) {
    for (const node of document.querySelectorAll(`[${name}]`)) {
      if (!seen(node)) continue;
      for (const id of node.getAttribute(name).split(" ")) if (!document.getElementById(id)) stumbles.add(`${told(node)} points to ${id}, which is not there`);
    }
  }

  // Contrast: WCAG 2.2, level AA.
  const parts = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const over = ([r, g, b, a = 1], [R, G, B]) => [r * a + R * (1 - a), g * a + G * (1 - a), b * a + B * (1 - a)];
  const ground = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      const color = parts(getComputedStyle(at).backgroundColor);
      layers.unshift(color);
      if (color.length === 3) break;
    }
    return layers.reduce((below, layer) => over(layer, below), [255, 255, 255]);
  };
  const luminance = (color) => {
    const [r, g, b] = color.map((part) => part / 255).map((part) => (part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4));
    return .2126 * r + .7152 * g + .0722 * b;
  };
  for (const node of all) {
    const speaks = [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
    if (!speaks || !seen(node) || node.matches(".unseen, .skip, script, style, title, option, :disabled")) continue;
    const style = getComputedStyle(node);
    const below = ground(node);
    const color = over(parts(node instanceof SVGElement ? style.fill : style.color), below);
    const [light, dark] = [luminance(color), luminance(below)].sort((a, b) => b - a);
    const ratio = (light + .05) / (dark + .05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) stumbles.add(`${told(node)} has a contrast of ${ratio.toFixed(2)}`);
  }

  // Fingers: WCAG 2.2, target size of 24 pixels, for all that is not a link within a text.
  for (const node of document.querySelectorAll("button, select, input[type=text], input[type=search], summary")) {
    const box = node.getBoundingClientRect();
    if (seen(node) && (box.height < 24 || box.width < 24)) stumbles.add(`${told(node)} is too small to hit`);
  }
  return [...stumbles];
})()
