/** All that shows pictures: of the layout, variants, a style, earlier ones. */

import { Comparison } from "./comparison.js";
import { EarlierPictures } from "./earlier_pictures.js";
import { byId } from "./elements.js";
import { PictureCopies } from "./picture_copies.js";
import { PicturePane } from "./picture_pane.js";
import { StyleReference } from "./style_reference.js";
import { Variants } from "./variants.js";

export class PictureSide {
  /**
   * @param {object} parts client, model, modelName, drawing, settings,
   *     viewport, toolbox, shortcuts, notices, and the callbacks
   *     onGone(error) and onToken(error)
   */
  constructor(parts) {
    Object.assign(this, parts);
    const { model, modelName, notices } = parts;
    const { drawing, settings, viewport, toolbox, shortcuts } = parts;
    this.style = new StyleReference({
      model,
      notice: notices.style,
      onChange: () => {
        this.pane.seed.describe();
        this.pane.changed();
        this.variants.age();
      },
    });
    const getStyle = () => this.style.bytes;
    const earlier = new EarlierPictures({
      model,
      drawing,
      settings,
      toolbox,
    });
    const copies = new PictureCopies({
      model,
      modelName,
      shortcuts,
      notice: notices.picture,
      getPicture: () => this.pane.shown,
    });
    this.pane = new PicturePane({
      ...parts,
      notice: notices.picture,
      getStyle,
      onStyleError: ({ message }) => notices.style.show("bad", message),
      onShown: (picture) => {
        copies.enable();
        if (picture.isWhole) earlier.add(picture);
      },
    });
    this.variants = new Variants({
      ...parts,
      notice: notices.variants,
      getStyle,
    });
    new Comparison({ drawing, viewport, shortcuts });
  }

  /** Shows a feature exactly when the model has its signature. */
  showFeatures() {
    const { variants, style } = this.model.features;
    byId("variants").hidden = !variants;
    byId("style-reference").hidden = !style;
    byId("shelf").hidden = !variants && !style;
    document.body.classList.toggle("bare", !variants && !style);
    this.pane.seed.describe();
  }

  /** Another version of the model is there, which takes these layouts. */
  meetModel() {
    this.variants.hold(false);
    this.pane.meetModel();
  }

  /** The model takes other layouts: nothing is asked for. */
  hold() {
    this.variants.hold(true);
    this.pane.hold();
  }

  /** The server is back. */
  resume() {
    for (const name of ["variants", "style"]) this.notices[name].hide();
    this.pane.resume();
  }
}
