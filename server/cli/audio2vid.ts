import path from 'node:path'
import { choiceFlag, type Flags, numberFlag, required } from './flags'
import type { Command } from './main'
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
  VIDEO_FLAGS,
  withConfig,
} from './video-command'

const flags: Flags = {
  ...VIDEO_FLAGS,
  audio_path: { type: 'string', value: 'FILE', help: 'speech: wav, mp3, m4a, ogg, flac, webm' },
  gestures: {
    type: 'string',
    value: 'NAME',
    help: 'smga (needs the pack mmgt-official) or procedural (default: smga)',
  },
  use_motion_selection: { type: 'boolean', help: 'choose among several motions (smga)' },
  feature_type: { type: 'string', value: 'NAME', help: 'wavlm or baseline (smga)' },
}

export const audio2vid: Command = {
  usage: 'audio2vid --image_path FILE --audio_path FILE --out_dir DIR [flags]',
  summary: 'A portrait and a speech track become a video: <out_dir>/<portrait>_<audio>.mp4.',
  flags,
  async execute({ values: given, reporter, signal }) {
    const values = withConfig(given, flags, reporter)
    const image = path.resolve(required(values, 'image_path'))
    const audio = path.resolve(required(values, 'audio_path'))
    const out = path.resolve(required(values, 'out_dir'))
    const gestures = choiceFlag(values, 'gestures', ['smga', 'procedural'], 'smga')
    const renderer = choiceFlag(values, 'renderer', ['diffusion', 'warp'], 'diffusion')
    if (gestures === 'smga') needPack('--gestures smga', 'add --gestures procedural --renderer warp')
    if (renderer === 'diffusion') needPack('--renderer diffusion', 'add --renderer warp')
    noteUnused(values, ['cfg', 'steps', 'pack'], 'applies to --renderer diffusion', reporter)
    noteUnused(values, ['use_motion_selection', 'feature_type'], 'applies to --gestures smga', reporter)
    const seed = numberFlag(values, 'seed', { min: 0, max: 2 ** 31 - 1, integer: true, fallback: 42 })
    const fps = numberFlag(values, 'fps', { min: 12, max: 60, fallback: 25 })
    const frames = numberFlag(values, 'L', { min: 1, max: 100_000, integer: true })
    const firstPose = findFirstPose(values, image)

    const session = openSession({ data: values.data as string | undefined, reporter, signal })
    try {
      const { assets } = session.data
      const portrait = await assets.import(image)
      const speech = await assets.import(audio)
      const pose = await assets.import(firstPose)
      const name = resultName(image, audio, reporter)
      const nodes: NodeSpecs = {
        portrait: ['input/image', { asset: portrait.id }],
        speech: ['input/audio', { asset: speech.id }],
        firstPose: ['input/pose', { asset: pose.id }],
        gestures: ['pose/procedural', { seed, fps }],
        render: ['render/warp', { maxSize: sizeWithin(values, portrait.facts) }],
        video: ['output/video', { name }],
      }
      const edges: EdgeSpecs = [
        ['speech.audio', 'gestures.audio'],
        ['firstPose.pose', 'gestures.firstPose'],
        ['portrait.image', 'render.portrait'],
        ['firstPose.pose', 'render.firstPose'],
        ['speech.audio', 'render.audio'],
        ['render.video', 'video.video'],
      ]
      if (frames === undefined) edges.push(['gestures.pose', 'render.pose'])
      else {
        nodes.cut = ['pose/slice', { start: 0, end: frames }]
        edges.push(['gestures.pose', 'cut.pose'], ['cut.pose', 'render.pose'])
      }
      const document = buildDocument(name, nodes, edges)
      await session.run(document, { targets: ['video'], out, fileName: name })
    } finally {
      await session.close()
    }
  },
}
