/** The page for one model: makes its parts and joins them. */

import { makeSettings } from "./first_settings.js";
import { Keeper } from "./keeper.js";
import { Drawing } from "./labels/drawing.js";
import { LabelMap } from "./labels/label_map.js";
import { announce } from "./panels/announcer.js";
import { ClassPalette } from "./panels/class_palette.js";
import { byId } from "./panels/elements.js";
import { mountHelp } from "./panels/help.js";
import { IncomingFiles } from "./panels/incoming_files.js";
import { LayoutFiles } from "./panels/layout_files.js";
import { LayoutPane } from "./panels/layout_pane.js";
import { Notice } from "./panels/notice.js";
import { OtherTabs } from "./panels/other_tabs.js";
import { PictureSide } from "./panels/picture_side.js";
import { mountToolBar } from "./panels/tool_bar.js";
import { VersionQuestion } from "./panels/version_question.js";
import { makeExamples } from "./scenes/examples.js";
import { Toolbox } from "./tools/toolbox.js";
import { Shortcuts } from "./view/shortcuts.js";
import { Viewport } from "./view/viewport.js";

const FLAT = 1.45; // Width through height from which there is room below.

export class Studio {
  /**
   * @param {object} parts client, model, modelName, and the callbacks
   *     onGone(error) and onToken(error)
   */
  constructor(parts) {
    Object.assign(this, parts);
    const { model: served, modelName } = this;
    this.notices = {
      layout: new Notice(byId("layout-notice")),
      picture: new Notice(byId("picture-notice")),
      variants: new Notice(byId("variants-notice")),
      style: new Notice(byId("style-notice")),
    };
    const notice = this.notices.layout;
    this.keeper = new Keeper({ model: served, modelName, notice });
    const saved = this.keeper.open();
    // The layout keeps its size; `meet` asks where the model has another one.
    const { width, height } = saved?.map ?? served;
    this.model = { ...served, width, height };
    this.examples = makeExamples(this.model);
    this.drawing = new Drawing(saved?.map ?? copyOf(this.examples[0].map));
    this.settings = makeSettings(this.model, this.drawing.map, saved?.settings);
    this.viewport = new Viewport(width);
    this.shortcuts = new Shortcuts(() => this.settings.get("letters"));
    showShape(this.model);
    this.#makePanels();
    this.#rememberClass();
    this.keeper.follow(this.drawing, this.settings);
    this.#offerOthers();
    this.meet(served);
  }

  /** The server has this model now, which may be another version. */
  meet(served) {
    this.model.features = served.features;
    this.pictures.showFeatures();
    if (this.question.meet(served)) {
      this.pictures.meetModel();
    } else {
      this.pictures.hold();
    }
  }

  /** Says something of the model beside the work, until `resume`. */
  tell(words) {
    this.notices.picture.show("warn", words);
  }

  /** The server is back. */
  resume() {
    this.pictures.resume();
  }

  /** What else the browser keeps: a size before, another tab's layout. */
  #offerOthers() {
    const { keeper, notices, model } = this;
    const { kept, tab, before } = keeper;
    if (before) {
      notices.layout.show(
        "info",
        `Your layout is of ${model.width} × ${model.height} pixels now. The ` +
          `one of ${before.map.width} × ${before.map.height} is kept.`,
        { label: "Undo", run: () => keeper.goBack() },
      );
    }
    const others = new OtherTabs({
      kept,
      tab,
      notice: notices.layout,
      getTime: () => keeper.time,
      take: ({ map }) => this.files.take(map),
    });
    if (!before) others.offerNewest();
  }

  #makePanels() {
    const { model, modelName, drawing, settings } = this;
    const { viewport, shortcuts, examples, notices } = this;
    const common = { drawing, model, settings, shortcuts };
    const pane = new LayoutPane({ ...common, viewport });
    const toolbox = new Toolbox(drawing, settings, {
      pixelSize: () => viewport.pixelSize,
      showGuide: (points) => pane.showGuide(points),
      showSelection: (sides) => pane.showSelection(sides),
      say: (words) => announce("layout", words),
    });
    this.toolbox = toolbox;
    const steps = {
      undo: () => this.#undo(),
      redo: () => this.#redo(),
      canUndo: () => drawing.canUndo || this.keeper.before !== null,
    };
    mountToolBar({ toolbox, settings, drawing, steps, shortcuts });
    pane.connect(toolbox);
    const onChoose = (id) => {
      settings.set("classId", id);
      toolbox.leave();
    };
    const { classes } = model;
    new ClassPalette({ classes, settings, drawing, shortcuts, onChoose });
    const { keeper } = this;
    const notice = notices.layout;
    const parts = { ...common, modelName, toolbox };
    this.files = new LayoutFiles({ ...parts, examples, keeper, notice });
    this.pictures = new PictureSide({
      ...parts,
      viewport,
      notices,
      client: this.client,
      onGone: this.onGone,
      onToken: this.onToken,
    });
    this.question = new VersionQuestion({ model, drawing, keeper });
    new IncomingFiles({
      openLayout: (file) => this.files.open(file),
      takeStyle: (file) => this.pictures.style.take(file),
      hasStyle: () => model.features.style,
      notice,
    });
    shortcuts.add("X", "Last class", () => this.#swapClasses());
    shortcuts.add("Escape", "Give up the stroke", () => toolbox.cancel());
    mountHelp(settings, shortcuts);
  }

  #undo() {
    this.toolbox.cancelStroke();
    if (this.toolbox.current.stepBack?.() || this.drawing.undo()) return;
    this.keeper.goBack();
  }

  #redo() {
    this.toolbox.cancelStroke();
    this.drawing.redo();
  }

  #rememberClass() {
    const { settings } = this;
    let classId = settings.get("classId");
    settings.watch(["classId"], () => {
      if (settings.get("classId") === classId) return;
      this.lastClassId = classId;
      classId = settings.get("classId");
    });
  }

  #swapClasses() {
    if (this.lastClassId !== undefined) {
      this.settings.set("classId", this.lastClassId);
    }
  }
}

function showShape({ width, height }) {
  const aspect = width / height;
  document.documentElement.style.setProperty("--aspect", aspect);
  document.body.classList.toggle("flat", aspect >= FLAT);
}

function copyOf({ width, height, numClasses, ids }) {
  const map = new LabelMap(width, height, numClasses);
  map.ids.set(ids);
  return map;
}
