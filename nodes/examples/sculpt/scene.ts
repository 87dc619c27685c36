import type { Field, Vec3 } from './field'

/** Linear-light colour, each channel 0…1. */
export type Colour = readonly [number, number, number]

/** What a surface looks like at one point. The painter overwrites `albedo` and may change the rest. */
export interface Finish {
  albedo: [number, number, number]
  /** Strength and sharpness of the highlight. */
  gloss: number
  sharpness: number
  /** How far light bleeds through: 0 cloth, 1 skin. */
  flesh: number
  /** Light that does not depend on lamps: sparkle in an eye. */
  glow: number
}

export interface Part {
  name: string
  field: Field
  /** min x, y, z, max x, y, z in pixels; the field must be positive outside. */
  bounds: readonly [number, number, number, number, number, number]
  paint: (finish: Finish, x: number, y: number, z: number) => void
  /** Tells fingers and sleeves apart where outlines are drawn: parts of one group share no line. */
  group: number
  /** Makes small relief without slowing the march: added to the distance when the normal is taken. */
  relief?: Field
}

/** One hair: a polyline in pixels, thick at the root. */
export interface Strand {
  points: readonly Vec3[]
  width: number
  colour: Colour
  group: number
}

export interface Scene {
  width: number
  height: number
  parts: readonly Part[]
  strands: readonly Strand[]
}

/** '#rrggbb' to linear light. */
export function colour(hex: string): Colour {
  const channel = (at: number) => {
    const v = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4
  }
  return [channel(1), channel(3), channel(5)]
}
