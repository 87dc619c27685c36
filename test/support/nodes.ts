/** Nodes for testing the engine without any media. Bundled into a registry of their own for worker processes. */

import { appendFileSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { heldMemory } from '../../models/runtime/process-memory'
import { controlReview } from '../../nodes/control/review'
import { defineNode } from '../../nodes/core/define-node'
import { StudioError } from '../../nodes/core/errors'
import { createRegistry } from '../../nodes/core/registry'
import { optional, shownOnly, socket } from '../../nodes/core/sockets'
import { chunkRange } from '../../nodes/core/values'

const none = z.object({})

export const constant = defineNode({
  id: 'test/constant',
  version: 1,
  title: 'Constant',
  summary: 'A number.',
  inputs: {},
  outputs: { value: socket('number', 'Value') },
  params: z.object({ value: z.number().min(-1e9).max(1e9).default(0) }),
  facts: ({ params }) => ({ value: { frames: params.value } }),
  run: async (_, { params }) => ({ value: params.value }),
})

export const scale = defineNode({
  id: 'test/scale',
  version: 2,
  title: 'Scale',
  summary: 'x · by.',
  inputs: { x: socket('number', 'X') },
  outputs: { y: socket('number', 'Y') },
  params: z.object({ by: z.number().default(1) }),
  // Version 1 called the param "factor".
  migrations: { 1: ({ factor, ...rest }) => ({ ...rest, by: factor }) },
  run: async (_, { inputs, params }) => ({ y: inputs.x * params.by }),
})

export const sum = defineNode({
  id: 'test/sum',
  version: 1,
  title: 'Sum',
  summary: 'a + b.',
  inputs: { a: socket('number', 'A'), b: optional('number', 'B') },
  outputs: { total: socket('number', 'Total') },
  params: none,
  run: async (_, { inputs }) => ({ total: inputs.a + (inputs.b ?? 0) }),
})

/** Cheap enough to be computed when somebody looks at it; says so in the log. */
export const glance = defineNode({
  id: 'test/glance',
  version: 1,
  title: 'Glance',
  summary: 'A number that is there at once.',
  inputs: {},
  outputs: { value: socket('number', 'Value') },
  params: z.object({ value: z.number().default(1), log: z.string(), fails: z.boolean().default(false) }),
  eager: true,
  run: async (_, { params }) => {
    appendFileSync(params.log, `${params.value}\n`)
    if (params.fails) throw new StudioError('media/unreadable', 'The file cannot be read.')
    return { value: params.value }
  },
})

/** Runs a network, which here is a file of which it tells the size; the log says when it began and ended. */
export const networked = defineNode({
  id: 'test/networked',
  version: 1,
  title: 'Networked',
  summary: 'Bytes of the weights.',
  inputs: { x: optional('number', 'X') },
  outputs: { bytes: socket('number', 'Bytes') },
  params: z.object({
    pack: z.string().optional(),
    log: z.string().default(''),
    waitMs: z.number().default(0),
  }),
  resource: 'model',
  weights: () => ['smga'],
  run: async (ctx, { params }) => {
    if (params.log) appendFileSync(params.log, 'begin\n')
    await sleep(params.waitMs)
    if (params.log) appendFileSync(params.log, 'end\n')
    return { bytes: statSync(ctx.network('smga').files[0]).size }
  },
})

/** Two outputs; `expensive` is computed only for a reader and says so in the log. */
export const twoOutputs = defineNode({
  id: 'test/two-outputs',
  version: 1,
  title: 'Two outputs',
  summary: 'One cheap, one on demand.',
  inputs: {},
  outputs: { cheap: socket('number', 'Cheap'), expensive: optional('number', 'Expensive') },
  params: z.object({ log: z.string().default('') }),
  run: async (ctx, { params }) => {
    if (params.log) appendFileSync(params.log, `${[...ctx.wanted].sort().join('+')}\n`)
    return { cheap: 1, ...(ctx.wanted.has('expensive') ? { expensive: 2 } : {}) }
  },
})

export const needsEqual = defineNode({
  id: 'test/needs-equal',
  version: 1,
  title: 'Needs equal',
  summary: 'Both inputs must have the same number of frames.',
  inputs: { a: socket('number', 'A'), b: socket('number', 'B') },
  outputs: { total: socket('number', 'Total') },
  params: none,
  agree: [{ fact: 'frames', sockets: ['a', 'b'], fix: 'test/scale' }],
  run: async (_, { inputs }) => ({ total: inputs.a + inputs.b }),
})

/** Waits politely: listens to cancel, reports progress. */
export const patient = defineNode({
  id: 'test/patient',
  version: 1,
  title: 'Patient',
  summary: 'Waits.',
  inputs: { x: optional('number', 'X') },
  outputs: { y: socket('number', 'Y') },
  params: z.object({ seconds: z.number().default(1), value: z.number().default(0) }),
  run: async (ctx, { inputs, params }) => {
    const steps = Math.ceil(params.seconds * 50)
    for (let i = 0; i < steps; i++) {
      ctx.signal.throwIfAborted()
      ctx.progress(i / steps, `step ${i}`)
      await sleep(20)
    }
    return { y: (inputs.x ?? 0) + params.value }
  },
})

/** Adds `by` up, step by step; `by` may be changed on the way, which `changes` says afterwards. */
export const counting = defineNode({
  id: 'test/counting',
  version: 1,
  title: 'Counting',
  summary: 'The sum over its steps.',
  inputs: {},
  outputs: { total: socket('number', 'Total') },
  params: z.object({
    by: z.number().min(0).max(100).default(1),
    steps: z.int().default(10),
    waitMs: z.number().default(0),
    changes: z.array(z.object({ step: z.int(), by: z.number() })).default([]),
    /** Keeps to itself what it was tuned to. */
    hides: z.boolean().default(false),
    /** Works on after its last step. */
    lingers: z.boolean().default(false),
  }),
  live: ['by'],
  run: async (ctx, { params }) => {
    let { by } = params
    let total = 0
    const changes = [...params.changes]
    for (let step = 1; step <= params.steps; step++) {
      ctx.signal.throwIfAborted()
      by = changes.find((change) => change.step === step)?.by ?? by
      const live = ctx.live.read().by as number | undefined
      if (live !== undefined && live !== by) {
        by = live
        changes.push({ step, by })
      }
      total += by
      ctx.progress(step / params.steps, `step ${step}`)
      await sleep(params.waitMs)
    }
    if (!params.hides) ctx.live.settle(changes.length > params.changes.length ? { changes } : {})
    if (params.lingers) {
      ctx.progress(1, 'lingers')
      await sleep(300)
    }
    return { total }
  },
})

/** Blocks its thread and never looks at the signal, like a native call that cannot be interrupted. */
export const stubborn = defineNode({
  id: 'test/stubborn',
  version: 1,
  title: 'Stubborn',
  summary: 'Blocks its thread.',
  inputs: { x: optional('number', 'X') },
  outputs: { y: socket('number', 'Y') },
  params: z.object({ seconds: z.number().default(5) }),
  run: async (ctx, { params }) => {
    ctx.progress(0)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, params.seconds * 1000)
    return { y: 1 }
  },
})

