import { ModelError } from '../errors'
import type { NoiseSource } from './seeded-noise'

/** Words of the generator's state, and the distance to the word that is mixed in. */
const [STATE, MIDDLE] = [624, 397]
/** Numbers that are made together. */
const GROUP = 16

/**
 * The numbers of `torch.manual_seed(seed); torch.randn(count); …` in float32 on a CPU, for runs that repeat published
 * ones. Source: reference/stage2.md, section 14. Draws of fewer than 16 numbers are made in another way there, which is
 * not known here.
 * @param seed a whole number from 0 to 2³² - 1
 */
export function torchNoise(seed: number): NoiseSource {
  const next = mersenneTwister(seed)
  const uniform = () => (next() & 0xffffff) / 2 ** 24
  return (count) => {
    if (count < GROUP) {
      throw new ModelError(
        'network/noise',
        `PyTorch's noise is known for 16 numbers or more, not ${count}.`,
        {
          hint: 'Use the noise of our own.',
        },
      )
    }
    const noise = Float32Array.from({ length: count }, uniform)
    for (let at = 0; at + GROUP <= count; at += GROUP) transformGroup(noise.subarray(at, at + GROUP))
    if (count % GROUP !== 0) {
      const last = noise.subarray(count - GROUP)
      for (let i = 0; i < GROUP; i++) last[i] = uniform()
      transformGroup(last)
    }
    return noise
  }
}

/** Sixteen uniform numbers become normal ones: the first eight give radii, the others angles. */
function transformGroup(group: Float32Array): void {
  for (let j = 0; j < GROUP / 2; j++) {
    const radius = Math.sqrt(-2 * Math.log(1 - group[j]))
    const angle = 2 * Math.PI * group[j + GROUP / 2]
    group[j] = radius * Math.cos(angle)
    group[j + GROUP / 2] = radius * Math.sin(angle)
  }
}

/** MT19937 (Matsumoto and Nishimura, 1998), seeded by one integer: words of 32 bits. */
function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(STATE)
  state[0] = seed
  for (let i = 1; i < STATE; i++) {
    const before = state[i - 1] ^ (state[i - 1] >>> 30)
    state[i] = Math.imul(before, 1_812_433_253) + i
  }
  let at = STATE
  return () => {
    if (at === STATE) {
      twist(state)
      at = 0
    }
    let word = state[at++]
    word ^= word >>> 11
    word ^= (word << 7) & 0x9d2c5680
    word ^= (word << 15) & 0xefc60000
    return (word ^ (word >>> 18)) >>> 0
  }
}

function twist(state: Uint32Array): void {
  for (let i = 0; i < STATE; i++) {
    const mixed = (state[i] & 0x80000000) | (state[(i + 1) % STATE] & 0x7fffffff)
    state[i] = state[(i + MIDDLE) % STATE] ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0)
  }
}
