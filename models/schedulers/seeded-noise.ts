/** Standard normal numbers, as many as asked for; what comes next depends on what was drawn before. */
export type NoiseSource = (count: number) => Float32Array

/**
 * Our own noise: Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011), key = the seed's
 * low and high 32 bits, counter = the number of the block from 0. The four words of a block are two pairs; each pair
 * makes two numbers by Box and Muller: √(-2 ln u) cos 2πv and the same with sin, where u = (w₀ + 1)/2³² and v = w₁/2³².
 * A seed gives the same numbers everywhere, up to the last digit of log, cos and sin.
 * @param seed a whole number from 0 to 2⁵³ - 1
 */
export function seededNoise(seed: number): NoiseSource {
  const key = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0] as const
  let block = 0
  let rest: number[] = []
  return (count) => {
    const noise = new Float32Array(count)
    for (let i = 0; i < count; i++) {
      if (rest.length === 0) {
        const words = philox([block >>> 0, Math.floor(block / 2 ** 32), 0, 0], key)
        rest = [...boxMuller(words[0], words[1]), ...boxMuller(words[2], words[3])].reverse()
        block++
      }
      noise[i] = rest.pop()!
    }
    return noise
  }
}

function boxMuller(w0: number, w1: number): [number, number] {
  const radius = Math.sqrt(-2 * Math.log((w0 + 1) / 2 ** 32))
  const angle = (2 * Math.PI * w1) / 2 ** 32
  return [radius * Math.cos(angle), radius * Math.sin(angle)]
}

type Words = readonly [number, number, number, number]

/** Ten rounds over a counter of four words, with a key of two. */
export function philox(counter: Words, key: readonly [number, number]): Words {
  let [a, b, c, d] = counter
  let [k0, k1] = key
  for (let round = 0; round < 10; round++) {
    const [high0, low0] = multiply(0xd2511f53, a)
    const [high1, low1] = multiply(0xcd9e8d57, c)
    a = (high1 ^ b ^ k0) >>> 0
    b = low1
    c = (high0 ^ d ^ k1) >>> 0
    d = low0
    k0 = (k0 + 0x9e3779b9) >>> 0
    k1 = (k1 + 0xbb67ae85) >>> 0
  }
  return [a, b, c, d]
}

/** Both halves of the 64-bit product of two words. */
function multiply(x: number, y: number): [high: number, low: number] {
  const [xh, xl, yh, yl] = [x >>> 16, x & 0xffff, y >>> 16, y & 0xffff]
  const middle = xh * yl + Math.floor((xl * yl) / 2 ** 16) // below 2^32 · 1.01, exact
  const carry = xl * yh + (middle % 2 ** 16)
  return [xh * yh + Math.floor(middle / 2 ** 16) + Math.floor(carry / 2 ** 16), Math.imul(x, y) >>> 0]
}
