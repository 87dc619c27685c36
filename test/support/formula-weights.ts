/**
 * Weights and inputs that a rule makes out of their names, so that golden cases of full-size networks need no file.
 * The rule is written in the case.json of those cases: 32-bit FNV-1a of the name, then MurmurHash3's last mix of every
 * index.
 */
export function formulaNumbers(name: string, shape: readonly number[], scale = 1, offset = 0): Float32Array {
  const count = shape.reduce((product, size) => product * size, 1)
  const seed = fnv1a(name)
  const numbers = new Float32Array(count)
  for (let i = 0; i < count; i++) {
    let h = (i + seed) | 0
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
    h = (h ^ (h >>> 16)) >>> 0
    numbers[i] = offset + scale * ((h / 2 ** 32) * 2 - 1)
  }
  return numbers
}

/** A tensor of a checkpoint. */
export function formulaWeight(key: string, shape: readonly number[]): Float32Array {
  if (/(weight_g|grep_a)$/.test(key)) return formulaNumbers(key, shape, 0.1, 1)
  if (key.startsWith('null_cond') || key.endsWith('relative_attention_bias.weight')) {
    return formulaNumbers(key, shape)
  }
  if (shape.length === 1) return formulaNumbers(key, shape, 0.1, key.endsWith('weight') ? 1 : 0)
  return formulaNumbers(
    key,
    shape,
    Math.sqrt(3 / shape.slice(1).reduce((product, size) => product * size, 1)),
  )
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}
