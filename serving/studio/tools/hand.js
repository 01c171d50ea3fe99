/** Moves the view; the pointer's input does it. */

export class Hand {
  id = "hand";
  label = "Move";
  key = "H";
  leavesClass = true;
  pans = true;
}
