import path from 'node:path'
import type { AssetStore } from '../storage/assets'
import { choiceFlag, deviceFlag, type Flags, type FlagValues, numberFlag, required } from './flags'
import type { CommandInput } from './main'
import type { Reporter } from './reporter'
import { openSession } from './session'
import {
  buildDocument,
  type EdgeSpecs,
  findFirstPose,
  type NodeSpecs,
  needPack,
  noteUnused,
  resultName,
  sizeWithin,
  withConfig,
} from './video-command'

/** How a command gets from its files to a motion: nodes beside `portrait` and `firstPose`, and where they end. */
export interface Motion {
  nodes: NodeSpecs
  edges: EdgeSpecs
  pose: string
  sound: string | undefined
}

export interface VideoCommand {
  flags: Flags
  /** Flag of the file that makes the portrait move. */
  source: 'audio_path' | 'pose_path'
  /** Flags that only the diffusion renderer would use, beside those of every command. */
  diffusionFlags: string[]
  /** Reads the command's own flags at once; its files are imported later, when nothing can be wrong with a flag. */
  plan(values: FlagValues, reporter: Reporter): (source: string, assets: AssetStore) => Promise<Motion>
}

/** A portrait, moved by what the command plans, becomes `<out_dir>/<portrait>_<source>.mp4`. */
export async function makeVideo(input: CommandInput, command: VideoCommand): Promise<void> {
  const { reporter, signal } = input
  const values = await withConfig(input.values, command.flags, reporter)
  const image = path.resolve(required(values, 'image_path'))
  const source = path.resolve(required(values, command.source))
  const out = path.resolve(required(values, 'out_dir'))
  const renderer = choiceFlag(values, 'renderer', ['diffusion', 'warp'], 'diffusion')
  const motionOf = command.plan(values, reporter)
  if (renderer === 'diffusion') needPack('--renderer diffusion', 'add --renderer warp')
  const unused = ['cfg', 'steps', 'pack', ...command.diffusionFlags]
  noteUnused(values, unused, 'applies to --renderer diffusion', reporter)
  const frames = numberFlag(values, 'L', { min: 1, max: 100_000, integer: true })
  const firstPose = findFirstPose(values, image)

  const data = values.data as string | undefined
  const session = openSession({ data, device: deviceFlag(values), reporter, signal })
  try {
    const { assets } = session.data
    const portrait = await assets.import(image)
    const motion = await motionOf(source, assets)
    const name = resultName(image, source, reporter)
    const nodes: NodeSpecs = {
      portrait: ['input/image', { asset: portrait.id }],
      firstPose: ['input/pose', { asset: (await assets.import(firstPose)).id }],
      ...motion.nodes,
      ...(frames === undefined ? {} : { cut: ['pose/slice', { start: 0, end: frames }] }),
      render: ['render/warp', { maxSize: sizeWithin(values, portrait.facts) }],
      video: ['output/video', { name }],
    }
    const edges: EdgeSpecs = [
      ...motion.edges,
      ['portrait.image', 'render.portrait'],
      ['firstPose.pose', 'render.firstPose'],
      ['render.video', 'video.video'],
    ]
    if (frames === undefined) edges.push([motion.pose, 'render.pose'])
    else edges.push([motion.pose, 'cut.pose'], ['cut.pose', 'render.pose'])
    if (motion.sound) edges.push([motion.sound, 'render.audio'])
    await session.run(buildDocument(name, nodes, edges), { targets: ['video'], out, fileName: name })
  } finally {
    await session.close()
  }
}
