import path from 'node:path'
import type { DenoiseState, DenoiseView, StepRows } from '../../../models/pipelines/denoise-windows'
import { decodeFrames, type MotionScale, mmHaaLatents, type Portrait } from '../../../models/pipelines/mm-haa'
import type { Network } from '../../../models/runtime/network'
import { contextWindows } from '../../../models/schedulers/context-windows'
import { ddim } from '../../../models/schedulers/ddim'
import { dpmSolver } from '../../../models/schedulers/dpm-solver'
import { alphasCumprod } from '../../../models/schedulers/noise-schedule'
import { cleanOf } from '../../../models/schedulers/sampler'
import { type NoiseSource, seededNoise } from '../../../models/schedulers/seeded-noise'
import type { NodeContext } from '../../core/define-node'
import { StudioError } from '../../core/errors'
import { chunkRange, type VideoValue } from '../../core/values'
import { previews, shownVideo } from '../media/preview'
import { Checkpoint } from './checkpoint'
import { align, pipelineInputs, type Sources } from './inputs'
import { colourPicture, type LatentColours } from './latent-colours'
import { openVideoNetworks, type placeOf, type VideoNetworks, type VideoSize } from './open-networks'

export interface DiffusionSettings {
  steps: number
  guidance: number
  seed: number
  scheduler: 'ddim' | 'dpm++'
  motionScale: () => MotionScale
  fullSlot: 'lips' | 'hands'
  window: number
  overlap: number
  windows: 'closed' | 'open'
  /** Share of the steps, 0 … 1, in which guidance is on. */
  guideFrom: number
  guideTo: number
  /** The unconditional row is asked in every so many steps. */
  unconditionalEvery: number
  /** Instead of the seed's own. */
  noise?: NoiseSource
}

/** Numbers of a pixel of latents, and pixels of the picture for one of them. */
const [CHANNELS, SHRINK] = [4, 8]
/** Of the work before decoding. */
const DENOISING = 0.9

/** A portrait that was looked at, ready for videos of one size. */
export interface SeenPortrait {
  seen: Portrait
  colours: LatentColours
}

/** Makes a video: its latents here, its pictures as they are asked for. */
export async function makeVideo(
  ctx: NodeContext,
  place: Awaited<ReturnType<typeof placeOf>>,
  sources: Sources & { audio?: VideoValue['audio'] },
  { seen, colours }: SeenPortrait,
  size: VideoSize,
  settings: DiffusionSettings,
): Promise<VideoValue> {
  const aligned = align(sources)
  for (const note of aligned.notes) ctx.warn(note)
  const { frames, fps } = aligned
  const inputs = pipelineInputs(sources, seen, aligned, size, settings.fullSlot)
  const layout = { size: settings.window, overlap: settings.overlap, closed: settings.windows === 'closed' }
  const windows = contextWindows(frames, layout)
  const rowsOf = rowPlan(settings)
  const networks = await openVideoNetworks(ctx, place, {
    ...size,
    frames: windows[0].length,
    rows: rowsNeeded(rowsOf, settings.steps),
  })
  const { audioInputs } = networks
  if (inputs.isSilent) inputs.speech = () => new Float32Array(audioInputs)
  else checkSpeech(await inputs.speech(0), audioInputs)
  const checkpoint = new Checkpoint(
    path.join(ctx.machine.folder, 'latents'),
    ctx.key,
    (frames * CHANNELS * size.width * size.height) / SHRINK ** 2,
  )
  const latents = await denoise(ctx, networks, inputs, {
    ...settings,
    windows,
    rowsOf,
    checkpoint,
    place,
    colours,
  })
  const audio = sources.audio
  const video = decoded(ctx, networks, latents, { ...size, frames, fps, audio }, () => checkpoint.remove())
  return shownVideo(ctx, video)
}

function checkSpeech({ length }: Float32Array, wanted: number): void {
  if (length === wanted) return
  throw new StudioError(
    'speech/kind',
    `The audio projection reads ${wanted} numbers of a frame and its neighbours; the lip features have ${length}.`,
    { hint: 'Take the audio encoder and the diffusion networks from one pack.' },
  )
}

type RowsOf = (step: number) => StepRows

/** What each step asks. Without guidance the conditional row alone; between its limits both, or what was kept. */
export function rowPlan(
  settings: Pick<DiffusionSettings, 'steps' | 'guidance' | 'guideFrom' | 'guideTo' | 'unconditionalEvery'>,
): RowsOf {
  const { steps, guidance, guideFrom, guideTo, unconditionalEvery } = settings
  const first = Math.ceil(guideFrom * steps)
  return (step) => {
    if (guidance <= 1 || step < first || step >= guideTo * steps) return 'conditional'
    return (step - first) % unconditionalEvery === 0 ? 'both' : 'kept'
  }
}

function rowsNeeded(rowsOf: RowsOf, steps: number): 'both' | 'conditional' | 'mixed' {
  const kinds = new Set(Array.from({ length: steps }, (_, step) => rowsOf(step)))
  if (kinds.size === 1 && kinds.has('both')) return 'both'
  return kinds.has('both') ? 'mixed' : 'conditional'
}

