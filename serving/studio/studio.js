/** The page for one model: makes its parts and joins them. */

import { Autosave } from "./files/autosave.js";
import { Drawing } from "./labels/drawing.js";
import { LabelMap } from "./labels/label_map.js";
import { resizeNearest } from "./labels/nearest.js";
import { announce } from "./panels/announcer.js";
import { ClassPalette } from "./panels/class_palette.js";
import { Comparison } from "./panels/comparison.js";
import { EarlierPictures } from "./panels/earlier_pictures.js";
import { byId } from "./panels/elements.js";
import { mountHelp } from "./panels/help.js";
import { IncomingFiles } from "./panels/incoming_files.js";
import { LayoutFiles } from "./panels/layout_files.js";
import { LayoutPane } from "./panels/layout_pane.js";
import { Notice } from "./panels/notice.js";
import { MOST_RECENT } from "./panels/recent_classes.js";
import { PictureCopies } from "./panels/picture_copies.js";
import { PicturePane } from "./panels/picture_pane.js";
import { StyleReference } from "./panels/style_reference.js";
import { mountToolBar } from "./panels/tool_bar.js";
import { Variants } from "./panels/variants.js";
import { chooseBase, chooseClass } from "./scenes/choices.js";
import { makeExamples } from "./scenes/examples.js";
import { BRUSH_SIZES, Settings } from "./settings.js";
import { Toolbox } from "./tools/toolbox.js";
import { Shortcuts } from "./view/shortcuts.js";
import { Viewport } from "./view/viewport.js";

const FLAT = 1.45; // Width through height from which there is room below.
const SAVED = [
  "classId",
  "baseId",
  "recent",
  "size",
  "seed",
  "live",
  "letters",
];

export class Studio {
  /**
   * @param {object} parts client, model, modelName, and the callbacks
   *     onGone(error) and onToken(error)
   */
  constructor(parts) {
    Object.assign(this, parts);
    const { model, modelName } = this;
    const aspect = model.width / model.height;
    document.documentElement.style.setProperty("--aspect", aspect);
    document.body.classList.toggle("flat", aspect >= FLAT);
    this.autosave = new Autosave(modelName, localStorage);
    this.notices = {
      layout: new Notice(byId("layout-notice")),
      picture: new Notice(byId("picture-notice")),
      variants: new Notice(byId("variants-notice")),
      style: new Notice(byId("style-notice")),
    };
    this.examples = makeExamples(model);
    const saved = this.autosave.load();
    this.drawing = new Drawing(this.#firstLayout(saved));
    this.settings = makeSettings(model, this.drawing.map, saved?.settings);
    this.viewport = new Viewport(model.width);
    this.shortcuts = new Shortcuts(() => this.settings.get("letters"));
    this.#makePanels();
    this.showFeatures(model);
    this.#saveOnChange();
  }

  /** Shows a feature exactly when the model has its signature. */
  showFeatures(model) {
    this.model.features = model.features;
    const { variants, style } = model.features;
    byId("variants").hidden = !variants;
    byId("style-reference").hidden = !style;
    byId("shelf").hidden = !variants && !style;
    document.body.classList.toggle("bare", !variants && !style);
    this.picture.describeSeed();
  }

  /** The server is back, or has another version of the model. */
  resume() {
    for (const name of ["variants", "style"]) this.notices[name].hide();
    this.picture.resume();
  }

  #firstLayout(saved) {
    const { width, height, numClasses } = this.model;
    const map = new LabelMap(width, height, numClasses);
    const old = saved?.map;
    if (!old || old.ids.some((id) => id >= numClasses)) {
      map.ids.set(this.examples[0].map.ids);
      return map;
    }
    map.ids.set(resizeNearest(old.ids, old.width, old.height, width, height));
    if (old.width !== width || old.height !== height) {
      this.notices.layout.show(
        "info",
        `The model makes pictures of ${width} × ${height} pixels now. Your ` +
          `layout of ${old.width} × ${old.height} was resized by nearest.`,
      );
    }
    return map;
  }