/** Is inside one native call for minutes, which neither a signal nor the end of its thread interrupts. */
export const grinding = defineNode({
  id: 'test/grinding',
  version: 1,
  title: 'Grinding',
  summary: 'Computes without end.',
  inputs: {},
  outputs: { y: socket('number', 'Y') },
  params: none,
  run: async (ctx) => {
    const { pbkdf2Sync } = await import('node:crypto')
    ctx.progress(0)
    return { y: pbkdf2Sync('', '', 2 ** 31 - 1, 1, 'sha512')[0] }
  },
})

/** Takes `megabytes` of memory and waits until it is stopped; with 0 it is done at once. */
export const hungry = defineNode({
  id: 'test/hungry',
  version: 1,
  title: 'Hungry',
  summary: 'Takes memory.',
  inputs: {},
  outputs: { y: socket('number', 'Y') },
  params: z.object({ megabytes: z.int().default(0), seed: z.int().default(0) }),
  run: async (ctx, { params }) => {
    const taken = Buffer.alloc(params.megabytes * 1e6, 1) // written to: memory that nobody has touched is not there
    while (params.megabytes > 0) {
      await sleep(20)
      ctx.signal.throwIfAborted()
    }
    return { y: taken.length }
  },
})

/** Takes memory for a moment, lets go of it, and says on which devices it ran. */
export const straining = defineNode({
  id: 'test/straining',
  version: 1,
  title: 'Straining',
  summary: 'Takes memory and gives it back.',
  inputs: { x: optional('number', 'X') },
  outputs: { y: socket('number', 'Y') },
  params: z.object({
    megabytes: z.int().default(0),
    devices: z.array(z.enum(['cuda', 'webgpu', 'cpu'])).default([]),
  }),
  run: async (ctx, { params }) => {
    const { setFlagsFromString } = await import('node:v8')
    const { runInNewContext } = await import('node:vm')
    setFlagsFromString('--expose-gc')
    for (const device of params.devices) ctx.ranOn(device)
    const hold = async () => void [Buffer.alloc(params.megabytes * 1e6, 1), await sleep(300)]
    const before = process.memoryUsage.rss()
    await hold()
    const gc = runInNewContext('gc')
    const isGone = () => process.memoryUsage.rss() < before + params.megabytes * 2e5
    for (let i = 0; i < 100 && !isGone(); i++) {
      gc()
      await sleep(20) // memory is given back on another thread
    }
    return { y: heldMemory() }
  },
})