interface Denoising extends Omit<DiffusionSettings, 'windows'> {
  windows: number[][]
  rowsOf: RowsOf
  checkpoint: Checkpoint
  place: Awaited<ReturnType<typeof placeOf>>
  colours: LatentColours
}

async function denoise(
  ctx: NodeContext,
  networks: VideoNetworks,
  inputs: Parameters<typeof mmHaaLatents>[1],
  settings: Denoising,
): Promise<Float32Array> {
  const { frames, width, height } = inputs
  const { checkpoint, windows, steps, place } = settings
  const alphas = alphasCumprod()
  const make = settings.scheduler === 'ddim' ? ddim : dpmSolver
  const sampler = make({ alphas, steps, prediction: 'velocity', spacing: 'trailing' })
  await checkpoint.tidy()
  const state = await checkpoint.read()
  if (state) ctx.warn(`It went on after step ${state.done} of ${steps}, where it was stopped.`)
  const noise = settings.noise ?? seededNoise(settings.seed)
  const latents = state?.latents ?? noise((frames * CHANNELS * width * height) / SHRINK ** 2)
  const sketch = sketches(ctx, { frames, width, height }, settings.colours)
  let windowsDone = (state?.done ?? 0) * windows.length
  const tell = () => {
    const total = steps * windows.length
    const step = Math.min(steps, Math.floor(windowsDone / windows.length) + 1)
    const part =
      windows.length > 1 ? `, window ${(windowsDone % windows.length) + 1} of ${windows.length}` : ''
    ctx.progress(
      (DENOISING * windowsDone) / total,
      `Step ${step} of ${steps}${part} · ${place.host.device}, ${place.dtype}`,
    )
  }
  const counted = (network: Network): Network => ({
    async run(...call: Parameters<Network['run']>) {
      const result = await network.run(...call)
      windowsDone++
      tell()
      await sketch.next()
      return result
    },
  })
  tell()
  const { step, conditionalStep } = networks
  const counting = {
    ...networks,
    step: counted(step),
    conditionalStep: conditionalStep && counted(conditionalStep),
  }
  const done = await mmHaaLatents(counting, inputs, {
    ...{ sampler, windows, guidance: settings.guidance, rowsOf: settings.rowsOf, state, latents },
    motionScale: settings.motionScale,
    maskLevels: networks.maskLevels,
    signal: ctx.signal,
    async onStep(after: DenoiseState, view: DenoiseView) {
      await checkpoint.write(after)
      await sketch.after(view, alphas[view.t])
    },
  })
  if (done.some((value) => !Number.isFinite(value))) {
    await checkpoint.remove()
    throw new StudioError('pack/weights', 'The networks gave values that are not numbers.', {
      hint:
        place.dtype === 'float16'
          ? 'Set the precision to float32, or check the weights: mmgt models verify.'
          : 'Their weights are damaged: mmgt models verify says more.',
    })
  }
  return done
}

/**
 * Pictures of the video while it is made: what the last step says of one frame after another, in the colours of the
 * portrait's latents.
 */
function sketches(
  ctx: NodeContext,
  { frames, width, height }: VideoSize & { frames: number },
  colours: LatentColours,
) {
  const show = previews(ctx)
  const [w, h] = [width / SHRINK, height / SHRINK]
  const size = CHANNELS * w * h
  let last: { view: DenoiseView; alpha: number } | undefined
  let frame = 0
  const next = async () => {
    if (!ctx.watched || !last) return
    const { view, alpha } = last
    const at = frame * size
    const shown = frame
    frame = (frame + 1) % frames
    await show(() => {
      const of = (all: Float32Array) => all.subarray(at, at + size)
      return colourPicture(cleanOf(of(view.x), of(view.output), alpha, 'velocity'), colours, w, h)
    }, shown)
  }
  return {
    next,
    after(view: DenoiseView, alpha: number) {
      last = { view, alpha }
      return next()
    },
  }
}

function decoded(
  ctx: NodeContext,
  { vaeDecoder }: VideoNetworks,
  latents: Float32Array,
  video: Omit<VideoValue, 'chunk'>,
  onDone: () => Promise<void>,
): VideoValue {
  const { frames, width, height } = video
  const size = latents.length / frames
  const bytes = width * height * 3
  let done = 0
  return {
    ...video,
    async chunk(index) {
      const { start, end } = chunkRange(index, frames)
      const pictures = new Uint8Array((end - start) * bytes)
      let at = 0
      const part = latents.subarray(start * size, end * size)
      const options = { frames: end - start, width, height }
      for await (const picture of decodeFrames(vaeDecoder, part, options, { signal: ctx.signal })) {
        pictures.set(picture.data, at)
        at += bytes
        done++
        ctx.progress(
          DENOISING + ((1 - DENOISING) * done) / frames,
          `Decoding frame ${Math.min(done, frames)} of ${frames}`,
        )
      }
      if (done >= frames) await onDone()
      return pictures
    },
  }
}
