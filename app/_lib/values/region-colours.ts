import type { MASK_REGIONS } from '../../../nodes/core/values'
import type { RegionColour } from './decode'

/** Pictures are the same in both themes, so these are numbers here and `--region-*` in tokens.css. */
const NAMED: Record<(typeof MASK_REGIONS)[number], RegionColour> = {
  face: { red: 0xff, green: 0xd2, blue: 0x3f },
  lips: { red: 0xff, green: 0x5c, blue: 0x8a },
  hands: { red: 0x3e, green: 0xe0, blue: 0xc5 },
  upperBody: { red: 0x8d, green: 0x7b, blue: 0xff },
}

/** For regions a user named: light enough for pictures, apart from the four of MMGT. */
const CUSTOM: RegionColour[] = [
  { red: 0xff, green: 0x9a, blue: 0x5c },
  { red: 0x9c, green: 0xe0, blue: 0x5a },
  { red: 0x6f, green: 0xb8, blue: 0xff },
  { red: 0xe6, green: 0xe6, blue: 0xe6 },
]

const isNamed = (region: string): region is (typeof MASK_REGIONS)[number] => region in NAMED

/** The colour of a region of a mask with these `regions`. */
export function regionColour(region: string, regions: readonly string[]): RegionColour {
  if (isNamed(region)) return NAMED[region]
  const custom = regions.filter((name) => !isNamed(name))
  return CUSTOM[Math.max(0, custom.indexOf(region)) % CUSTOM.length]
}

export const regionCss = (region: string, regions: readonly string[]): string => {
  const { red, green, blue } = regionColour(region, regions)
  return `rgb(${red} ${green} ${blue})`
}
