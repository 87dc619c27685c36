import { audioEncoder } from '../../nodes/audio/encoder'
import type { AnyDefinition } from '../../nodes/core/define-node'
import type { ImageValue, MaskValue, PoseValue, SpeechValue, VideoValue } from '../../nodes/core/values'
import { diffusionMmHaa } from '../../nodes/diffusion/mm-haa'
import { maskMotion } from '../../nodes/mask/motion'
import { poseDetect } from '../../nodes/pose/detect'
import { poseSmga } from '../../nodes/pose/smga'
import { runNode, testContext } from './node-context'
import { noise } from './sounds'
import { litPicture } from './tiny-pack/lit-picture'
import { tinyNetworks } from './tiny-pack/tiny-networks'

export const RATE = 16_000
const SIZE = { width: 64, height: 64 }

export const tiny = tinyNetworks()

interface Made {
  firstPose: PoseValue
  motion: SpeechValue
  lips: SpeechValue
  pose: PoseValue
  masks: MaskValue
  video: VideoValue
  warnings: string[]
}

/** A portrait and a sound through every node of both stages of the tiny pack, in as few steps as there can be. */
export async function bothStages(
  samples: Float32Array,
  {
    portrait = litPicture(90, [], 128),
    detect = {},
    networks = tiny,
    size = SIZE,
  }: { portrait?: ImageValue; detect?: object; networks?: typeof tiny; size?: typeof SIZE } = {},
): Promise<Made> {
  const warnings: string[] = []
  const run = (definition: AnyDefinition, inputs: object, params: object = {}) => {
    const ctx = testContext({ definition, networks })
    ctx.warn = (text) => void warnings.push(text)
    return runNode(definition, inputs, { ...params }, ctx)
  }
  const { pose: firstPose } = await run(poseDetect, { image: portrait }, detect)
  const audio = { sampleRate: RATE, channels: [samples] }
  const { motion, lips } = await run(audioEncoder, { audio }, { motionKind: 'wavlm' })
  const { pose } = await run(poseSmga, { speech: motion, firstPose }, { steps: 2 })
  const { mask: masks } = await run(maskMotion, { pose })
  const inputs = { portrait, pose, masks, speech: lips }
  const { video } = await run(diffusionMmHaa, inputs, { ...size, steps: 1, guidance: 1, overlap: 0 })
  return { firstPose, motion, lips, pose, masks, video, warnings }
}

/** Syllables of a sort, three a second. */
export const syllables = (seconds: number): Float32Array =>
  noise(Math.round(seconds * RATE), 7).map((hiss, n) => {
    const t = n / RATE
    return 0.3 * Math.max(0, Math.sin(2 * Math.PI * 3.1 * t)) * (0.3 * hiss + Math.sin(2 * Math.PI * 150 * t))
  })
