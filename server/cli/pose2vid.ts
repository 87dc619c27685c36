import path from 'node:path'
import { choiceFlag, type Flags, numberFlag, required } from './flags'
import type { Command } from './main'
import { openSession } from './session'
import {
  baseName,
  buildDocument,
  type EdgeSpecs,
  findFirstPose,
  type NodeSpecs,
  needPack,
  noteUnused,
  sizeWithin,
  VIDEO_FLAGS,
  withConfig,
} from './video-command'

const flags: Flags = {
  ...VIDEO_FLAGS,
  pose_path: { type: 'string', value: 'FILE', help: 'motion: mmgt-pose/1, OpenPose JSON or MMGT .npy' },
  face_mask_path: { type: 'string', value: 'FILE', help: 'face mask video (white = inside)' },
  lips_mask_path: { type: 'string', value: 'FILE', help: 'lips mask video' },
  hands_mask_path: { type: 'string', value: 'FILE', help: 'hands mask video' },
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
    noteUnused(values, ['cfg', 'steps', 'pack', 'seed'], 'applies to --renderer diffusion', reporter)
    const fps = numberFlag(values, 'fps', { min: 1, max: 60 })
    const frames = numberFlag(values, 'L', { min: 1, max: 100_000, integer: true })
    const firstPose = findFirstPose(values, image)
    const masks = ['face', 'lips', 'hands'].filter((region) => values[`${region}_mask_path`] !== undefined)

    const session = openSession({ data: values.data as string | undefined, reporter, signal })
    try {
      const { assets } = session.data
      const portrait = await assets.import(image)
      const audio =
        typeof values.audio_path === 'string'
          ? await assets.import(path.resolve(values.audio_path))
          : undefined
      const name = `${baseName(image)}_${baseName(poseFile)}`
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
      let mask: string | undefined
      for (const region of masks) {
        const asset = await assets.import(path.resolve(values[`${region}_mask_path`] as string))
        nodes[`${region}Video`] = ['input/video', { asset: asset.id }]
        nodes[`${region}Mask`] = ['mask/from-video', { region }]
        edges.push([`${region}Video.video`, `${region}Mask.video`])
        if (mask) {
          nodes[`${region}Added`] = ['mask/combine', { op: 'union' }]
          edges.push([mask, `${region}Added.a`], [`${region}Mask.mask`, `${region}Added.b`])
          mask = `${region}Added.mask`
        } else mask = `${region}Mask.mask`
      }
      if (mask) edges.push([mask, 'render.masks'])
      await session.run(buildDocument(name, nodes, edges), { targets: ['video'], out, fileName: name })
    } finally {
      await session.close()
    }
  },
}
