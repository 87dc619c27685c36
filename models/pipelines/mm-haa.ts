import { ModelError } from '../errors'
import { timeFeatures } from '../modules/time-embedding'
import { latentSize, PIXELS_PER_LATENT } from '../networks/latent-size'
import { fullMask, MASK_BLUR, maskPyramid } from '../networks/mask-pyramid'
import { clipInput, poseInput, vaeInput } from '../networks/picture-inputs'
import { blankPicture, type Picture } from '../pictures/picture'
import type { Network, NetworkTensor } from '../runtime/network'
import type { StopSignal } from '../stop-signal'
import type { DenoiseOptions } from './denoise-windows'
import { denoiseWindows } from './denoise-windows'
import { keptWindows } from './kept-windows'

/** The networks of stage 2, built for one size of picture and window. */
export interface MmHaaNetworks {
  clip: Network
  vaeEncoder: Network
  vaeDecoder: Network
  referenceUnet: Network
  poseGuider: Network
  audioProjection: Network
  /** Both graphs of the denoising UNet, with the window's frames as `videoFrames`. */
  conditioning: Network
  step: Network
  /** The step of the conditional row alone, where some steps ask for no more. */
  conditionalStep?: Network
}

/** Networks that look at the portrait. */
export type PortraitNetworks = Pick<MmHaaNetworks, 'clip' | 'vaeEncoder' | 'referenceUnet'>

/** What networks see in a portrait: `image` of CLIP, the banks of the reference UNet by their names, and its `latents`. */
export type Portrait = Tensors

/** What the video is made from; frames are asked for when their window comes, and may be asked for again. */
export interface MmHaaInputs {
  frames: number
  /** Pixels, multiples of 64. */
  width: number
  height: number
  portrait: Portrait
  /** Drawn as the pose guider knows poses, RGB. */
  pose(frame: number): Picture | Promise<Picture>
  /** Bright where the face is, where the lips are. */
  faceMask(frame: number): Picture | Promise<Picture>
  lipMask(frame: number): Picture | Promise<Picture>
  /** Bright where hands are; then they are heard in place of the whole picture, as in training (stage2.md §17.2). */
  handMask?(frame: number): Picture | Promise<Picture>
  /** wav2vec2's layers of the frames around this one, [window · layers · channels]. */
  speech(frame: number): Float32Array | Promise<Float32Array>
  /** Nobody speaks: `speech` gives only the size, and its tokens are zeros as in an unconditional row. */
  isSilent?: boolean
}

export interface MmHaaOptions
  extends Pick<DenoiseOptions, 'sampler' | 'windows' | 'guidance' | 'rowsOf' | 'state' | 'onStep'> {
  /** How strongly the whole picture, the face and the lips hear (stage2.md §17.1), also step by step; 1, 1, 2 unless given. */
  motionScale?: MotionScale | ((step: number) => MotionScale)
  /** Resolutions of the denoising UNet that hear speech. */
  maskLevels: number
  /** Standard normal numbers, [frames, 4, height/8, width/8]; or the latents of a checkpoint. */
  latents: Float32Array
  signal?: StopSignal
  /** Of what windows were prepared as, at most; windows beyond are prepared again in every step. */
  keepBytes?: number
}

/** Of the whole picture, the face and the lips. */
export type MotionScale = readonly [full: number, face: number, lips: number]

const MMGT_MOTION_SCALE = [1, 1, 2] as const

/** Looks at the portrait, once for all videos of its size. */
export async function lookAtPortrait(
  { clip, vaeEncoder, referenceUnet }: PortraitNetworks,
  { portrait, width, height }: { portrait: Picture; width: number; height: number },
  signal?: StopSignal,
): Promise<Portrait> {
  const pixels = clipInput(portrait)
  const side = Math.sqrt(pixels.length / 3)
  const { image } = await clip.run({ pixels: floats(pixels, [1, 3, side, side]) }, { signal })
  const picture = floats(vaeInput(portrait, width, height), [1, 3, height, width])
  const { latents } = await vaeEncoder.run({ picture }, { signal })
  numbersOf('image encoder', image)
  numbersOf('picture coder', latents)
  const banks = await referenceUnet.run({ latents, image }, { signal })
  return { ...banks, image, latents }
}

/**
 * The latents of a video (stage2.md §1 and §14): every step asks the UNet about every window. Decode them with
 * `decodeFrames`.
 *
 * Poses and speech are prepared window by window and the first windows are kept, a fixed number of them, so memory does
 * not grow with the video beyond its latents; preparing a window again costs 1 % of asking about it on a CPU.
 * @returns [frames, 4, height/8, width/8]
 */
export async function mmHaaLatents(
  networks: Omit<MmHaaNetworks, keyof PortraitNetworks | 'vaeDecoder'>,
  inputs: MmHaaInputs,
  options: MmHaaOptions,
): Promise<Float32Array> {
  const { frames } = inputs
  const { motionScale = MMGT_MOTION_SCALE, signal, latents } = options
  const { latents: _, ...seen } = inputs.portrait
  const portrait: SeenPortrait = { seen }
  const prepare = keptWindows(options.keepBytes, (window) =>
    windowInputs(networks, inputs, options, portrait, window),
  )
  const latent = latentSize(inputs)
  const channels = latents.length / frames / (latent.width * latent.height)
  return denoiseWindows(latents, frames, {
    ...options,
    async predict(x, window, t, rows, index) {
      const prepared = { ...(await prepare(window)), ...portrait.conditions }
      const poseChannels = prepared.pose.shape[1]
      const scale = typeof motionScale === 'function' ? motionScale(index) : motionScale
      const isAlone = rows !== 'both' && networks.conditionalStep !== undefined
      const step = isAlone ? networks.conditionalStep! : networks.step
      const { velocity } = await step.run(
        {
          ...(isAlone ? conditionalRow(prepared) : prepared),
          latents: floats(x, [window.length, channels, latent.height, latent.width]),
          time: floats(timeFeatures(t, poseChannels), [1, poseChannels]),
          motion_scale: floats(Float32Array.from(scale), [3]),
        },
        { signal },
      )
      return velocity.data as Float32Array
    },
  })
}

