import path from 'node:path'
import { type Flags, type FlagValues, numberFlag, usageError } from './flags'
import type { Command } from './main'
import { type Motion, type MotionInput, makeVideo, type VideoCommand } from './make-video'
import { type EdgeSpecs, findFirstPose, type NodeSpecs, VIDEO_FLAGS } from './video-command'

const MASKS = ['face', 'lips', 'hands'] as const
const maskFlag = (region: string) => `${region}_mask_path`

const flags: Flags = {
  ...VIDEO_FLAGS,
  pose_path: {
    type: 'string',
    value: 'FILE',
    help: 'motion: mmgt-pose/1, OpenPose JSON, MMGT .npy, or a video of drawn poses (diffusion)',
  },
  face_mask_path: {
    type: 'string',
    value: 'FILE',
    help: 'video of the face mask (diffusion; default: from the motion)',
  },
  lips_mask_path: {
    type: 'string',
    value: 'FILE',
    help: 'video of the lips mask (diffusion; default: from the motion)',
  },
  hands_mask_path: { type: 'string', value: 'FILE', help: 'video of the hands mask (diffusion)' },
  audio_path: { type: 'string', value: 'FILE', help: 'sound of the result, which lips follow (diffusion)' },
}

const plan: VideoCommand['plan'] = (values, renderer, portrait) => {
  const fps = numberFlag(values, 'fps', { min: 1, max: 60 })
  const isVideo = /\.(mp4|mov|webm|mkv|m4v|avi|gif)$/i.test(String(values.pose_path ?? ''))
  if (renderer === 'warp') checkWarp(values, portrait, isVideo)
  else checkMasks(values, isVideo)
  return {
    instead: 'add --renderer warp, with keypoints as --pose_path',
    async make(input) {
      const motion: Motion = isVideo ? await drawnMotion(input) : await keypointMotion(input, fps)
      if (renderer === 'diffusion') motion.masks = await addMasks(input, motion)
      else {
        const first = findFirstPose(values, portrait)!
        motion.nodes.firstPose = ['input/pose', { asset: (await input.assets.import(first)).id }]
      }
      if (typeof values.audio_path === 'string') {
        const asset = (await input.assets.import(path.resolve(values.audio_path))).id
        motion.nodes.speech = ['input/audio', { asset }]
        motion.sound = 'speech.audio'
      }
      return motion
    },
  }
}

function checkWarp(values: FlagValues, portrait: string, isVideo: boolean): void {
  if (isVideo) {
    throw usageError(
      `--pose_path ${values.pose_path} is a video; --renderer warp moves the portrait by keypoints.`,
      'Give the motion as .json or .npy, or use --renderer diffusion.',
    )
  }
  if (findFirstPose(values, portrait) !== undefined) return
  const { dir, name } = path.parse(portrait)
  throw usageError(
    `--first_pose is needed: there is no ${path.join(dir, `${name}.pose.json`)}.`,
    'It is the pose of the portrait (mmgt-pose/1 or OpenPose JSON).',
  )
}

/** Drawn poses say nothing of where face and lips are. */
function checkMasks(values: FlagValues, isVideo: boolean): void {
  const given = (region: string) => typeof values[maskFlag(region)] === 'string'
  const missing = ['face', 'lips'].filter((region) => !given(region))
  if (missing.length === 0 || (!isVideo && !MASKS.some(given))) return
  throw usageError(
    `${missing.map((region) => `--${maskFlag(region)}`).join(' and ')} is needed${isVideo ? ' with a video of drawn poses' : ' beside the other masks'}.`,
    isVideo
      ? 'Or give keypoints as --pose_path: masks are then made from them.'
      : 'Or leave all masks out: they are then made from the motion.',
  )
}

async function drawnMotion({ source, assets }: MotionInput): Promise<Motion> {
  const nodes: NodeSpecs = { drawn: ['input/video', { asset: (await assets.import(source)).id }] }
  return { nodes, edges: [], drawn: 'drawn.video' }
}

async function keypointMotion({ source, assets }: MotionInput, fps: number | undefined): Promise<Motion> {
  const { id, facts } = await assets.import(source)
  const nodes: NodeSpecs = { pose: ['input/pose', { asset: id }] }
  if (fps === undefined) return { nodes, edges: [], pose: 'pose.pose', fps: facts.fps }
  nodes.speed = ['pose/resample', { fps }]
  return { nodes, edges: [['pose.pose', 'speed.pose']], pose: 'speed.pose', fps }
}

/** Mask videos, each one region, put together. @returns undefined when none is given */
async function addMasks(
  { values, assets }: MotionInput,
  { nodes, edges }: Motion,
): Promise<string | undefined> {
  let all: string | undefined
  for (const region of MASKS) {
    const file = values[maskFlag(region)]
    if (typeof file !== 'string') continue
    nodes[`${region}Video`] = ['input/video', { asset: (await assets.import(path.resolve(file))).id }]
    nodes[`${region}Mask`] = ['mask/from-video', { region }]
    edges.push([`${region}Video.video`, `${region}Mask.video`])
    all = all === undefined ? `${region}Mask.mask` : combine(nodes, edges, all, region)
  }
  return all
}

function combine(nodes: NodeSpecs, edges: EdgeSpecs, before: string, region: string): string {
  nodes[`${region}Too`] = ['mask/combine', { op: 'union' }]
  edges.push([before, `${region}Too.a`], [`${region}Mask.mask`, `${region}Too.b`])
  return `${region}Too.mask`
}

export const pose2vid: Command = {
  usage: 'pose2vid --image_path FILE --pose_path FILE --out_dir DIR [flags]',
  summary: 'A portrait and a motion become a video: <out_dir>/<portrait>_<pose>.mp4.',
  flags,
  execute: (input) =>
    makeVideo(input, { flags, source: 'pose_path', diffusionFlags: ['seed', ...MASKS.map(maskFlag)], plan }),
}
