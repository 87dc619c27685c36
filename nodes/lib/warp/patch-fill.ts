/** Placeholder until the texture fill lands: the membrane alone. */
export function patchFill(
  _rgb: Uint8Array,
  start: Float32Array,
  _from: Uint8Array,
  _hole: Uint8Array,
  _width: number,
  _height: number,
): Float32Array {
  return start
}
