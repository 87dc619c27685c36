import { choiceFlag, type Flags, numberFlag } from './flags'
import type { Command } from './main'
import { makeVideo, type VideoCommand } from './make-video'
import { needPack, noteUnused, VIDEO_FLAGS } from './video-command'

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

const plan: VideoCommand['plan'] = (values, reporter) => {
  const gestures = choiceFlag(values, 'gestures', ['smga', 'procedural'], 'smga')
  if (gestures === 'smga') needPack('--gestures smga', 'add --gestures procedural --renderer warp')
  noteUnused(values, ['use_motion_selection', 'feature_type'], 'applies to --gestures smga', reporter)
  const seed = numberFlag(values, 'seed', { min: 0, max: 2 ** 31 - 1, integer: true, fallback: 42 })
  const fps = numberFlag(values, 'fps', { min: 12, max: 60, fallback: 25 })
  return async (audio, assets) => ({
    nodes: {
      speech: ['input/audio', { asset: (await assets.import(audio)).id }],
      gestures: ['pose/procedural', { seed, fps }],
    },
    edges: [
      ['speech.audio', 'gestures.audio'],
      ['firstPose.pose', 'gestures.firstPose'],
    ],
    pose: 'gestures.pose',
    sound: 'speech.audio',
  })
}

export const audio2vid: Command = {
  usage: 'audio2vid --image_path FILE --audio_path FILE --out_dir DIR [flags]',
  summary: 'A portrait and a speech track become a video: <out_dir>/<portrait>_<audio>.mp4.',
  flags,
  execute: (input) => makeVideo(input, { flags, source: 'audio_path', diffusionFlags: [], plan }),
}
