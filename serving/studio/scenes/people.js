/** Faces and figures, for models of people. */

export const portrait = {
  name: "Portrait",
  needs: ["background", "skin", "hair", "nose"],
  draw(painter) {
    painter.all("background");
    painter.oval("hair", 0.5, 0.42, 0.32, 0.36);
    painter.shape("cloth", [0.3, 0.84], [0.7, 0.84], [0.96, 1.1], [0.04, 1.1]);
    painter.box("neck", 0.4, 0.68, 0.6, 0.88);
    painter.oval("skin", 0.5, 0.5, 0.23, 0.3);
    painter.shape(
      "hair",
      [0.29, 0.4],
      [0.36, 0.22],
      [0.66, 0.2],
      [0.72, 0.4],
      [0.62, 0.3],
      [0.4, 0.31],
    );
    painter.oval("left_brow", 0.405, 0.41, 0.065, 0.014);
    painter.oval("right_brow", 0.595, 0.41, 0.065, 0.014);
    painter.oval("left_eye", 0.41, 0.46, 0.045, 0.022);
    painter.oval("right_eye", 0.59, 0.46, 0.045, 0.022);
    painter.shape(
      "nose",
      [0.485, 0.46],
      [0.515, 0.46],
      [0.55, 0.59],
      [0.45, 0.59],
    );
    painter.oval("upper_lip", 0.5, 0.66, 0.075, 0.018);
    painter.oval("lower_lip", 0.5, 0.69, 0.065, 0.02);
  },
};

export const figure = {
  name: "Figure",
  needs: ["background", "top", "bottom"],
  draw(painter) {
    painter.all("background");
    painter.oval("hair", 0.5, 0.14, 0.085, 0.1);
    painter.box("skin", 0.47, 0.2, 0.53, 0.28);
    painter.oval("face", 0.5, 0.15, 0.06, 0.08);
    painter.shape("skin", [0.34, 0.34], [0.4, 0.3], [0.38, 0.62], [0.3, 0.62]);
    painter.shape("skin", [0.6, 0.3], [0.66, 0.34], [0.7, 0.62], [0.62, 0.62]);
    painter.shape(
      "top",
      [0.37, 0.27],
      [0.63, 0.27],
      [0.61, 0.58],
      [0.39, 0.58],
    );
    painter.shape(
      "bottom",
      [0.39, 0.56],
      [0.61, 0.56],
      [0.62, 0.92],
      [0.52, 0.92],
      [0.5, 0.66],
      [0.48, 0.92],
      [0.38, 0.92],
    );
    painter.box("socks or shoes", 0.37, 0.91, 0.48, 0.96);
    painter.box("socks or shoes", 0.52, 0.91, 0.63, 0.96);
  },
};
