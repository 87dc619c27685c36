/** White noise, −1 … 1, the same on every call (a linear congruential generator, Numerical Recipes' constants). */
export function noise(samples: number, seed = 1): Float32Array {
  let state = seed >>> 0
  return Float32Array.from({ length: samples }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  })
}

/** A sine of amplitude 1 that starts with phase 0. */
export function sine(hz: number, sampleRate: number, seconds: number): Float32Array {
  const samples = Math.round(sampleRate * seconds)
  return Float32Array.from({ length: samples }, (_, n) => Math.sin((2 * Math.PI * hz * n) / sampleRate))
}

/** Bursts of a decaying tone, `perMinute` of them, for whatever listens for beats. */
export function clicks(perMinute: number, sampleRate: number, seconds: number): Float32Array {
  const out = new Float32Array(Math.round(sampleRate * seconds))
  const period = (60 * sampleRate) / perMinute
  for (let n = 0; n < out.length; n++) {
    const since = (n % period) / sampleRate
    out[n] = 0.8 * Math.exp(-since * 60) * Math.sin(2 * Math.PI * 900 * since)
  }
  return out
}
