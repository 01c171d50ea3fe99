/** Takes the class of a pixel, and gives the last tool back. */

export class Eyedropper {
  id = "eyedropper";
  label = "Pick";
  key = "I";
  leavesClass = true;

  constructor(paper) {
    this.paper = paper;
  }

  press({ x, y }) {
    const { map } = this.paper.drawing;
    if (map.contains(x, y)) this.paper.settings.set("classId", map.at(x, y));
  }

  drag(point) {
    this.press(point);
  }

  release() {
    this.paper.leaveTool();
  }
}
