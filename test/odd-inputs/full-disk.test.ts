import { readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, vi } from 'vitest'
import type { VideoValue } from '../../nodes/core/values'
import { registry } from '../../nodes/registry'
import type { RunEvent } from '../../server/engine/events'
import { root } from '../support/cli'
import { tempFolder, testEngine, workflow } from '../support/engine'
import { framesOf } from '../support/node-context'
import { swayingPose } from '../support/poses'
import { fillDisk, smallDisk } from '../support/small-disk'
import { addTinyPack } from '../support/tiny-pack/tiny-pack'

const FRAMES = 60
/** So large that a step, and the decoding of all pictures, takes longer than word of it. */
const SIDE = 128
const STEPS = 6
/** Of the state after a step; the decoded frames take twelve times as much. */
const STATE = FRAMES * 4 * (SIDE / 8) ** 2 * 4
const dist = path.join(root, 'dist')

/** A studio on a small disk, and a video of a portrait that moves. */
async function studioOn(disk: string) {
  const engine = await testEngine({
    ...{ data: path.join(disk, 'data'), registry },
    pool: { entry: path.join(dist, 'worker.js'), registry: path.join(dist, 'registry.js') },
  })
  addTinyPack(engine.data)
  const motion = swayingPose(FRAMES, { width: SIDE, height: SIDE })
  const frames = Array.from({ length: FRAMES }, (_, f) =>
    Array.from({ length: 134 }, (_, i) => [
      ...motion.data.subarray(3 * (134 * f + i), 3 * (134 * f + i) + 3),
    ]),
  )
  const file = path.join(tempFolder(), 'motion.json')
  writeFileSync(file, JSON.stringify({ format: 'mmgt-pose/1', width: SIDE, height: SIDE, fps: 25, frames }))
  const asset = async (name: string) => ({ asset: (await engine.data.assets.import(name)).id })
  const { document } = workflow()
    .node('portrait', 'input/image', await asset(path.join(root, 'nodes/examples/portrait-mara.png')))
    .node('motion', 'input/pose', await asset(file))
    .node('masks', 'mask/motion')
    .node('video', 'diffusion/mm-haa', { pack: 'tiny', steps: STEPS, width: SIDE, height: SIDE })
    .link('portrait.image', 'video.portrait')
    .link('motion.pose', 'video.pose')
    .link('motion.pose', 'masks.pose')
    .link('masks.mask', 'video.masks')
  return { ...engine, document }
}

it.for<[string, RegExp, number, RegExp]>([
  ['in the middle of the steps', /^Step [3-5]/, 0, /latents/],
  // Room for the states of the last steps. After the very last, word of it may come when the pictures are stored.
  ['while frames are decoded', /^Step [56]/, 3 * STATE, /blobs/],
])(
  'a disk that is full %s ends the video with one sentence, and it goes on when there is room',
  async ([_, when, leave, where], { skip }) => {
    const disk = smallDisk(60)
    if (!disk) return skip('mounting a small tmpfs is not permitted here')
    const { data, document, run, value } = await studioOn(disk)
    let makeRoom: (() => void) | undefined
    const error = await run(document, {
      onEvent(event: RunEvent) {
        if (makeRoom || event.type !== 'job.progressed' || !when.test(event.text ?? '')) return
        makeRoom = fillDisk(disk, leave)
      },
    }).catch((cause) => cause)
    expect(error.code).toBe('storage/full')
    expect(error.message).toMatch(/^The disk is full: .+ could not be written\.$/)
    expect(error.message).toMatch(where)
    // What was being written beside it ends a moment later.
    await vi.waitFor(() => {
      const left = readdirSync(data.root, { recursive: true, encoding: 'utf8' })
      expect(left.filter((name) => name.endsWith('.tmp'))).toEqual([])
    }, 3_000)

    makeRoom!()
    const warnings: string[] = []
    const result = await run(document, {
      onEvent: (event) => void (event.type === 'job.warned' && warnings.push(event.message)),
    })
    expect(warnings[0]).toMatch(/^It went on after step \d+ of 6/)
    expect(await framesOf((await value(result, 'video', 'video')) as VideoValue)).toHaveLength(FRAMES)
  },
)
