/** The tools, which one is in hand, and what they work on. */

import { Box } from "./box.js";
import { Brush } from "./brush.js";
import { Eraser } from "./eraser.js";
import { Eyedropper } from "./eyedropper.js";
import { Fill } from "./fill.js";
import { Hand } from "./hand.js";
import { Oval } from "./oval.js";
import { Polygon } from "./polygon.js";
import { Selection } from "./selection.js";
import { StraightLine } from "./straight_line.js";

const TOOLS = [
  Brush,
  Eraser,
  StraightLine,
  Box,
  Oval,
  Polygon,
  Fill,
  Selection,
  Eyedropper,
  Hand,
];

/**
 * A tool has an id, a label, a key, and any of the methods press, drag,
 * release, hover, finish, stepBack and cancel. Points are whole pixels of the
 * layout, also outside of it; `straight` asks for a regular direction.
 * `beginsOutside` says that its strokes may begin beside the layout.
 */
export class Toolbox {
  /**
   * @param {Drawing} drawing
   * @param {Settings} settings classId, baseId, size, tool
   * @param {object} view pixelSize(), showGuide(points or null),
   *     showSelection(sides or null) and say(words)
   */
  constructor(drawing, settings, view) {
    this.settings = settings;
    const paper = { drawing, settings, ...view, leaveTool: () => this.leave() };
    this.tools = TOOLS.map((Tool) => new Tool(paper));
    this.previousId = "brush";
    this.stroke = null; // The tool between press and release.
  }

  find(id) {
    return this.tools.find((tool) => tool.id === id) ?? this.tools[0];
  }

  get current() {
    return this.find(this.settings.get("tool"));
  }

  select(id) {
    if (id === this.settings.get("tool")) return;
    this.cancel();
    if (!this.current.leavesClass) this.previousId = this.current.id;
    this.settings.set("tool", id);
  }

  /** Back to the tool that painted last. */
  leave() {
    if (this.current.leavesClass) this.select(this.previousId);
  }

  /** @param {string|null} toolId a tool for this stroke alone */
  press(point, toolId = null) {
    this.cancelStroke();
    this.stroke = toolId ? this.find(toolId) : this.current;
    this.stroke.press?.(point);
  }

  drag(point) {
    this.stroke?.drag?.(point);
  }

  release(point) {
    const { stroke } = this;
    this.stroke = null;
    stroke?.release?.(point);
  }

  hover(point) {
    this.current.hover?.(point);
  }

  finish() {
    this.current.finish?.();
  }

  /** Ends a stroke as if it had not begun; corners of a polygon stay. */
  cancelStroke() {
    if (this.stroke?.stepBack) {
      this.stroke.stepBack();
    } else {
      this.stroke?.cancel?.();
    }
    this.stroke = null;
  }

  cancel() {
    this.stroke = null;
    this.current.cancel?.();
  }
}