  #makePanels() {
    const { client, model, modelName, drawing, settings } = this;
    const { viewport, shortcuts, examples, notices } = this;
    const pane = new LayoutPane({
      drawing,
      model,
      settings,
      viewport,
      shortcuts,
    });
    const toolbox = new Toolbox(drawing, settings, {
      pixelSize: () => viewport.pixelSize,
      showGuide: (points) => pane.showGuide(points),
      showSelection: (sides) => pane.showSelection(sides),
      say: (words) => announce("layout", words),
    });
    this.toolbox = toolbox;
    const steps = { undo: () => this.#undo(), redo: () => this.#redo() };
    mountToolBar({ toolbox, settings, drawing, steps, shortcuts });
    pane.connect(toolbox);
    const onChoose = (id) => {
      settings.set("classId", id);
      toolbox.leave();
    };
    const { classes } = model;
    new ClassPalette({ classes, settings, drawing, shortcuts, onChoose });
    const notice = notices.layout;
    const files = { drawing, model, modelName, settings, toolbox, examples };
    const layouts = new LayoutFiles({ ...files, shortcuts, notice });
    const style = new StyleReference({
      model,
      notice: notices.style,
      onChange: () => {
        this.picture.describeSeed();
        this.picture.changed();
      },
    });
    this.picture = new PicturePane({
      client,
      model,
      modelName,
      drawing,
      settings,
      shortcuts,
      notice: notices.picture,
      getStyle: () => style.bytes,
      onGone: this.onGone,
      onToken: this.onToken,
      onStyleError: ({ message }) => notices.style.show("bad", message),
      onShown: (picture) => {
        copies.enable();
        if (!drawing.edit) earlier.add(picture); // Not of half a stroke.
      },
    });
    const earlier = new EarlierPictures({ drawing, settings, toolbox });
    const copies = new PictureCopies({
      model,
      modelName,
      shortcuts,
      notice: notices.picture,
      getPicture: () => this.picture.shown,
    });
    new Comparison({ drawing, viewport, shortcuts });
    new IncomingFiles({
      openLayout: (file) => layouts.open(file),
      takeStyle: (file) => style.take(file),
      hasStyle: () => model.features.style,
      notice,
    });
    const parts = { client, drawing, settings, shortcuts };
    this.variants = new Variants({ ...parts, notice: notices.variants });
    shortcuts.add("X", "Last class", () => this.#swapClasses());
    shortcuts.add("Escape", "Give up the stroke", () => toolbox.cancel());
    mountHelp(settings, shortcuts);
  }

  #undo() {
    this.toolbox.cancelStroke();
    if (!this.toolbox.current.stepBack?.()) this.drawing.undo();
  }

  #redo() {
    this.toolbox.cancelStroke();
    this.drawing.redo();
  }

  #swapClasses() {
    if (this.lastClassId !== undefined) {
      this.settings.set("classId", this.lastClassId);
    }
  }

  #saveOnChange() {
    const { drawing, settings, autosave, notices } = this;
    let classId = settings.get("classId");
    settings.watch(["classId"], () => {
      if (settings.get("classId") === classId) return;
      this.lastClassId = classId;
      classId = settings.get("classId");
    });
    const save = () => {
      const values = SAVED.map((name) => [name, settings.get(name)]);
      if (autosave.save(drawing.map, Object.fromEntries(values))) return;
      notices.layout.show(
        "warn",
        "This browser has no room to keep the layout. Download it before " +
          "you close or reload the page.",
      );
    };
    drawing.onChange(({ settled }) => settled && save());
    settings.watch(SAVED, save);
  }
}

function makeSettings(model, map, saved = {}) {
  const { numClasses, width, height } = model;
  const isClass = (id) => Number.isInteger(id) && id >= 0 && id < numClasses;
  const isSeed = Number.isSafeInteger(saved.seed) && saved.seed >= 0;
  const large = Math.max(width, height) / 20;
  const usual = BRUSH_SIZES.findLast((size) => size <= large) ?? 1;
  const { classId } = saved;
  const baseId = isClass(saved.baseId) ? saved.baseId : chooseBase(model, map);
  const recent = Array.isArray(saved.recent) ? saved.recent : [];
  return new Settings({
    tool: "brush",
    baseId,
    recent: recent.filter(isClass).slice(0, MOST_RECENT),
    classId: isClass(classId) ? classId : chooseClass(model, baseId),
    size: BRUSH_SIZES.includes(saved.size) ? saved.size : usual,
    seed: isSeed ? saved.seed : 0,
    live: saved.live ?? true,
    letters: saved.letters ?? true,
  });
}
