/** Scenes under the sky. */

export const street = {
  name: "Street",
  needs: ["sky", "road"],
  draw(painter) {
    painter.all("sky");
    painter.box("building", 0, 0.5, 1, 0.62);
    painter.box(["grass", "pavement"], 0, 0.56, 1, 1);
    painter.box("building", 0, 0.16, 0.3, 0.6);
    painter.box("building", 0.33, 0.3, 0.46, 0.58);
    painter.box("building", 0.62, 0.24, 0.8, 0.58);
    painter.shape("pavement", [0.45, 0.56], [0.6, 0.56], [1.15, 1], [-0.2, 1]);
    painter.shape("road", [0.49, 0.56], [0.56, 0.56], [0.9, 1], [0.06, 1]);
    painter.box("tree", 0.875, 0.5, 0.905, 0.72);
    painter.oval("tree", 0.89, 0.36, 0.13, 0.2);
    painter.box("tree", 0.16, 0.55, 0.175, 0.68);
    painter.oval("tree", 0.168, 0.5, 0.075, 0.11);
    painter.box("fence", 0.62, 0.54, 0.84, 0.6);
    painter.box(["pole", "sign"], 0.735, 0.3, 0.748, 0.7);
    painter.oval("sign", 0.741, 0.3, 0.03, 0.042);
    painter.box("car", 0.4, 0.68, 0.6, 0.82);
    painter.shape("car", [0.44, 0.6], [0.56, 0.6], [0.6, 0.7], [0.4, 0.7]);
    painter.box("person", 0.205, 0.66, 0.245, 0.86);
    painter.oval("person", 0.225, 0.64, 0.018, 0.032);
  },
};

export const hills = {
  name: "Hills",
  needs: ["sky", "grass"],
  draw(painter) {
    painter.all("sky");
    painter.shape(
      "mountain",
      [-0.05, 0.62],
      [0.18, 0.3],
      [0.33, 0.46],
      [0.58, 0.18],
      [0.82, 0.44],
      [1.05, 0.34],
      [1.05, 0.65],
    );
    painter.box("grass", 0, 0.58, 1, 1);
    painter.shape(
      "water",
      [0.2, 0.62],
      [0.7, 0.6],
      [1.05, 0.72],
      [1.05, 0.86],
      [0.3, 0.76],
    );
    painter.box("fence", 0.4, 0.56, 0.66, 0.61);
    for (const [x, y, size] of [
      [0.12, 0.56, 0.11],
      [0.28, 0.54, 0.07],
      [0.9, 0.52, 0.12],
    ]) {
      painter.box("tree", x - size / 9, y, x + size / 9, y + size * 1.7);
      painter.oval("tree", x, y, size, size * 1.4);
    }
  },
};

export const coast = {
  name: "Coast",
  needs: ["sky", "water", "sand"],
  draw(painter) {
    painter.all("sky");
    painter.shape("mountain", [0.55, 0.46], [0.8, 0.26], [1.05, 0.46]);
    painter.box("water", 0, 0.45, 1, 1);
    painter.shape("sand", [-0.05, 0.68], [0.5, 0.78], [1.05, 1], [-0.05, 1]);
    painter.oval("rock", 0.78, 0.6, 0.12, 0.07);
    painter.box("tree", 0.12, 0.42, 0.14, 0.78);
    painter.oval("tree", 0.13, 0.4, 0.14, 0.12);
  },
};
