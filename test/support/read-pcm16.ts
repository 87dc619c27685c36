import { readFileSync } from 'node:fs'

/** Samples of a mono 16-bit WAV with a plain 44-byte header, full scale ±1. For test files only. */
export function readPcm16(file: string): { sampleRate: number; samples: Float32Array } {
  const bytes = readFileSync(file)
  const plain = bytes.toString('latin1', 36, 40) === 'data' && bytes.readUInt16LE(22) === 1
  if (!plain || bytes.readUInt16LE(34) !== 16) throw new Error(`${file} is not a plain mono 16-bit WAV`)
  const samples = new Float32Array(bytes.readUInt32LE(40) / 2)
  for (let i = 0; i < samples.length; i++) samples[i] = bytes.readInt16LE(44 + 2 * i) / 32768
  return { sampleRate: bytes.readUInt32LE(24), samples }
}