/** A table about one or two numbers, with what it cost to make the first two. */
export const gauge = defineNode({
  id: 'test/gauge',
  version: 1,
  title: 'Gauge',
  summary: 'Says what it is given.',
  inputs: { x: socket('number', 'X'), y: optional('number', 'Y'), aside: optional('number', 'Aside') },
  outputs: { table: socket('table', 'Figures') },
  measures: { cost: ['x', 'y'] },
  params: none,
  run: async (_, { inputs: { x, y } }) => {
    await sleep(200)
    const rows = [x, y ?? null].map((value) => ({
      metric: 'number',
      region: 'x',
      value,
      unit: '',
      note: '',
      better: '',
    }))
    return { table: { columns: ['metric', 'region', 'value', 'unit', 'note', 'better'], rows } }
  },
})

/** Kills its process, the first `times` times (counted in `log`). */
export const crashing = defineNode({
  id: 'test/crashing',
  version: 1,
  title: 'Crashing',
  summary: 'Takes its worker down.',
  inputs: { x: optional('number', 'X') },
  outputs: { y: socket('number', 'Y') },
  params: z.object({ log: z.string(), times: z.int().default(1) }),
  run: async (_, { inputs, params }) => {
    const { readFileSync, existsSync } = await import('node:fs')
    const count = existsSync(params.log) ? readFileSync(params.log, 'utf8').length : 0
    if (count < params.times) {
      appendFileSync(params.log, '.')
      process.kill(process.pid, 'SIGKILL')
      await sleep(10_000)
    }
    return { y: (inputs.x ?? 0) + 1 }
  },
})

export const failing = defineNode({
  id: 'test/failing',
  version: 1,
  title: 'Failing',
  summary: 'Always fails.',
  inputs: { x: optional('number', 'X') },
  outputs: { y: socket('number', 'Y') },
  params: z.object({ unexpected: z.boolean().default(false) }),
  run: async (_, { params }) => {
    if (params.unexpected) throw new TypeError('x is not a function')
    throw new StudioError('audio/too-short', 'The audio has 3 samples.', { hint: 'Use a longer clip.' })
  },
})

/** A lazy video whose chunks are rendered as tasks, after a preparation. */
export const film = defineNode({
  id: 'test/film',
  version: 1,
  title: 'Film',
  summary: 'Frames of one grey level each.',
  inputs: { level: socket('number', 'Level') },
  outputs: { video: socket('video', 'Video') },
  params: z.object({
    frames: z.int().default(20),
    secondsPerFrame: z.number().default(0),
    noise: z.boolean().default(false),
    /** The first frame that cannot be drawn. */
    breaksAt: z.int().optional(),
    log: z.string().default(''),
  }),
  prepare: {
    version: 1,
    title: 'Level',
    inputs: ['level'],
    params: ['log'],
    run: async (_, { inputs, params }) => {
      if (params.log) appendFileSync(params.log, 'prepared\n')
      return {
        level: inputs.level,
        table: Float32Array.from([inputs.level, 2]),
        nested: { list: [1, 'two', null] },
      }
    },
  },
  tasks: {
    chunk: async (
      ctx,
      p: {
        start: number
        end: number
        table: Float32Array
        secondsPerFrame: number
        noise: boolean
        breaksAt?: number
      },
    ) => {
      const bytes = new Uint8Array((p.end - p.start) * 8 * 6 * 3)
      for (let f = p.start; f < p.end; f++) {
        ctx.signal.throwIfAborted()
        if (f === p.breaksAt) throw new StudioError('video/torn', `The film is torn at frame ${f}.`)
        await sleep(p.secondsPerFrame * 1000)
        bytes.fill(p.table[0] + f * p.table[1], (f - p.start) * 144, (f - p.start + 1) * 144)
        if (p.noise)
          for (let i = 0; i < 144; i++)
            bytes[(f - p.start) * 144 + i] = Math.imul(f * 144 + i, 2654435761) >>> 24
      }
      return bytes
    },
  },
  run: async (ctx, { params, prepared }) => ({
    video: {
      fps: 25,
      width: 8,
      height: 6,
      frames: params.frames,
      audio: { sampleRate: 8000, channels: [new Float32Array(800).fill(0.25)] },
      chunk: (index) => {
        const range = chunkRange(index, params.frames)
        const { secondsPerFrame, noise, breaksAt } = params
        return ctx.task('chunk', { ...range, table: prepared.table, secondsPerFrame, noise, breaksAt })
      },
    },
  }),
})

/** Looks at the beginning of a video and does not like it. */
export const walkingOut = defineNode({
  id: 'test/walking-out',
  version: 1,
  title: 'Walking out',
  summary: 'Fails after the first frames.',
  inputs: { video: socket('video', 'Video') },
  outputs: { mean: socket('number', 'Mean') },
  params: none,
  run: async (_, { inputs: { video } }) => {
    await video.chunk(0)
    throw new StudioError('video/boring', 'Nothing happens in the first 8 frames.')
  },
})

