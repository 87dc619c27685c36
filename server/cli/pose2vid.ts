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
  pose_path: { type: 'string', value: 'FILE', help: 'motion: mmgt-pose/1, OpenPose JSON or MMGT .npy' },
  face_mask_path: { type: 'string', value: 'FILE', help: 'face mask video of --renderer diffusion' },
  lips_mask_path: { type: 'string', value: 'FILE', help: 'lips mask video of --renderer diffusion' },
  hands_mask_path: { type: 'string', value: 'FILE', help: 'hands mask video of --renderer diffusion' },
  audio_path: { type: 'string', value: 'FILE', help: 'sound of the result' },
}

export const pose2vid: Command = {
  usage: 'pose2vid --image_path FILE --pose_path FILE --out_dir DIR [flags]',
  summary: 'A portrait and a motion become a video: <out_dir>/<portrait>_<pose>.mp4.',
  flags,
  async execute({ values: given, reporter, signal }) {
    const values = withConfig(given, flags, reporter)
    const image = path.resolve(required(values, 'image_path'))
    const poseFile = path.resolve(required(values, 'pose_path'))
    const out = path.resolve(required(values, 'out_dir'))
    const renderer = choiceFlag(values, 'renderer', ['diffusion', 'warp'], 'diffusion')
    if (renderer === 'diffusion') needPack('--renderer diffusion', 'add --renderer warp')
    noteUnused(
      values,
      ['cfg', 'steps', 'pack', 'seed', 'face_mask_path', 'lips_mask_path', 'hands_mask_path'],
      'applies to --renderer diffusion',
      reporter,
    )
    const fps = numberFlag(values, 'fps', { min: 1, max: 60 })
    const frames = numberFlag(values, 'L', { min: 1, max: 100_000, integer: true })
    const firstPose = findFirstPose(values, image)

    const session = openSession({ data: values.data as string | undefined, reporter, signal })
    try {
      const { assets } = session.data
      const portrait = await assets.import(image)
      const audio =
        typeof values.audio_path === 'string'
          ? await assets.import(path.resolve(values.audio_path))
          : undefined
      const name = resultName(image, poseFile, reporter)
      const nodes: NodeSpecs = {
        portrait: ['input/image', { asset: portrait.id }],
        firstPose: ['input/pose', { asset: (await assets.import(firstPose)).id }],
        pose: ['input/pose', { asset: (await assets.import(poseFile)).id }],
        render: ['render/warp', { maxSize: sizeWithin(values, portrait.facts) }],
        video: ['output/video', { name }],
      }
      const edges: EdgeSpecs = [
        ['portrait.image', 'render.portrait'],
        ['firstPose.pose', 'render.firstPose'],
        ['render.video', 'video.video'],
      ]
      let motion = 'pose.pose'
      if (fps !== undefined) {
        nodes.speed = ['pose/resample', { fps }]
        edges.push([motion, 'speed.pose'])
        motion = 'speed.pose'
      }
      if (frames !== undefined) {
        nodes.cut = ['pose/slice', { start: 0, end: frames }]
        edges.push([motion, 'cut.pose'])
        motion = 'cut.pose'
      }
      edges.push([motion, 'render.pose'])
      if (audio) {
        nodes.speech = ['input/audio', { asset: audio.id }]
        edges.push(['speech.audio', 'render.audio'])
      }
      await session.run(buildDocument(name, nodes, edges), { targets: ['video'], out, fileName: name })
    } finally {
      await session.close()
    }
  },
}
