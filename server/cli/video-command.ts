import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { catalogEntry } from '../../nodes/core/catalog'
import type { WorkflowDocument } from '../../nodes/core/document'
import { cutName } from '../../nodes/lib/media/safe-file-name'
import { registry } from '../../nodes/registry'
import { DEVICE_FLAG, type Flags, type FlagValues, numberFlag, usageError } from './flags'
import type { Reporter } from './reporter'

/** Of `--renderer diffusion`. */
export const DIFFUSION_FLAGS: Flags = {
  cfg: { type: 'string', value: 'X', help: 'guidance of --renderer diffusion (default 3.5)' },
  steps: { type: 'string', value: 'N', help: 'steps of --renderer diffusion (default 30)' },
  pose_weight: {
    type: 'string',
    value: 'X',
    help: 'how strongly the whole picture hears (diffusion, default 1)',
  },
  face_weight: { type: 'string', value: 'X', help: 'how strongly the face hears (diffusion, default 1)' },
  lip_weight: { type: 'string', value: 'X', help: 'how strongly the lips hear (diffusion, default 2)' },
  precision: { type: 'string', value: 'NAME', help: 'auto, float32 or float16 (diffusion, default auto)' },
}

/** Flags that `audio2vid` and `pose2vid` share. */
export const VIDEO_FLAGS: Flags = {
  image_path: { type: 'string', value: 'FILE', help: 'portrait: PNG, JPEG, WebP, AVIF' },
  out_dir: { type: 'string', value: 'DIR', help: 'folder for the result' },
  config: {
    type: 'string',
    short: 'c',
    value: 'FILE.yaml',
    help: 'flags from a YAML file; the command line wins',
  },
  renderer: {
    type: 'string',
    value: 'NAME',
    help: 'diffusion (needs the pack mmgt-official) or warp (default: diffusion)',
  },
  first_pose: {
    type: 'string',
    value: 'FILE.json',
    help: 'pose of the portrait (default: <portrait>.pose.json beside it)',
  },
  W: { type: 'string', short: 'W', value: 'PIXELS', help: 'largest width of the result (default 512)' },
  H: { type: 'string', short: 'H', value: 'PIXELS', help: 'largest height of the result (default 512)' },
  L: {
    type: 'string',
    short: 'L',
    value: 'FRAMES',
    help: 'stop after so many frames (default: the whole track)',
  },
  seed: { type: 'string', value: 'N', help: 'same seed, same video (default 42)' },
  ...DIFFUSION_FLAGS,
  fps: { type: 'string', value: 'N', help: 'frames per second (default 25)' },
  pack: {
    type: 'string',
    value: 'NAME|DIR',
    help: 'model pack of smga and diffusion (default mmgt-official)',
  },
  save_intermediates: {
    type: 'boolean',
    help: 'also write poses (JSON, .npy, video), mask videos and speech features (.npy)',
  },
  ...DEVICE_FLAG,
}

/** What the configs of the original call our flags. */
const CONFIG_NAMES: Record<string, string> = {
  inference_steps: 'steps',
  cfg_scale: 'cfg',
  weight_dtype: 'precision',
  width: 'W',
  height: 'H',
}
const CONFIG_VALUES: Record<string, Record<string, string>> = {
  precision: { fp16: 'float16', fp32: 'float32' },
}

function asFlag(written: string, value: unknown): [key: string, value: unknown] {
  const key = Object.hasOwn(CONFIG_NAMES, written) ? CONFIG_NAMES[written] : written
  const values = CONFIG_VALUES[key] ?? {}
  return [key, typeof value === 'string' && Object.hasOwn(values, value) ? values[value] : value]
}

/** Configs have some twenty lines. */
const MAX_CONFIG_BYTES = 1_000_000

/** Adds what a `-c` file says where the command line is silent. @throws StudioError `usage/…` */
export async function withConfig(values: FlagValues, flags: Flags, reporter: Reporter): Promise<FlagValues> {
  const file = values.config
  if (typeof file !== 'string') return values
  if (!existsSync(file)) throw usageError(`-c: there is no file ${file}.`)
  const info = statSync(file)
  if (!info.isFile()) throw usageError(`-c: ${file} is not a file.`)
  if (info.size > MAX_CONFIG_BYTES)
    throw usageError(`-c: ${file} has ${info.size} bytes; at most ${MAX_CONFIG_BYTES} are read.`)
  const { parse } = await import('yaml')
  let content: unknown
  try {
    content = parse(readFileSync(file, 'utf8'), { maxAliasCount: 100 })
  } catch (error) {
    throw usageError(`-c: ${file} is not YAML: ${(error as Error).message.split('\n')[0]}.`)
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw usageError(`-c: ${file} must hold "flag: value" lines.`)
  }
  const merged = { ...values }
  const ignored: string[] = []
  for (const [written, given] of Object.entries(content)) {
    const [key, value] = asFlag(written, given)
    const flag = Object.hasOwn(flags, key) ? flags[key] : undefined
    if (!flag || key === 'config' || typeof value === 'object') ignored.push(written)
    else if (merged[key] === undefined) merged[key] = flag.type === 'boolean' ? value === true : String(value)
  }
  if (ignored.length > 0) reporter.note(`  note    ${file}: not used here: ${ignored.join(', ')}`)
  return merged
}

