/** A room. */

export const room = {
  name: "Room",
  needs: ["wall", "floor"],
  draw(painter) {
    painter.all("wall");
    painter.shape(
      "ceiling",
      [-0.1, -0.1],
      [1.1, -0.1],
      [0.8, 0.14],
      [0.2, 0.14],
    );
    painter.shape("floor", [0.2, 0.66], [0.8, 0.66], [1.1, 1.1], [-0.1, 1.1]);
    painter.box("window", 0.3, 0.24, 0.48, 0.5);
    painter.box("picture", 0.58, 0.28, 0.7, 0.44);
    painter.box("sofa", 0.5, 0.58, 0.84, 0.8);
    painter.shape("bed", [0.06, 0.62], [0.34, 0.6], [0.42, 0.86], [0, 0.92]);
    painter.oval("table", 0.58, 0.86, 0.14, 0.06);
  },
};
