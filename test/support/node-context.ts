import { createHash } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { canonicalJson } from '../../nodes/core/canonical'
import type {
  AnyDefinition,
  AssetFile,
  NetworkFiles,
  NetworkMachine,
  NodeContext,
  PreparedData,
} from '../../nodes/core/define-node'
import { CancelledError, StudioError } from '../../nodes/core/errors'
import type { Role } from '../../nodes/core/pack-roles'
import {
  chunkCount,
  chunkRange,
  FRAMES_PER_CHUNK,
  type MaskValue,
  type VideoValue,
} from '../../nodes/core/values'
import type { JobPreview } from '../../server/worker/pool'
import { networksIn } from './shared-folder'

export interface TestContext extends NodeContext {
  warnings: string[]
  fractions: number[]
  previews: JobPreview[]
  /** What live params were settled to. */
  settled: Record<string, unknown>[]
  abort(): void
  /** The outputs are stored: what the node left for then is done. */
  stored(): Promise<void>
}

/** Of all contexts, so that sessions stay open from one to the next. */
const sharedNetworks = networksIn(mkdtempSync(path.join(tmpdir(), 'mmgt-test-')))

/** A context that runs everything in this thread; `assets` maps ids to files on disk. */
export function testContext(
  opts: {
    wanted?: string[]
    assets?: Record<string, AssetFile>
    definition?: AnyDefinition
    watched?: boolean
    networks?: Partial<Record<Role, NetworkFiles>>
    machine?: NetworkMachine
    run?: string
    fresh?: boolean
    /** Params that somebody has changed by now, after so many reports of progress. */
    live?(reports: number): Record<string, unknown>
  } = {},
): TestContext {
  let aborted = false
  const later: (() => Promise<void>)[] = []
  const kept = new Map<string, unknown>()
  const warnings: string[] = []
  const fractions: number[] = []
  const previews: JobPreview[] = []
  const settled: Record<string, unknown>[] = []
  const folder = mkdtempSync(path.join(tmpdir(), 'mmgt-test-'))
  let files = 0
  const signal = {
    get aborted() {
      return aborted
    },
    throwIfAborted() {
      if (aborted) throw new CancelledError()
    },
  }
  const keep = async <T>(key: string, make: () => T | Promise<T>): Promise<T> => {
    if (!kept.has(key)) kept.set(key, await make())
    return kept.get(key) as T
  }
  return {
    signal,
    wanted: new Set(opts.wanted ?? Object.keys(opts.definition?.outputs ?? {})),
    key: 'test',
    // No other context takes over what it has kept on disk.
    keyOf: (params) => createHash('sha256').update(folder).update(canonicalJson(params)).digest('hex'),
    run: opts.run ?? 'test',
    fresh: opts.fresh ?? false,
    live: { read: () => opts.live?.(fractions.length) ?? {}, settle: (as) => void settled.push(as) },
    settled,
    warnings,
    fractions,
    abort: () => {
      aborted = true
    },
    network: (role) => {
      const found = opts.networks?.[role]
      if (!found) throw new Error(`no network of the role ${role} here`)
      return found
    },
    machine: opts.machine ?? {
      device: 'cpu',
      memoryBytes: { cpu: 4e9, cuda: 0, webgpu: 0 },
      folder: sharedNetworks,
    },
    ranOn: () => {},
    keep,
    afterwards: (work) => void later.push(work),
    async stored() {
      for (const work of later.splice(0)) await work()
    },
    progress: (fraction) => void fractions.push(fraction),
    watched: opts.watched ?? false,
    previews,
    preview: (bytes, mime, frame) => void previews.push({ bytes, mime, frame }),
    warn: (message) => void warnings.push(message),
    workflow: () => ({
      schema: 1,
      id: 'test',
      name: 'Test',
      nodes: {},
      edges: [],
      layout: {},
      groups: [],
      notes: [],
    }),
    tempFile: async (extension) => path.join(folder, `${files++}.${extension}`),
    asset: async (id) => {
      const asset = opts.assets?.[id]
      if (!asset) throw new StudioError('asset/missing', `There is no asset ${id}.`)
      return asset
    },
    task: async <T>(name: string, payload: unknown) => {
      const task = opts.definition?.tasks?.[name]
      if (!task) throw new Error(`no task ${name}`)
      return (await task({ signal, keep }, payload as never)) as T
    },
  }
}

/** Runs a node's preparation (if any) and then the node, with params parsed as the engine would. */
export async function runNode(
  definition: AnyDefinition,
  // biome-ignore lint/suspicious/noExplicitAny: tests name the payloads themselves
  inputs: Record<string, any>,
  params: Record<string, unknown> = {},
  ctx: NodeContext = testContext({ definition }),
  // biome-ignore lint/suspicious/noExplicitAny: see above
): Promise<Record<string, any>> {
  const parsed = definition.params.parse(params)
  const problem = definition.validate?.(parsed)
  if (problem) throw new StudioError('params/invalid', problem)
  let prepared: PreparedData = {}
  if (definition.prepare) prepared = await definition.prepare.run(ctx, { inputs, params: parsed })
  return await definition.run(ctx, { inputs, params: parsed, prepared })
}

/** A lossless video from whole frames of `[height, width, 3]`. */
export function videoOf(frames: Uint8Array[], width: number, height: number, fps = 25): VideoValue {
  return {
    fps,
    width,
    height,
    frames: frames.length,
    chunk: async (index) => {
      const { start, end } = chunkRange(index, frames.length)
      return Buffer.concat(frames.slice(start, end))
    },
  }
}

/** A mask from whole planes of `[frames, height, width]` per region. */
export function maskOf(
  planes: Record<string, Uint8Array>,
  width: number,
  height: number,
  fps = 25,
): MaskValue {
  const area = width * height
  const frames = Object.values(planes)[0].length / area
  return {
    fps,
    width,
    height,
    frames,
    regions: Object.keys(planes),
    chunk: async (region, index) => {
      const { start, end } = chunkRange(index, frames)
      return planes[region].subarray(start * area, end * area)
    },
  }
}

/** All frames of a video, each `[height, width, 3]`. */
export async function framesOf(video: VideoValue): Promise<Uint8Array[]> {
  const size = video.width * video.height * 3
  const frames: Uint8Array[] = []
  for (let i = 0; i < chunkCount(video.frames); i++) {
    const chunk = await video.chunk(i)
    for (let at = 0; at < chunk.length; at += size) frames.push(chunk.subarray(at, at + size))
  }
  return frames
}

/** A whole plane of a mask, `[frames, height, width]`. */
export async function planeOf(mask: MaskValue, region: string): Promise<Uint8Array> {
  const plane = new Uint8Array(mask.frames * mask.width * mask.height)
  for (let i = 0; i < chunkCount(mask.frames); i++) {
    plane.set(await mask.chunk(region, i), i * FRAMES_PER_CHUNK * mask.width * mask.height)
  }
  return plane
}
