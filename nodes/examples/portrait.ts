import sharp from 'sharp'
import { CANVAS, type Person, personScene } from './figure'
import { renderSurfaces } from './sculpt/render'
import { shade } from './sculpt/shade'

/** Render a person over their backdrop; `samples` per pixel and direction. Returns raw sRGB, `[1024, 1024, 3]`. */
export async function renderPortrait(person: Person, samples = 2): Promise<Uint8Array> {
  const size = CANVAS * samples
  const surfaces = renderSurfaces(personScene(person), samples)
  const raw = await sharp(Buffer.from(person.backdrop)).resize(size, size).removeAlpha().raw().toBuffer()
  const backdrop = Float32Array.from(raw, (v) => TO_LINEAR[v])
  return developed(shade(surfaces, person.light, backdrop), size, samples)
}

const TO_LINEAR = Float32Array.from({ length: 256 }, (_, v) => {
  const c = v / 255
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
})

/** Average the samples in linear light, roll off highlights and encode as sRGB. */
function developed(linear: Float32Array, size: number, samples: number): Uint8Array {
  const out = new Uint8Array(CANVAS * CANVAS * 3)
  for (let y = 0; y < CANVAS; y++) {
    for (let x = 0; x < CANVAS; x++) {
      for (let c = 0; c < 3; c++) {
        let sum = 0
        for (let j = 0; j < samples; j++) {
          for (let i = 0; i < samples; i++) {
            sum += Math.min(1.2, linear[((y * samples + j) * size + x * samples + i) * 3 + c])
          }
        }
        out[(y * CANVAS + x) * 3 + c] = encode(sum / (samples * samples))
      }
    }
  }
  return out
}

function encode(v: number): number {
  // Straight up to 0.7, then a shoulder that reaches white smoothly.
  const s = v < 0.7 ? v : 0.7 + 0.3 * (1 - Math.exp(-(v - 0.7) / 0.3))
  const c = s <= 0.0031308 ? 12.92 * s : 1.055 * s ** (1 / 2.4) - 0.055
  return Math.round(255 * c)
}
