/** Sound as a WAV file of 16 bit: what every tool reads and nothing guesses about. Full scale ±1 is clipped. */
export function encodeWav(channels: readonly Float32Array[], sampleRate: number): Uint8Array<ArrayBuffer> {
  const frames = channels[0]?.length ?? 0
  const blockBytes = channels.length * 2
  const dataBytes = frames * blockBytes
  const bytes = new Uint8Array(44 + dataBytes)
  const view = new DataView(bytes.buffer)
  const text = (at: number, word: string) => {
    for (let i = 0; i < word.length; i++) bytes[at + i] = word.charCodeAt(i)
  }
  text(0, 'RIFF')
  view.setUint32(4, 36 + dataBytes, true)
  text(8, 'WAVEfmt ')
  view.setUint32(16, 16, true) // size of the format chunk
  view.setUint16(20, 1, true) // integer PCM
  view.setUint16(22, channels.length, true)
  view.setUint32(24, sampleRate, true)
  view.setUint32(28, sampleRate * blockBytes, true)
  view.setUint16(32, blockBytes, true)
  view.setUint16(34, 16, true)
  text(36, 'data')
  view.setUint32(40, dataBytes, true)
  for (let f = 0, at = 44; f < frames; f++) {
    for (const samples of channels) {
      const level = Math.max(-1, Math.min(1, samples[f]))
      view.setInt16(at, Math.round(level * 32_767), true)
      at += 2
    }
  }
  return bytes
}
