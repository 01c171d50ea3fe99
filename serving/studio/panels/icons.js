/** The drawings on buttons: one file, read once and kept in the page. */

const SVG = "http://www.w3.org/2000/svg";

/** Puts the symbols into the page, so that icons show without the server. */
export async function loadIcons() {
  let response;
  try {
    response = await fetch("icons.svg");
  } catch {
    return; // The server has just gone: every button has words, too.
  }
  const parser = new DOMParser();
  const file = parser.parseFromString(await response.text(), "image/svg+xml");
  const symbols = document.importNode(file.documentElement, true);
  symbols.setAttribute("hidden", "");
  document.body.append(symbols);
}

/** @param {string} name a symbol of icons.svg without `icon-` */
export function makeIcon(name) {
  const icon = document.createElementNS(SVG, "svg");
  icon.classList.add("icon");
  icon.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  icon.append(use);
  return icon;
}
