/** What the set-up of a portrait has found so far, at its working size. */
export interface SetUpView {
  width: number
  height: number
  /** `[height, width, 3]` */
  rgb: Uint8Array
  /** 1 inside, `[height, width]` each. */
  person?: Uint8Array
  arms?: (Uint8Array | null)[]
}

/** Share of its light that the picture keeps around the person. */
const AROUND = 0.35

/** Mixed half and half into the arms. */
const ARM_COLOUR = [255, 140, 0]

/** The picture with its surroundings dimmed and the arms coloured, as far as they are known. */
export function paintSetUp({ width, height, rgb, person, arms = [] }: SetUpView) {
  const data = rgb.slice()
  for (let i = 0; i < width * height; i++) {
    const isArm = arms.some((arm) => arm?.[i])
    if (!isArm && (!person || person[i])) continue
    for (let k = 0; k < 3; k++) {
      data[3 * i + k] = isArm ? (rgb[3 * i + k] + ARM_COLOUR[k]) >> 1 : AROUND * rgb[3 * i + k]
    }
  }
  return { width, height, channels: 3 as const, data }
}
