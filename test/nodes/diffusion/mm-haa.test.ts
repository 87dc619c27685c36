import { describe, expect, it } from 'vitest'
import type { MaskValue, SpeechValue } from '../../../nodes/core/values'
import { diffusionMmHaa } from '../../../nodes/diffusion/mm-haa'
import { LivePlan } from '../../../nodes/lib/diffusion/live-plan'
import { sayChanges, stepPlan } from '../../../nodes/lib/diffusion/step-plan'
import { formulaNumbers } from '../../support/formula-weights'
import { maxAbsDiff } from '../../support/golden'
import { framesOf, maskOf, runNode, type TestContext, testContext, videoOf } from '../../support/node-context'
import { swayingPose } from '../../support/poses'
import { TINY_LIPS } from '../../support/tiny-pack/speech'
import { tinyNetworks } from '../../support/tiny-pack/tiny-networks'

const networks = tinyNetworks()
const SIDE = 64

const portrait = (width = SIDE, height = SIDE, channels: 3 | 4 = 3) => ({
  ...{ width, height, channels },
  data: Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 7 + ((i / 50) | 0) * 31) % 256),
})

function masks(frames: number, { fps = 25, regions = ['face', 'lips', 'hands'] } = {}): MaskValue {
  const box = (from: number) =>
    Uint8Array.from({ length: frames * SIDE * SIDE }, (_, i) => {
      const x = i % SIDE
      const y = Math.floor(i / SIDE) % SIDE
      return x > from && x < from + 20 && y > 10 && y < 40 ? 255 : 0
    })
  const planes = Object.fromEntries(regions.map((region, i) => [region, box(10 + 12 * i)]))
  return maskOf(planes, SIDE, SIDE, fps)
}

function speech(frames: number): SpeechValue {
  const dims = TINY_LIPS.layers * TINY_LIPS.width
  return { kind: 'wav2vec2', fps: 25, frames, dims, data: formulaNumbers('speech', [frames, dims]) }
}

const inputs = (frames: number) => ({
  portrait: portrait(),
  pose: swayingPose(frames, { width: SIDE, height: SIDE }),
  masks: masks(frames),
  speech: speech(frames),
})
const QUICK = { pack: 'tiny', steps: 2, width: SIDE, height: SIDE }
const context = (more: object = {}) => testContext({ definition: diffusionMmHaa, networks, ...more })
const make = async (given: object, params: object = {}, ctx = context()) =>
  (await runNode(diffusionMmHaa, given as never, { ...QUICK, ...params }, ctx)).video
const pixels = async (given: object, params: object = {}) => {
  const frames = await framesOf(await make(given, params))
  return Uint8Array.from(frames.flatMap((frame) => [...frame]))
}
const made = new Map<string, Promise<Uint8Array>>()
/** What the usual inputs give; computed once. */
function usually(frames: number, steps: number): Promise<Uint8Array> {
  const key = `${frames} ${steps}`
  const found = made.get(key) ?? pixels(inputs(frames), { steps })
  made.set(key, found)
  return found
}

it.each([1, 5, 12, 13, 25])('makes a video of %i frames', async (frames) => {
  const video = await make(inputs(frames), { steps: 1 })
  expect([video.frames, video.fps, video.width, video.height]).toEqual([frames, 25, SIDE, SIDE])
  const all = await framesOf(video)
  expect(all).toHaveLength(frames)
  expect(new Set(all[0]).size).toBeGreaterThan(20)
})

it('gives the same video for the same seed, and another for another', async () => {
  const first = await usually(5, 2)
  expect(maxAbsDiff(await pixels(inputs(5)), first)).toBe(0)
  expect(maxAbsDiff(await pixels(inputs(5), { seed: 7 }), first)).toBeGreaterThan(0)
})