/** What stays unused must not look as if it had an effect. */
export function noteUnused(values: FlagValues, names: string[], why: string, reporter: Reporter): void {
  const given = names.filter((name) => values[name] !== undefined)
  if (given.length > 0) reporter.note(`  note    ${given.map((name) => `--${name}`).join(', ')}: ${why}`)
}

/** The first pose given, or the one that lies beside the portrait; undefined: it has to be detected. */
export function findFirstPose(values: FlagValues, portrait: string): string | undefined {
  if (typeof values.first_pose === 'string') return path.resolve(values.first_pose)
  const { dir, name } = path.parse(portrait)
  const beside = path.join(dir, `${name}.pose.json`)
  return existsSync(beside) ? beside : undefined
}

/** Nodes and edges of a document that a command puts together. */
export type NodeSpecs = Record<string, [type: string, params: Record<string, unknown>]>
export type EdgeSpecs = [from: string, to: string][]

/** A document from node specs and "a.out → b.in" edges. */
export function buildDocument(name: string, nodes: NodeSpecs, edges: EdgeSpecs): WorkflowDocument {
  const end = (text: string) => text.split('.') as [string, string]
  const ids = Object.keys(nodes)
  return {
    schema: 1,
    id: `cli-${name}`.slice(0, 100),
    name,
    nodes: Object.fromEntries(
      ids.map((id) => {
        const [type, params] = nodes[id]
        return [
          id,
          {
            type,
            version: registry.get(type)?.version ?? 1,
            params,
            mode: 'on' as const,
            title: null,
          },
        ]
      }),
    ),
    edges: edges.map(([from, to]) => ({ from: end(from), to: end(to) })),
    layout: Object.fromEntries(ids.map((id, i) => [id, { x: (i % 4) * 340, y: Math.floor(i / 4) * 300 }])),
    groups: [],
    notes: [],
  }
}

/**
 * `<first>_<second>`: what the result of two files is called. Names are cut where param `name` of the output (120
 * characters) or a file system (255 bytes, with the extension and a temporary ending) would refuse them.
 */
export function resultName(first: string, second: string, reporter: Reporter): string {
  const whole = [first, second].map((file) => path.parse(file).name)
  const parts = whole.map((part) => cutName(part, 59, 100))
  const name = parts.join('_')
  if (name !== whole.join('_'))
    reporter.note(`  note    The names of the files are long; the result is called ${name}.`)
  return name
}

/** Param `maxSize` of the warp renderer: it keeps the portrait's aspect, so its long side is what fits into -W × -H. */
export function sizeWithin(values: FlagValues, portrait: { width?: number; height?: number }): number {
  const { minimum, maximum } = sizeLimits()
  const width = numberFlag(values, 'W', { min: 64, max: maximum, integer: true, fallback: 512 })!
  const height = numberFlag(values, 'H', { min: 64, max: maximum, integer: true, fallback: 512 })!
  if (portrait.width === undefined || portrait.height === undefined) return Math.max(width, height)
  const longSide = Math.max(portrait.width, portrait.height)
  const scale = Math.min(width / portrait.width, height / portrait.height, 1)
  const wanted = Math.round(longSide * scale)
  if (wanted >= minimum) return wanted
  if (scale === 1) return minimum // a small portrait stays as it is: the renderer only shrinks
  throw usageError(
    `-W ${width} -H ${height} would shrink the portrait of ${portrait.width} × ${portrait.height} to ${wanted} pixels on its long side; at least ${minimum} are needed.`,
    'Give a larger -W and -H.',
  )
}

function sizeLimits(): { minimum: number; maximum: number } {
  const { properties } = catalogEntry(registry.get('render/warp')!).params as {
    properties: { maxSize: { minimum: number; maximum: number } }
  }
  return properties.maxSize
}

/** Sides of the diffusion renderer are multiples of this. */
const DIFFUSION_STEP = 64

/** Width and height of the diffusion renderer: the portrait's aspect within -W × -H, as near as multiples of 64 allow. */
export function diffusionSize(
  values: FlagValues,
  portrait: { width?: number; height?: number },
): { width: number; height: number } {
  const limits = { min: DIFFUSION_STEP, max: 2048, integer: true, fallback: 512 }
  const [maxWidth, maxHeight] = [numberFlag(values, 'W', limits)!, numberFlag(values, 'H', limits)!]
  const { width = maxWidth, height = maxHeight } = portrait
  const scale = Math.min(maxWidth / width, maxHeight / height)
  const fitted = (side: number, most: number) =>
    Math.max(1, Math.min(Math.floor(most / DIFFUSION_STEP), Math.round((side * scale) / DIFFUSION_STEP))) *
    DIFFUSION_STEP
  return { width: fitted(width, maxWidth), height: fitted(height, maxHeight) }
}