type Tensors = Record<string, NetworkTensor>

const floats = (data: Float32Array, shape: readonly number[]): NetworkTensor => ({
  dtype: 'float32',
  shape,
  data,
})

interface SeenPortrait {
  /** CLIP's token and the banks of the reference UNet. */
  seen: Tensors
  /** What the denoising UNet makes of them, the same for all windows: known after the first. */
  conditions?: Tensors
}

/** Of what cross attention to the picture gives, the conditional row, which is the last one. */
function conditionalRow(prepared: Tensors): Tensors {
  return Object.fromEntries(
    Object.entries(prepared).map(([name, tensor]) => {
      if (!name.endsWith('.image')) return [name, tensor]
      const [rows, channels] = tensor.shape
      return [name, { ...tensor, shape: [1, channels], data: tensor.data.slice((rows - 1) * channels) }]
    }),
  )
}

/** What a window's steps have in common and other windows do not. */
async function windowInputs(
  {
    poseGuider,
    audioProjection,
    conditioning,
  }: Pick<MmHaaNetworks, 'poseGuider' | 'audioProjection' | 'conditioning'>,
  inputs: MmHaaInputs,
  { maskLevels, signal }: MmHaaOptions,
  portrait: SeenPortrait,
  window: readonly number[],
): Promise<Tensors> {
  const { width, height } = inputs
  const speech = await Promise.all(window.map((frame) => inputs.speech(frame)))
  const audio = floats(joined(speech), [window.length, speech[0].length])
  const { tokens } = await audioProjection.run({ audio }, { signal })
  if (inputs.isSilent) tokens.data.fill(0 as never)
  const conditions = await conditioning.run({ ...portrait.seen, tokens }, { signal })
  const named = (isSpeech: boolean) =>
    Object.fromEntries(Object.entries(conditions).filter(([name]) => name.endsWith('.speech') === isSpeech))
  portrait.conditions ??= named(false)
  const poses: Float32Array[] = []
  for (const frame of window) {
    poses.push(poseInput(await inputs.pose(frame), width, height))
  }
  const pose = floats(joined(poses), [window.length, 3, height, width])
  const { features } = await poseGuider.run({ pose }, { signal })
  return { ...named(true), ...(await masksOf(inputs, window, maskLevels)), pose: features }
}

/** masks.l [f, 3, pixels of level l]: the full mask (or the hands), the face, the lips (stage2.md §15.1). */
async function masksOf(inputs: MmHaaInputs, window: readonly number[], levels: number): Promise<Tensors> {
  const sizes = Array.from({ length: levels }, (_, level) => {
    const shrink = PIXELS_PER_LATENT << level
    return { width: inputs.width / shrink, height: inputs.height / shrink }
  })
  const masks: Float32Array[][] = sizes.map(() => [])
  for (const frame of window) {
    const face = maskPyramid(await inputs.faceMask(frame), MASK_BLUR.face, sizes)
    const lips = maskPyramid(await inputs.lipMask(frame), MASK_BLUR.lips, sizes)
    const full = inputs.handMask
      ? maskPyramid(await inputs.handMask(frame), MASK_BLUR.lips, sizes)
      : fullMask(lips)
    for (const level of sizes.keys()) masks[level].push(full[level], face[level], lips[level])
  }
  return Object.fromEntries(
    sizes.map(({ width, height }, level) => [
      `masks.${level}`,
      floats(joined(masks[level]), [window.length, 3, width * height]),
    ]),
  )
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/**
 * The pictures of a video's latents, one after another (stage2.md §16): RGB, cut down to whole numbers as the original
 * does.
 */
export async function* decodeFrames(
  vaeDecoder: Network,
  latents: Float32Array,
  { frames, width, height }: Pick<MmHaaInputs, 'frames' | 'width' | 'height'>,
  { signal }: { signal?: StopSignal } = {},
): AsyncGenerator<Picture> {
  const size = latents.length / frames
  const { height: h, width: w } = latentSize({ width, height })
  for (let frame = 0; frame < frames; frame++) {
    const one = floats(latents.slice(frame * size, (frame + 1) * size), [1, size / (h * w), h, w])
    const { picture } = await vaeDecoder.run({ latents: one }, { signal })
    yield toPicture(numbersOf('picture decoder', picture), width, height)
  }
}

/** The values of a tensor. @throws ModelError when some are not numbers: pictures of them would be black */
function numbersOf(network: string, { data }: NetworkTensor): Float32Array {
  const values = data as Float32Array
  if (values.every(Number.isFinite)) return values
  throw new ModelError('network/output', `The ${network} gives values that are not numbers.`, {
    hint: 'Its weights are damaged (mmgt models verify), or float16 is too small for them: try float32.',
  })
}

/** Planes around -1…1 as samples. */
function toPicture(planes: Float32Array, width: number, height: number): Picture {
  const picture = blankPicture(width, height, 3)
  const area = width * height
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < 3; c++) {
      const value = Math.min(1, Math.max(0, planes[c * area + i] / 2 + 0.5))
      picture.data[3 * i + c] = Math.floor(255 * value)
    }
  }
  return picture
}