it.each([
  ['the pose', { pose: { ...swayingPose(6, { width: SIDE, height: SIDE, fps: 2 }), fps: 25 } }, {}],
  ['the masks', { masks: masks(6, { regions: ['lips', 'face'] }) }, {}],
  ['the speech', { speech: { ...speech(6), data: formulaNumbers('other', [speech(6).data.length]) } }, {}],
  ['the portrait', { portrait: portrait(80, 80) }, {}],
  ['how the lips hear', {}, { motionScaleLips: 4 }],
  ['guidance', {}, { guidance: 1 }],
  ['the hands slot', {}, { fullSlot: 'hands' }],
  ['the sampler', {}, { scheduler: 'dpm++', steps: 4 }],
])('depends on %s', async (_, changed, params) => {
  const usual = await usually(6, 'steps' in params ? 4 : 2)
  expect(maxAbsDiff(await pixels({ ...inputs(6), ...changed }, params), usual)).toBeGreaterThan(0)
})

it('takes a drawn pose in place of keypoints, with the same result', async () => {
  const given = inputs(5)
  const { drawPose } = await import('../../../nodes/lib/pose/draw')
  const drawn = Array.from({ length: 5 }, (_, f) => {
    const out = new Uint8Array(SIDE * SIDE * 3)
    drawPose(given.pose.data.subarray(f * 402, (f + 1) * 402), SIDE, SIDE, out, ['body', 'hands', 'face'])
    return out
  })
  const { pose: _, ...rest } = given
  const video = videoOf(drawn, SIDE, SIDE)
  expect(maxAbsDiff(await pixels({ ...rest, drawn: video }), await usually(5, 2))).toBe(0)
})

it('paints 4:5 and 9:16 portraits in their shape, and scales a large pose', async () => {
  const tall = swayingPose(2, { width: 128, height: 160 })
  const video = await make(
    { ...inputs(2), portrait: portrait(128, 160), pose: tall },
    { width: 64, height: 64 * 2, steps: 1 },
  ).catch((error: Error) => error)
  expect(video).not.toBeInstanceOf(Error)
  const auto = diffusionMmHaa.facts!({
    params: diffusionMmHaa.params.parse({}),
    inputs: { portrait: { width: 1080, height: 1920 }, pose: { frames: 3, fps: 25 } },
    asset: () => undefined,
  })
  expect(auto.video).toMatchObject({ width: 512, height: 896, frames: 3 })
})

it('is as long as the shortest input, and says so', async () => {
  const ctx = context()
  const video = await make({ ...inputs(5), speech: speech(9), masks: masks(7) }, { steps: 1 }, ctx)
  expect(video.frames).toBe(5)
  expect(ctx.warnings).toEqual([
    'The video has 5 frames as the motion; what is longer is cut (the masks 7, the speech 9).',
  ])
})

it('takes masks of another rate by time, and says so', async () => {
  const ctx = context()
  const video = await make({ ...inputs(5), masks: masks(10, { fps: 50 }) }, { steps: 1 }, ctx)
  expect(video.frames).toBe(5)
  expect(ctx.warnings).toEqual([
    'The rate of the masks is 50 a second, that of the motion 25: each frame takes what is nearest in time.',
  ])
})

it('makes a video without speech', async () => {
  const { speech: _, ...silent } = inputs(3)
  expect(maxAbsDiff(await pixels(silent), await usually(3, 2))).toBeGreaterThan(0)
})

describe('in words', () => {
  const { pose: _, ...still } = inputs(3)
  it.each<[string, object, object, string]>([
    ['no motion', still, {}, 'Diffusion has no motion.'],
    [
      'masks without lips',
      { ...inputs(3), masks: masks(3, { regions: ['face'] }) },
      {},
      'The masks have no region "lips"; they have face.',
    ],
    [
      'other speech',
      { ...inputs(3), speech: { ...speech(3), kind: 'baseline' } },
      {},
      'The lip features are of kind baseline; wav2vec2 is needed.',
    ],
    [
      'speech of another pack',
      { ...inputs(3), speech: { ...speech(3), dims: 9, data: new Float32Array(27) } },
      {},
      'the lip features have 45',
    ],
    [
      'another shape',
      { ...inputs(3), pose: swayingPose(3, { width: 64, height: 128 }) },
      {},
      'their shapes differ',
    ],
    ['too much overlap', inputs(3), { overlap: 12 }, 'Windows of 12 frames cannot share 12'],
  ])('says what is wrong with %s', async (_, given, params, says) => {
    await expect(make(given, params)).rejects.toThrow(says)
  })
})

