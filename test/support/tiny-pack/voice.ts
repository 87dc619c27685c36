import { GraphBuilder } from '../../../models/onnx/graph-builder'
import { standInFile } from '../published-network'
import type { TinyRoles } from './role'

const SIZES = { fftSize: 2048, hop: 512, bins: 1024, frames: 32 }

/** What counts as voice, Hz, at 44,100 samples a second. */
const VOICE = { low: 100, high: 4000 }

/** Keeps a range of frequencies: what the separator calls vocals is between 100 and 4000 Hz. */
function separator(): Uint8Array {
  const { fftSize, bins, frames } = SIZES
  const g = new GraphBuilder('separator')
  const spectrum = g.input('input', 'float32', [1, 4, bins, frames])
  const gains = Array.from({ length: bins }, (_, bin) => {
    const hertz = (bin * 44_100) / fftSize
    return hertz >= VOICE.low && hertz <= VOICE.high ? 1 : 0
  })
  g.output('output', g.mul(spectrum, g.constant(gains, 'float32', [bins, 1])))
  return standInFile(g.graph)
}

export const voiceRoles: TinyRoles = {
  'vocal-separator': {
    file: 'voice/separator.onnx',
    make: separator,
    config: { ...SIZES, overlap: 0.25, compensate: 1 },
  },
}
