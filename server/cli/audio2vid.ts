import { choiceFlag, type Flags, numberFlag } from './flags'
import type { Command } from './main'
import { type MotionInput, makeVideo, type VideoCommand } from './make-video'
import { gesturesFor } from './rows-heard'
import { type EdgeSpecs, findFirstPose, type NodeSpecs, noteUnused, VIDEO_FLAGS } from './video-command'

const flags: Flags = {
  ...VIDEO_FLAGS,
  audio_path: { type: 'string', value: 'FILE', help: 'speech: wav, mp3, m4a, ogg, flac, webm' },
  gestures: {
    type: 'string',
    value: 'NAME',
    help: 'smga (needs the pack mmgt-official) or procedural (default: smga)',
  },
  use_motion_selection: { type: 'boolean', help: 'choose among five motions (smga)' },
  feature_type: {
    type: 'string',
    value: 'NAME',
    help: 'what the network of smga reads: wavlm or baseline (default: wavlm)',
  },
}

/** As the original draws. */
const CANDIDATES = 5

const plan: VideoCommand['plan'] = (values, _renderer, _portrait, reporter) => {
  const gestures = choiceFlag(values, 'gestures', ['smga', 'procedural'], 'smga')
  const motionKind = choiceFlag(values, 'feature_type', ['wavlm', 'baseline'], 'wavlm')
  const seed = numberFlag(values, 'seed', { min: 0, max: 2 ** 31 - 1, integer: true, fallback: 42 })
  const fps = numberFlag(values, 'fps', { min: 12, max: 60 })
  if (gestures === 'procedural')
    noteUnused(values, ['use_motion_selection', 'feature_type'], 'applies to --gestures smga', reporter)
  const candidates = values.use_motion_selection === true ? CANDIDATES : 1
  return {
    instead:
      'add --gestures procedural --renderer warp, and --first_pose FILE.json when none lies beside the portrait',
    async make(input) {
      const { nodes, edges } = await withFirstPose(input)
      nodes.speech = ['input/audio', { asset: (await input.assets.import(input.source)).id }]
      edges.push(['firstPose.pose', 'gestures.firstPose'])
      if (gestures === 'procedural') {
        nodes.gestures = ['pose/procedural', { seed, fps: fps ?? 25 }]
        edges.push(['speech.audio', 'gestures.audio'])
        return { nodes, edges, pose: 'gestures.pose', sound: 'speech.audio', fps: fps ?? 25 }
      }
      const { pack, frames } = input
      const cut = frames === undefined ? undefined : gesturesFor(frames, fps ?? 25)
      nodes.features = ['audio/encoder', { motionKind, pack, ...(cut && { frames: cut.rows }) }]
      nodes.gestures = ['pose/smga', { seed, candidates, pack, ...(cut && { frames: cut.gestures }) }]
      edges.push(['speech.audio', 'features.audio'], ['features.motion', 'gestures.speech'])
      if (fps === undefined || fps === 25)
        return { nodes, edges, pose: 'gestures.pose', sound: 'speech.audio' }
      nodes.speed = ['pose/resample', { fps }]
      edges.push(['gestures.pose', 'speed.pose'])
      return { nodes, edges, pose: 'speed.pose', sound: 'speech.audio' }
    },
  }
}

/** The first pose from its file, or detected in the portrait. */
async function withFirstPose({ values, portrait, pack, assets }: MotionInput) {
  const nodes: NodeSpecs = {}
  const edges: EdgeSpecs = []
  const file = findFirstPose(values, portrait)
  if (file === undefined) {
    nodes.firstPose = ['pose/detect', { pack }]
    edges.push(['portrait.image', 'firstPose.image'])
  } else {
    nodes.firstPose = ['input/pose', { asset: (await assets.import(file)).id }]
  }
  return { nodes, edges }
}

export const audio2vid: Command = {
  usage: 'audio2vid --image_path FILE --audio_path FILE --out_dir DIR [flags]',
  summary: 'A portrait and a speech track become a video: <out_dir>/<portrait>_<audio>.mp4.',
  flags,
  execute: (input) => makeVideo(input, { flags, source: 'audio_path', diffusionFlags: [], plan }),
}
