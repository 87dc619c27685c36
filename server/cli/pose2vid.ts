import path from 'node:path'
import { type Flags, numberFlag } from './flags'
import type { Command } from './main'
import { makeVideo, type VideoCommand } from './make-video'
import { type EdgeSpecs, type NodeSpecs, VIDEO_FLAGS } from './video-command'

const flags: Flags = {
  ...VIDEO_FLAGS,
  pose_path: { type: 'string', value: 'FILE', help: 'motion: mmgt-pose/1, OpenPose JSON or MMGT .npy' },
  face_mask_path: { type: 'string', value: 'FILE', help: 'face mask video of --renderer diffusion' },
  lips_mask_path: { type: 'string', value: 'FILE', help: 'lips mask video of --renderer diffusion' },
  hands_mask_path: { type: 'string', value: 'FILE', help: 'hands mask video of --renderer diffusion' },
  audio_path: { type: 'string', value: 'FILE', help: 'sound of the result' },
}

const DIFFUSION_FLAGS = ['seed', 'face_mask_path', 'lips_mask_path', 'hands_mask_path']

const plan: VideoCommand['plan'] = (values) => {
  const fps = numberFlag(values, 'fps', { min: 1, max: 60 })
  const audio = values.audio_path
  return async (pose, assets) => {
    const nodes: NodeSpecs = { pose: ['input/pose', { asset: (await assets.import(pose)).id }] }
    const edges: EdgeSpecs = []
    if (fps !== undefined) {
      nodes.speed = ['pose/resample', { fps }]
      edges.push(['pose.pose', 'speed.pose'])
    }
    if (typeof audio === 'string')
      nodes.speech = ['input/audio', { asset: (await assets.import(path.resolve(audio))).id }]
    return {
      nodes,
      edges,
      pose: fps === undefined ? 'pose.pose' : 'speed.pose',
      sound: nodes.speech && 'speech.audio',
    }
  }
}

export const pose2vid: Command = {
  usage: 'pose2vid --image_path FILE --pose_path FILE --out_dir DIR [flags]',
  summary: 'A portrait and a motion become a video: <out_dir>/<portrait>_<pose>.mp4.',
  flags,
  execute: (input) => makeVideo(input, { flags, source: 'pose_path', diffusionFlags: DIFFUSION_FLAGS, plan }),
}
