import { readFileSync } from 'node:fs'
import path from 'node:path'
import sharp from 'sharp'
import { scalePoints } from '../../nodes/lib/warp/keypoints'
import type { WarpRig } from '../../nodes/lib/warp/rig'
import { setUpWarp } from '../../nodes/lib/warp/set-up'

/** Sides of the picture that tests set up, px. */
export const SIZE = 512
export const EXAMPLES = path.resolve(import.meta.dirname, '../../nodes/examples')
export const PEOPLE = ['mara', 'idris', 'june']

/** A portrait that is shipped, shrunk to `SIZE`, and the pose it shows, px of that. */
export async function examplePerson(name: string) {
  const file = JSON.parse(readFileSync(path.join(EXAMPLES, `portrait-${name}.pose.json`), 'utf8'))
  const first = scalePoints(file.frames[0].flat(), SIZE / file.width, SIZE / file.height)
  const data = await sharp(path.join(EXAMPLES, `portrait-${name}.png`))
    .resize(SIZE, SIZE)
    .removeAlpha()
    .raw()
    .toBuffer()
  return { first, portrait: { width: SIZE, height: SIZE, channels: 3 as const, data: new Uint8Array(data) } }
}

const rigs = new Map<string, WarpRig>()

/** Its rig; set up once in a test file. */
export async function exampleRig(name: string): Promise<WarpRig> {
  const { portrait, first } = await examplePerson(name)
  const rig = rigs.get(name) ?? setUpWarp(portrait, first)
  rigs.set(name, rig)
  return rig
}
