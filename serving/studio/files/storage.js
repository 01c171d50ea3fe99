/** What the browser keeps for this page, where its settings allow that. */

/**
 * @param {"localStorage"|"sessionStorage"} name
 * @returns {Storage|null} null where reading it is forbidden
 */
export function openStorage(name) {
  try {
    return globalThis[name];
  } catch {
    return null;
  }
}
