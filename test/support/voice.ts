/** A voice made by rule, so that tests know when its syllables begin. */
export interface Voice {
  sampleRate: number
  samples: Float32Array
  seconds: number
  /** Seconds at which the vowels set in, rising. */
  onsets: number[]
  /** Those of them that are louder, longer and higher. */
  accents: number[]
  /** Middles of the closed-lips consonants between vowels (like m). */
  closures: number[]
  phrases: { start: number; end: number }[]
}

interface Sound {
  start: number
  seconds: number
  accent: boolean
  vowel: number
  /** Hz */
  pitch: number
}

const FORMANTS = [
  [730, 1090, 2440],
  [530, 1840, 2480],
  [300, 870, 2240],
  [570, 840, 2410],
  [390, 1990, 2550],
]
const BANDWIDTHS = [80, 100, 130]
const CLOSURE_SECONDS = 0.07

/**
 * Glottal pulses through three formant resonators, in phrases of some seven syllables with pauses between them. Each
 * third syllable or so is accented; between the syllables of a phrase the mouth is closed and only hums.
 */
export function syntheticVoice({ seconds = 10, sampleRate = 16_000, seed = 1 } = {}): Voice {
  const random = generator(seed)
  const sounds: Sound[] = []
  const phrases: Voice['phrases'] = []
  let time = 0.1
  while (time < seconds - 0.8) {
    const start = time
    const count = 5 + Math.floor(5 * random())
    for (let k = 0; k < count && time < seconds - 0.5; k++) {
      const accent = k % 3 === (count > 7 ? 1 : 0)
      const length = (accent ? 0.2 : 0.12) + 0.04 * random()
      const pitch = (accent ? 150 : 118) * (1 - 0.03 * k) * (0.97 + 0.06 * random())
      sounds.push({ start: time, seconds: length, accent, vowel: Math.floor(5 * random()), pitch })
      time += length + CLOSURE_SECONDS
    }
    phrases.push({ start, end: time - CLOSURE_SECONDS })
    time += 0.5 + 0.3 * random()
  }
  const closures = sounds
    .slice(1)
    .map((sound, i) => (sound.start + sounds[i].start + sounds[i].seconds) / 2)
    .filter((middle, i) => sounds[i + 1].start - middle < CLOSURE_SECONDS)
  return {
    sampleRate,
    samples: render(sounds, phrases, Math.round(seconds * sampleRate), sampleRate, random),
    seconds,
    onsets: sounds.map((s) => s.start),
    accents: sounds.filter((s) => s.accent).map((s) => s.start),
    closures,
    phrases,
  }
}

function render(
  sounds: Sound[],
  phrases: Voice['phrases'],
  length: number,
  rate: number,
  random: () => number,
): Float32Array {
  const out = new Float32Array(length)
  const resonators = BANDWIDTHS.map(() => ({ a: 0, b: 0 }))
  let glottis = 0
  let phase = 0
  let current = 0
  for (let i = 0; i < length; i++) {
    const t = i / rate
    while (current + 1 < sounds.length && t >= sounds[current + 1].start) current++
    const sound = sounds[current]
    const phrase = phrases.find((p) => t >= p.start - 0.02 && t < p.end)
    const inVowel = t >= sound.start && t < sound.start + sound.seconds
    const next = sounds[current + 1]
    const pitch = inVowel || !next ? sound.pitch : (sound.pitch + next.pitch) / 2
    phase += pitch / rate
    const pulse = phase >= 1 ? 1 : 0
    phase -= pulse
    glottis = 0.96 * glottis + pulse // a low-passed pulse train: −6 dB per octave
    const source = phrase ? glottis + 0.004 * (random() - 0.5) : 0
    // 15 ms of attack, 30 ms of release; closed lips let the lowest formant of [m] through, softly.
    const vowel = inVowel
      ? Math.min(1, (t - sound.start) / 0.015, (sound.start + sound.seconds - t) / 0.03) *
        (sound.accent ? 1 : 0.55)
      : 0
    const formants = inVowel ? FORMANTS[sound.vowel] : [250, 1000, 2200]
    let signal = source * (vowel + (phrase ? 0.02 : 0))
    formants.forEach((hertz, k) => {
      const radius = Math.exp((-Math.PI * BANDWIDTHS[k]) / rate)
      const c = 2 * radius * Math.cos((2 * Math.PI * hertz) / rate)
      const state = resonators[k]
      const y = (1 - c + radius * radius) * signal + c * state.a - radius * radius * state.b
      state.b = state.a
      state.a = y
      signal = y
    })
    out[i] = signal
  }
  let peak = 0
  for (const x of out) peak = Math.max(peak, Math.abs(x))
  return out.map((x) => (0.7 * x) / (peak || 1))
}

/** Even in [0, 1); a linear congruential generator is random enough for a voice. */
function generator(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
