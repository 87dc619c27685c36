import { describe, expect, it } from 'vitest'
import { audioWindow } from '../../models/audio/audio-window'
import { audioEncoder } from '../../nodes/audio/encoder'
import { poseResample } from '../../nodes/pose/resample'
import { poseSmga } from '../../nodes/pose/smga'
import { gesturesFor, rowsFor } from '../../server/cli/rows-heard'
import { runNode, testContext } from '../support/node-context'
import { neutralPose, stillPose } from '../support/poses'
import { noise } from '../support/sounds'
import { tinyNetworks } from '../support/tiny-pack/tiny-networks'

const RATE = 16_000
const networks = tinyNetworks()
const samples = noise(10 * RATE, 3).map((x, n) => x * Math.max(0, Math.sin((2 * Math.PI * 2.3 * n) / RATE)))
const audio = { sampleRate: RATE, channels: [samples] }

/** Both features of the sound and the gestures to it. */
async function performance(most: { rows?: number; gestures?: number } = {}) {
  const pieces: string[] = []
  const ctx = testContext({ definition: audioEncoder, networks })
  const progress = ctx.progress.bind(ctx)
  ctx.progress = (fraction, text) => {
    if (text?.startsWith('WavLM')) pieces.push(text)
    progress(fraction, text)
  }
  const hearing = { motionKind: 'wavlm', pack: 'tiny', frames: most.rows ?? null }
  const { motion, lips } = await runNode(audioEncoder, { audio }, hearing, ctx)
  const { pose } = await runNode(
    poseSmga,
    { speech: motion, firstPose: stillPose(neutralPose(), 1) },
    { pack: 'tiny', steps: 3, frames: most.gestures ?? null },
    testContext({ definition: poseSmga, networks }),
  )
  return { lips, pose, pieces: pieces.length }
}

let known: ReturnType<typeof performance> | undefined
const whole = () => {
  known ??= performance()
  return known
}

describe('what the first frames of a video hear', () => {
  it('is the speech to the end of the last window of gestures that they are in', () => {
    expect(gesturesFor(14, 25)).toEqual({ gestures: 14, rows: 80 })
    expect(gesturesFor(64, 25)).toEqual({ gestures: 64, rows: 80 })
    expect(gesturesFor(65, 25)).toEqual({ gestures: 65, rows: 144 })
    expect(gesturesFor(60, 50)).toEqual({ gestures: 33, rows: 80 })
    expect(rowsFor(14, 25)).toBe(16)
    expect(rowsFor(50, 12.5)).toBe(101)
  })

  it.each([14, 64, 80, 90])(
    'gives gestures and lips of %i frames that are those of the whole speech',
    async (frames) => {
      const { lips, pose, pieces } = await performance(gesturesFor(frames, 25))
      const all = await whole()
      expect([pose.frames, pose.data]).toEqual([frames, all.pose.data.slice(0, frames * 402)])
      for (let frame = 0; frame < frames; frame++)
        expect(audioWindow(lips.data, lips.dims, frame)).toEqual(
          audioWindow(all.lips.data, all.lips.dims, frame),
        )
      expect(pieces).toBeLessThan(all.pieces)
    },
  )

  it('gives the same frames at another rate', async () => {
    const { gestures, rows } = gesturesFor(30, 50)
    const short = await performance({ gestures, rows })
    const at50 = async (pose: object) =>
      (await runNode(poseResample, { pose } as never, { fps: 50 }, testContext({ definition: poseResample })))
        .pose
    const [few, all] = [await at50(short.pose), await at50((await whole()).pose)]
    expect(few.frames).toBeGreaterThanOrEqual(30)
    expect(few.data.slice(0, 30 * 402)).toEqual(all.data.slice(0, 30 * 402))
  })

  it('is all there is where the speech ends before', async () => {
    const all = await whole()
    const { lips, pose } = await performance({ gestures: 1000, rows: 1002 })
    expect([pose.data, lips.data]).toEqual([all.pose.data, all.lips.data])
  })
})
