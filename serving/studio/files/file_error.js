/** A file is refused: what is wrong, what was expected, what helps. */

export class FileError extends Error {
  constructor(message) {
    super(message);
    this.name = "FileError";
  }
}
