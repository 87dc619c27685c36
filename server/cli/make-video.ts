import path from 'node:path'
import type { AssetStore } from '../storage/assets'
import { findPack } from './find-pack'
import { choiceFlag, deviceFlag, type Flags, type FlagValues, numberFlag, required } from './flags'
import { addIntermediates, writeIntermediates } from './intermediates'
import type { CommandInput } from './main'
import { needWeights } from './need-weights'
import type { Reporter } from './reporter'
import { rowsFor } from './rows-heard'
import { openSession } from './session'
import {
  buildDocument,
  DIFFUSION_FLAGS,
  diffusionSize,
  type EdgeSpecs,
  type NodeSpecs,
  noteUnused,
  resultName,
  sizeWithin,
  withConfig,
} from './video-command'

/** What moves the portrait: nodes beside `portrait`, and the outputs that the renderer reads. */
export interface Motion {
  nodes: NodeSpecs
  edges: EdgeSpecs
  /** Keypoints, or a video of drawn poses. */
  pose?: string
  drawn?: string
  /** Made from the pose unless there are others. */
  masks?: string
  sound?: string
  /** Of the motion, where it is known. */
  fps?: number
}

export interface MotionInput {
  values: FlagValues
  renderer: 'diffusion' | 'warp'
  /** The file of `source`. */
  source: string
  portrait: string
  pack: string
  assets: AssetStore
  /** The video stops after so many. */
  frames?: number
}

export interface MotionPlan {
  /** How to do without a pack. */
  instead: string
  make(input: MotionInput): Promise<Motion>
}

export interface VideoCommand {
  flags: Flags
  /** Flag of the file that makes the portrait move. */
  source: 'audio_path' | 'pose_path'
  /** Flags that only the diffusion renderer would use, beside those of every command. */
  diffusionFlags: string[]
  /** Reads the command's own flags at once; its files are imported later, when nothing can be wrong with a flag. */
  plan(
    values: FlagValues,
    renderer: MotionInput['renderer'],
    portrait: string,
    reporter: Reporter,
  ): MotionPlan
}

/** A portrait, moved by what the command plans, becomes `<out_dir>/<portrait>_<source>.mp4`. */
export async function makeVideo(input: CommandInput, command: VideoCommand): Promise<void> {
  const { reporter, signal } = input
  const values = await withConfig(input.values, command.flags, reporter)
  const image = path.resolve(required(values, 'image_path'))
  const source = path.resolve(required(values, command.source))
  const out = path.resolve(required(values, 'out_dir'))
  const renderer = choiceFlag(values, 'renderer', ['diffusion', 'warp'], 'diffusion') as 'diffusion' | 'warp'
  const plan = command.plan(values, renderer, image, reporter)
  if (renderer === 'warp') {
    const unused = [...Object.keys(DIFFUSION_FLAGS), ...command.diffusionFlags]
    noteUnused(values, unused, 'applies to --renderer diffusion', reporter)
  }
  const frames = numberFlag(values, 'L', { min: 1, max: 100_000, integer: true })
  const device = deviceFlag(values)
  const diffusion = diffusionParams(values)

  const session = openSession({ data: values.data as string | undefined, device, reporter, signal })
  try {
    const { assets, packs } = session.data
    const portrait = await assets.import(image)
    const pack = findPack(values, packs)
    const motion = await plan.make({ values, renderer, source, portrait: image, pack, assets, frames })
    const name = resultName(image, source, reporter)
    const nodes: NodeSpecs = { portrait: ['input/image', { asset: portrait.id }], ...motion.nodes }
    const edges = [...motion.edges]
    const pose = frames === undefined ? motion.pose : cut(nodes, edges, motion.pose, frames)
    if (renderer === 'warp') {
      nodes.render = ['render/warp', { maxSize: sizeWithin(values, portrait.facts) }]
      edges.push(['firstPose.pose', 'render.firstPose'])
    } else {
      nodes.render = ['diffusion/mm-haa', { ...diffusion, ...diffusionSize(values, portrait.facts), pack }]
      const masks = motion.masks ?? masksOf(nodes, edges, pose)
      edges.push([masks, 'render.masks'])
      if (motion.drawn) edges.push([motion.drawn, 'render.drawn'])
      if (motion.sound) {
        const rows = frames && motion.fps ? { frames: rowsFor(frames, motion.fps) } : {}
        nodes.features ??= ['audio/encoder', { pack, ...rows }]
        if (!edges.some(([, to]) => to === 'features.audio')) edges.push([motion.sound, 'features.audio'])
        edges.push(['features.lips', 'render.speech'])
      }
    }
    edges.push(['portrait.image', 'render.portrait'])
    if (pose) edges.push([pose, 'render.pose'])
    if (motion.sound) edges.push([motion.sound, 'render.audio'])
    nodes.video = ['output/video', { name }]
    edges.push(['render.video', 'video.video'])
    const more = values.save_intermediates === true ? addIntermediates(nodes, edges, name) : undefined
    const document = buildDocument(name, nodes, edges)
    needWeights(packs, document, plan.instead)
    const targets = [...(more?.targets ?? []), 'video']
    await session.run(document, {
      targets,
      out,
      fileName: more ? undefined : name,
      save: more && ((result) => writeIntermediates(session.data, result, more, { out, name })),
    })
  } finally {
    await session.close()
  }
}

/** Params of `diffusion/mm-haa` that flags say. */
function diffusionParams(values: FlagValues): Record<string, unknown> {
  const weight = (flag: string, fallback: number) => numberFlag(values, flag, { min: 0, max: 10, fallback })
  return {
    steps: numberFlag(values, 'steps', { min: 1, max: 100, integer: true, fallback: 30 }),
    guidance: numberFlag(values, 'cfg', { min: 0, max: 30, fallback: 3.5 }),
    seed: numberFlag(values, 'seed', { min: 0, max: 2 ** 31 - 1, integer: true, fallback: 42 }),
    motionScaleFull: weight('pose_weight', 1),
    motionScaleFace: weight('face_weight', 1),
    motionScaleLips: weight('lip_weight', 2),
    precision: choiceFlag(values, 'precision', ['auto', 'float32', 'float16'], 'auto'),
  }
}

function cut(
  nodes: NodeSpecs,
  edges: EdgeSpecs,
  pose: string | undefined,
  frames: number,
): string | undefined {
  if (pose === undefined) return undefined
  nodes.cut = ['pose/slice', { start: 0, end: frames }]
  edges.push([pose, 'cut.pose'])
  return 'cut.pose'
}

function masksOf(nodes: NodeSpecs, edges: EdgeSpecs, pose: string | undefined): string {
  nodes.masks = ['mask/motion', { regions: ['face', 'lips', 'hands'], reference: true }]
  if (pose) edges.push([pose, 'masks.pose'])
  return 'masks.mask'
}