/** Reads a whole video and adds it up. */
export const brightness = defineNode({
  id: 'test/brightness',
  version: 1,
  title: 'Brightness',
  summary: 'Mean level of all frames.',
  inputs: { video: socket('video', 'Video') },
  outputs: { mean: socket('number', 'Mean') },
  params: none,
  run: async (_, { inputs: { video } }) => {
    let total = 0
    let count = 0
    for (let i = 0; i < Math.ceil(video.frames / 8); i++) {
      const bytes = await video.chunk(i)
      for (const byte of bytes) total += byte
      count += bytes.length
    }
    return { mean: total / count }
  },
})

/** Reads two videos side by side. */
export const contrast = defineNode({
  id: 'test/contrast',
  version: 1,
  title: 'Contrast',
  summary: 'Mean difference of two videos, frame by frame.',
  inputs: { a: socket('video', 'A'), b: socket('video', 'B') },
  outputs: { mean: socket('number', 'Mean') },
  params: none,
  run: async (_, { inputs: { a, b } }) => {
    let total = 0
    let count = 0
    for (let i = 0; i < Math.ceil(a.frames / 8); i++) {
      const [left, right] = [await a.chunk(i), await b.chunk(i)]
      for (let k = 0; k < left.length; k++) total += left[k] - right[k]
      count += left.length
    }
    return { mean: total / count }
  },
})

/** Has an input for its editor only. */
export const looking = defineNode({
  id: 'test/looking',
  version: 1,
  title: 'Looking',
  summary: 'Passes x on.',
  inputs: { x: socket('number', 'X'), below: shownOnly('number', 'Below', 'Shown while editing') },
  outputs: { y: socket('number', 'Y') },
  params: none,
  run: async (_, { inputs }) => ({ y: inputs.x }),
})

/** Shows two pictures on the way, too fast for both to be passed on, when somebody looks. */
export const painting = defineNode({
  id: 'test/painting',
  version: 1,
  title: 'Painting',
  summary: 'Says whether somebody looked.',
  inputs: {},
  outputs: { watched: socket('boolean', 'Watched') },
  params: none,
  run: async (ctx) => {
    if (ctx.watched) {
      ctx.preview(Uint8Array.of(1, 2, 3), 'image/png', 7)
      ctx.preview(Uint8Array.of(4), 'image/png', 8)
    }
    await sleep(20)
    return { watched: ctx.watched }
  },
})

/** Says a lot: sentences, pictures and progress, as long as it is told. */
export const chatty = defineNode({
  id: 'test/chatty',
  version: 1,
  title: 'Chatty',
  summary: 'Warns, shows and reports without pause.',
  inputs: {},
  outputs: { y: socket('number', 'Y') },
  params: z.object({
    seconds: z.number().default(1),
    perSecond: z.number().default(50),
    sentenceBytes: z.int().default(4_000),
    pictureBytes: z.int().default(10_000),
  }),
  run: async (ctx, { params }) => {
    const picture = new Uint8Array(params.pictureBytes)
    const steps = params.seconds * params.perSecond
    for (let i = 0; i < steps; i++) {
      ctx.signal.throwIfAborted()
      ctx.progress(i / steps, `step ${i}`)
      ctx.preview(picture, 'image/jpeg', i)
      ctx.warn(String(i).padStart(params.sentenceBytes, '.'))
      await sleep(1000 / params.perSecond)
    }
    return { y: 1 }
  },
})

/** Writes a file, as output nodes do. */
export const report = defineNode({
  id: 'test/report',
  version: 1,
  title: 'Report',
  summary: 'A text file with the number in it.',
  inputs: { x: socket('number', 'X') },
  outputs: { file: socket('file', 'File') },
  params: z.object({ text: z.string().default('x = ') }),
  embedsWorkflow: true,
  run: async (ctx, { inputs, params }) => {
    const { writeFile } = await import('node:fs/promises')
    const path = await ctx.tempFile('txt')
    const nodes = Object.keys((ctx.workflow() as { nodes: object }).nodes).join(',')
    await writeFile(path, `${params.text}${inputs.x} from ${nodes}`)
    return { file: { path, name: 'report.txt', mime: 'text/plain' } }
  },
})

export const testNodes = [
  straining,
  gauge,
  constant,
  scale,
  sum,
  glance,
  networked,
  twoOutputs,
  needsEqual,
  patient,
  counting,
  stubborn,
  grinding,
  crashing,
  hungry,
  failing,
  film,
  brightness,
  contrast,
  walkingOut,
  looking,
  painting,
  chatty,
  report,
  controlReview,
]

export const registry = createRegistry(testNodes)