it('shows what it expects while it works, in order, and stops when asked', async () => {
  const ctx = context({ watched: true })
  await framesOf(await make(inputs(14), { steps: 3 }, ctx))
  expect(ctx.previews.length).toBeGreaterThan(0)
  const own = ctx.fractions.slice(2) // the first two are of the portrait
  expect(own).toEqual([...own].sort((a, b) => a - b))
  expect(own.at(-1)).toBe(1)
  const stopped = context()
  stopped.abort()
  await expect(make(inputs(3), {}, stopped)).rejects.toThrow('cancelled')
})

it('asks the network less where speed is asked for', () => {
  const plan = (settings: object) => {
    const all = diffusionMmHaa.params.parse({ steps: 6, ...settings })
    return stepPlan(all)
      .map(({ rows }) => rows[0])
      .join('')
  }
  expect(plan({})).toBe('bbbbbb')
  expect(plan({ guidance: 1 })).toBe('cccccc')
  expect(plan({ guideTo: 0.5 })).toBe('bbbccc')
  expect(plan({ guideFrom: 0.3, unconditionalEvery: 2 })).toBe('ccbkbk')
})

it.each([{ guideTo: 0.5 }, { unconditionalEvery: 2 }, { windows: 'open' }])(
  'is nearly the same with %j, and not quite',
  async (faster) => {
    const exact = await usually(14, 4)
    const approximate = await pixels(inputs(14), { steps: 4, ...faster })
    expect(maxAbsDiff(approximate, exact)).toBeGreaterThan(0)
  },
)

it('says in its result what is approximate, and nothing of what is as published', async () => {
  const [faster, unguided] = [context(), context()]
  await make(inputs(2), { steps: 1, scheduler: 'dpm++', guideTo: 0.8, unconditionalEvery: 3 }, faster)
  await make(inputs(2), { steps: 1, guidance: 1, unconditionalEvery: 3 }, unguided)
  expect(unguided.warnings).toEqual([])
  expect(faster.warnings).toEqual([
    'Approximate: the sampler dpm++, guidance from 0 to 80 % of the steps, the unconditional row is asked every 3 steps.',
  ])
})

it('decodes chunks one after another, however many are asked for at once', async () => {
  const ctx = context()
  const texts: string[] = []
  const video = await make(
    inputs(20),
    { steps: 1 },
    { ...ctx, progress: (_, text) => void texts.push(text!) },
  )
  const chunks = await Promise.all([0, 1, 2].map((index) => video.chunk(index)))
  expect(chunks.map(({ length }) => length / (SIDE * SIDE * 3))).toEqual([8, 8, 4])
  const decoded = texts.filter((text) => text.startsWith('Decoding'))
  expect(decoded).toEqual(Array.from({ length: 20 }, (_, i) => `Decoding frame ${i + 1} of 20`))
})

it('says what to lower when its networks may not take the memory they need', async () => {
  const machine = { ...context().machine, memoryBytes: { cpu: 1e5, cuda: 0, webgpu: 0 } }
  await expect(make(inputs(2), {}, context({ machine }))).rejects.toMatchObject({
    code: 'worker/memory',
    hint: expect.stringContaining('the size (64 × 64)'),
  })
})

it.each([
  ['4:5', [96, 120], [256, 320]],
  ['9:16', [90, 160], [192, 320]],
] as const)('paints a portrait of %s, each window in its shape', async (_, [pw, ph], [width, height]) => {
  const given = { ...inputs(2), portrait: portrait(pw, ph), pose: swayingPose(2, { width: pw, height: ph }) }
  const ctx = context()
  const frames = await framesOf(await make(given, { width, height, steps: 1 }, ctx))
  expect(ctx.warnings).toEqual([`The masks (64 × 64) are stretched to the portrait’s shape (${pw} × ${ph}).`])
  expect(frames.map(({ length }) => length)).toEqual([width * height * 3, width * height * 3])
  expect(new Set(frames[0]).size).toBeGreaterThan(20)
})

