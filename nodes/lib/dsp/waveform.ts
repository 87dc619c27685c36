/** Samples looked at per column: enough for the outline of speech, so that half an hour costs no more than a minute. */
const LOOKS = 512

const [INK, PAPER] = [96, 255]

/**
 * The outline of a sound: in each column a bar from its lowest to its highest sample.
 *
 * @param samples full scale ±1
 * @returns grey `[height, width]`, dark on white
 */
export function waveform(samples: Float32Array, width: number, height: number) {
  const data = new Uint8Array(width * height).fill(PAPER)
  for (let x = 0; x < width; x++) {
    const start = Math.floor((x * samples.length) / width)
    const end = Math.floor(((x + 1) * samples.length) / width)
    let [low, high] = [0, 0]
    for (let i = start; i < end; i += Math.max(1, Math.floor((end - start) / LOOKS))) {
      low = Math.min(low, samples[i])
      high = Math.max(high, samples[i])
    }
    const row = (level: number) => Math.round(((1 - Math.max(-1, Math.min(1, level))) / 2) * (height - 1))
    for (let y = row(high); y <= row(low); y++) data[y * width + x] = INK
  }
  return { width, height, channels: 1 as const, data }
}
