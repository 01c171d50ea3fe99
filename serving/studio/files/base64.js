/** Bytes as text and back: how JSON carries them. */

const CHUNK = 0x8000; // Arguments that a function call can take for sure.

export function toBase64(bytes) {
  const parts = [];
  for (let start = 0; start < bytes.length; start += CHUNK) {
    const chunk = bytes.subarray(start, start + CHUNK);
    parts.push(String.fromCharCode(...chunk));
  }
  return btoa(parts.join(""));
}

/** @throws {DOMException} it is not base64 */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