const livePlan = (params: object, values: object[]) => {
  let at = 0
  const live = { read: () => values[at++] ?? values.at(-1) ?? {}, settle: () => {} }
  return new LivePlan(diffusionMmHaa.params.parse({ steps: 6, ...params }), live as never)
}
const lips = (plan: LivePlan<never> | ReturnType<typeof livePlan>) =>
  Array.from({ length: 6 }, (_, step) => plan.at(step).motionScale[2])

describe('what is changed on the way', () => {
  it('acts from its step on, over what the params say of later steps', () => {
    const changes = [{ step: 5, motionScaleLips: 9, guidance: 1 }]
    const plan = livePlan({ changes }, [{}, {}, { motionScaleLips: 4 }])
    expect(lips(plan)).toEqual([2, 2, 4, 4, 9, 9])
    expect(plan.steps().map(({ rows, guidance }) => `${rows[0]}${guidance}`)).toEqual([
      ...['b3.5', 'b3.5', 'b3.5', 'b3.5', 'c1', 'c1'],
    ])
    expect(plan.changed()).toEqual({ changes: [{ step: 3, motionScaleLips: 4 }, ...changes] })
    expect(sayChanges(plan.now())).toEqual([
      'motion of the lips 2 → 4 from step 3',
      'guidance 3.5 → 1 from step 5',
      'motion of the lips 4 → 9 from step 5',
    ])
  })

  it('before the first step it is a param, and the value that holds is no change', () => {
    const plan = livePlan({}, [{ motionScaleLips: 4 }])
    expect(lips(plan)).toEqual([4, 4, 4, 4, 4, 4])
    expect(plan.changed()).toEqual({ motionScaleLips: 4 })
    const same = livePlan({}, [{}, { motionScaleLips: 2 }])
    lips(same)
    expect([same.changed(), same.history()]).toEqual([{}, undefined])
  })

  it('goes on after a stop without hearing the same twice', () => {
    const changes = [{ step: 4, motionScaleLips: 9 }]
    const heard = [{}, { motionScaleLips: 4 }]
    const whole = livePlan({ changes }, heard)
    const all = lips(whole)
    expect(all).toEqual([2, 4, 4, 9, 9, 9])
    const stopped = livePlan({ changes }, heard)
    for (const step of [0, 1, 2, 3]) stopped.at(step)
    const history = JSON.parse(JSON.stringify(stopped.history()))
    const again = livePlan({ changes }, [{ motionScaleLips: 4 }])
    again.restore(history)
    expect([4, 5].map((step) => again.at(step).motionScale[2])).toEqual(all.slice(4))
    expect(again.changed()).toEqual(whole.changed())
  })

  it.each([
    [[{ step: 9, guidance: 2 }], 'A change from step 9 on never comes: there are 6 steps.'],
    [[{ step: 4 }, { step: 3 }], 'Changes on the way come in the order of their steps, one for each.'],
  ])('is refused where it cannot be: %j', (changes, says) => {
    expect(diffusionMmHaa.validate!(diffusionMmHaa.params.parse({ steps: 6, changes }))).toBe(says)
  })
})

