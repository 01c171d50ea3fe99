/** Short names for what all panels do with the page. */

export function byId(id) {
  return document.getElementById(id);
}

/** An element with properties, classes and children. */
export function make(tag, { className = "", ...properties } = {}, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  Object.assign(element, properties);
  element.append(...children);
  return element;
}

export function cssColour([red, green, blue]) {
  return `rgb(${red} ${green} ${blue})`;
}

export function makeSwatch({ colour }) {
  const swatch = make("span", { className: "swatch" });
  swatch.style.background = cssColour(colour);
  return swatch;
}

/** Lets people choose or drop a file; `take` gets it. */
export function acceptFile(input, button, area, take) {
  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const [file] = input.files;
    input.value = ""; // So that the same file can be chosen again.
    if (file) take(file);
  });
  const onDrag = (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    area.classList.toggle("dragging", event.type === "dragover");
    const [file] = event.dataTransfer.files;
    if (event.type !== "drop" || !file) return;
    event.stopPropagation(); // The rest of the page takes files, too.
    take(file);
  };
  for (const type of ["dragover", "dragleave", "drop"]) {
    area.addEventListener(type, onDrag);
  }
}