describe('steps that an earlier run has kept', () => {
  /** The pixels of a video of 8 steps, where it began, and what it said. */
  async function painted(params: object, shared: TestContext, more: Partial<TestContext> = {}) {
    const told: number[] = []
    const said: string[] = []
    const ctx = {
      ...shared,
      progress: (_: number, text = '') => void told.push(Number(/Step (\d+) of 8/.exec(text)?.[1] ?? 99)),
      warn: (message: string) => void said.push(message),
      ...more,
    }
    const frames = await framesOf(await make(inputs(3), { steps: 8, ...params }, ctx))
    await ctx.stored()
    const steps = told.filter((step) => step < 99)
    return { pixels: Buffer.concat(frames), first: steps[0], calls: steps.length, said }
  }

  it.each([
    ['ddim', { changes: [{ step: 5, motionScaleLips: 6 }] }, 4],
    ['ddim', { changes: [{ step: 6, guidance: 8, motionScaleFace: 3 }] }, 5],
    ['ddim', { guideTo: 0.8 }, 7],
    ['dpm++', { changes: [{ step: 8, guidance: 1 }], unconditionalEvery: 2 }, 7],
  ])(
    'are not asked again when only later ones are told something else: %s, %j',
    async (scheduler, late, done) => {
      const same = { scheduler, ...('unconditionalEvery' in late && { unconditionalEvery: 2 }) }
      const shared = context()
      const before = await painted(same, shared)
      const after = await painted({ ...same, ...late }, shared)
      expect([before.first, before.calls, after.first, after.calls]).toEqual([1, 8, done + 1, 8 - done])
      expect(after.said).toContain(`The first ${done} of 8 steps are those of an earlier run.`)
      const whole = await painted({ ...same, ...late }, context())
      expect([whole.first, whole.said.filter((text) => text.includes('earlier'))]).toEqual([1, []])
      expect(after.pixels.equals(whole.pixels)).toBe(true)
      expect(after.pixels.equals(before.pixels)).toBe(false)
    },
  )

  it('are kept before a change, so that another one goes on right there', async () => {
    const shared = context()
    const late = (guidance: number) => ({ changes: [{ step: 8, guidance }] })
    await painted(late(2), shared)
    expect((await painted(late(5), shared)).first).toBe(8)
  })

  it('are not taken where they lack what later steps want, where early steps are told something else, nor anew', async () => {
    const shared = context()
    const run = async (params: object = {}, ctx = shared) => {
      shared.warnings.length = 0
      await framesOf(await make(inputs(3), { steps: 4, ...params }, ctx))
      await shared.stored()
      return shared.warnings
    }
    await run()
    for (const params of [
      { unconditionalEvery: 2 },
      { motionScaleFull: 2 },
      { seed: 1 },
      { fullSlot: 'hands' },
    ])
      expect((await run(params)).join()).not.toContain('earlier run')
    expect(await run({}, { ...shared, fresh: true })).toEqual([])
    expect(await run()).toEqual(['The first 3 of 4 steps are those of an earlier run.'])
  })
})

it('goes on with what was changed on the way in the same run only', async () => {
  const shared = context()
  let steps = 0
  const live = { read: () => (steps++ > 1 ? { motionScaleLips: 9 } : {}), settle: () => {} }
  // Nobody asks for its frames, as when it was stopped after its last step.
  await make(inputs(3), { steps: 4 }, { ...shared, live, run: 'a' })
  shared.warnings.length = 0
  await make(inputs(3), { steps: 4 }, { ...shared, run: 'a' })
  const changed = 'Changed on the way: motion of the lips 2 → 9 from step 3 of 4.'
  expect(shared.warnings).toEqual(['It went on after step 4 of 4, where it was stopped.', changed])
  shared.warnings.length = 0
  await make(inputs(3), { steps: 4 }, { ...shared, run: 'b' })
  expect(shared.warnings).toEqual(['The first 2 of 4 steps are those of an earlier run.'])
})

it('a run that asks for everything anew still goes on after its own last step when it was changed on the way', async () => {
  const shared = { ...context(), fresh: true, run: 'a' }
  let as: Record<string, unknown> = {}
  const live = { read: () => ({ motionScaleLips: 9 }), settle: (params: typeof as) => void (as = params) }
  await make(inputs(3), { steps: 2 }, { ...shared, live })
  shared.warnings.length = 0
  await make(inputs(3), { steps: 2, ...as }, shared)
  expect(shared.warnings).toEqual(['It went on after step 2 of 2, where it was stopped.'])
  shared.warnings.length = 0
  await make(inputs(3), { steps: 2, ...as }, { ...shared, run: 'b' })
  expect(shared.warnings).toEqual([])
})

it('goes on where the same job stopped until all frames are stored, and begins anew in another precision', async () => {
  const ctx = context()
  const [first] = await framesOf(await make(inputs(2), { steps: 1 }, ctx)) // all frames, but nobody stored them
  const [again] = await framesOf(await make(inputs(2), { steps: 1 }, ctx))
  expect(ctx.warnings).toEqual(['It went on after step 1 of 1, where it was stopped.'])
  expect(again).toEqual(first)
  await ctx.stored()
  await make(inputs(2), { steps: 1 }, ctx)
  await make(inputs(2), { steps: 1, precision: 'float16' }, ctx)
  expect(ctx.warnings).toHaveLength(1)
})
