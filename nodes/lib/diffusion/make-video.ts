import { createHash } from 'node:crypto'
import path from 'node:path'
import { latentSize } from '../../../models/networks/latent-size'
import type { DenoiseState, DenoiseView } from '../../../models/pipelines/denoise-windows'
import { mmHaaLatents, type Portrait } from '../../../models/pipelines/mm-haa'
import type { Network } from '../../../models/runtime/network'
import { contextWindows } from '../../../models/schedulers/context-windows'
import { ddim } from '../../../models/schedulers/ddim'
import { dpmSolver } from '../../../models/schedulers/dpm-solver'
import { alphasCumprod } from '../../../models/schedulers/noise-schedule'
import { type NoiseSource, seededNoise } from '../../../models/schedulers/seeded-noise'
import { canonicalJson } from '../../core/canonical'
import type { NodeContext } from '../../core/define-node'
import { StudioError } from '../../core/errors'
import type { VideoValue } from '../../core/values'
import { shownVideo } from '../media/preview'
import { advised } from './advise'
import { Checkpoint } from './checkpoint'
import { decodedVideo } from './decoded-video'
import { align, pipelineInputs, type Sources } from './inputs'
import { KeptSteps } from './kept-steps'
import type { LatentColours } from './latent-colours'
import { LivePlan } from './live-plan'
import { openVideoNetworks, type Place, type VideoNetworks, type VideoSize } from './open-networks'
import { sketches } from './sketch'
import { approximations, rowsNeeded, type StepSettings, type Stepwise, sayChanges } from './step-plan'

export interface DiffusionSettings extends Stepwise {
  steps: number
  seed: number
  scheduler: 'ddim' | 'dpm++'
  fullSlot: 'lips' | 'hands'
  window: number
  overlap: number
  windows: 'closed' | 'open'
  /** Instead of the seed's own. */
  noise?: NoiseSource
}

/** Numbers of a pixel of latents. */
const CHANNELS = 4
/** Of prepared windows: no more than this, and than this share of what networks may take of the memory. */
const [KEEP_BYTES, KEEP_SHARE] = [2e9, 1 / 8]
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
  place: Place,
  sources: Sources & { audio?: VideoValue['audio'] },
  { seen, colours }: SeenPortrait,
  size: VideoSize,
  settings: DiffusionSettings,
): Promise<VideoValue> {
  const aligned = align(sources)
  for (const note of aligned.notes) ctx.warn(note)
  const approximate = approximations(settings)
  if (approximate.length > 0) ctx.warn(`Approximate: ${approximate.join(', ')}.`)
  const { frames, fps } = aligned
  const inputs = pipelineInputs(sources, seen, aligned, size, settings.fullSlot)
  const layout = { size: settings.window, overlap: settings.overlap, closed: settings.windows === 'closed' }
  const windows = contextWindows(frames, layout)
  const plan = new LivePlan(settings, ctx.live)
  const networks = await openVideoNetworks(ctx, place, {
    ...size,
    frames: windows[0].length,
    rows: rowsNeeded(plan.steps()),
  })
  const { audioInputs } = networks
  if (inputs.isSilent) inputs.speech = () => new Float32Array(audioInputs)
  else checkSpeech(await inputs.speech(0), audioInputs)
  const checkpoints = checkpointsOf(ctx, place, settings, latentNumbers(frames, size))
  const checkpoint = checkpoints(plan.steps())
  const denoised = denoise(ctx, networks, inputs, {
    ...settings,
    windows,
    plan,
    checkpoint,
    kept: new KeptSteps((steps) => checkpoints(steps, 'kept')),
    place,
    colours,
  })
  const latents = await advised(denoised, place, size, windows[0].length)
  // From here on the job is one of the params it was tuned to, also when it has to be tried again.
  const settled = checkpoints(plan.steps())
  if (Object.keys(plan.changed()).length > 0)
    await settled.write({ done: settings.steps, latents }, { run: ctx.run })
  ctx.live.settle(plan.changed())
  const changes = sayChanges(plan.now())
  if (changes.length > 0) ctx.warn(`Changed on the way: ${changes.join(', ')} of ${settings.steps}.`)
  const video = decodedVideo(networks.vaeDecoder, latents, {
    ...{ ...size, frames, fps, signal: ctx.signal },
    onFrame: (done) =>
      ctx.progress(DENOISING + ((1 - DENOISING) * done) / frames, `Decoding frame ${done} of ${frames}`),
  })
  ctx.afterwards(async () => {
    await checkpoint.remove()
    await settled.remove()
  })
  const { audio } = sources
  return shownVideo(ctx, { ...video, audio, chunk: (index) => advised(video.chunk(index), place, size) })
}

/** Where the states of jobs lie whose steps are told the same. Another device or precision gives other numbers. */
function checkpointsOf(
  ctx: NodeContext,
  { host, dtype }: Place,
  settings: DiffusionSettings,
  latents: number,
): (steps: readonly StepSettings[], kind?: 'kept') => Checkpoint {
  const { guidance, motionScaleFull, motionScaleFace, motionScaleLips, changes, ...rest } = settings
  const { guideFrom, guideTo, unconditionalEvery, noise, ...same } = rest
  const work = ctx.keyOf(same)
  return (steps, kind) => {
    const key = createHash('sha256').update(canonicalJson({ work, steps })).digest('hex')
    return new Checkpoint(
      path.join(ctx.machine.folder, 'latents'),
      `${key}-${host.device}-${dtype}`,
      latents,
      kind,
    )
  }
}

function checkSpeech({ length }: Float32Array, wanted: number): void {
  if (length === wanted) return
  throw new StudioError(
    'speech/kind',
    `The audio projection reads ${wanted} numbers of a frame and its neighbours; the lip features have ${length}.`,
    { hint: 'Take the audio encoder and the diffusion networks from one pack.' },
  )
}

function latentNumbers(frames: number, size: VideoSize): number {
  const { width, height } = latentSize(size)
  return frames * CHANNELS * width * height
}

interface Denoising extends Omit<DiffusionSettings, 'windows'> {
  windows: number[][]
  plan: LivePlan<DiffusionSettings>
  checkpoint: Checkpoint
  kept: KeptSteps
  place: Place
  colours: LatentColours
}

async function denoise(
  ctx: NodeContext,
  networks: VideoNetworks,
  inputs: Parameters<typeof mmHaaLatents>[1],
  settings: Denoising,
): Promise<Float32Array> {
  const { frames } = inputs
  const { checkpoint, kept, windows, steps, place, plan } = settings
  const alphas = alphasCumprod()
  const make = settings.scheduler === 'ddim' ? ddim : dpmSolver
  const sampler = make({ alphas, steps, prediction: 'velocity', spacing: 'trailing' })
  await checkpoint.tidy()
  const state = await whereToBegin(ctx, settings)
  const noise = settings.noise ?? seededNoise(settings.seed)
  const latents = state?.latents ?? noise(latentNumbers(frames, inputs))
  const sketch = sketches(ctx, { frames, ...latentSize(inputs) }, settings.colours)
  const keeps = plan.steps().some(({ rows }) => rows === 'kept')
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
      tell() // a step that is named begins where the one before is on disk
      const result = await network.run(...call)
      windowsDone++
      await sketch.next()
      return result
    },
  })
  const { step, conditionalStep } = networks
  const counting = {
    ...networks,
    step: counted(step),
    conditionalStep: conditionalStep && counted(conditionalStep),
  }
  return mmHaaLatents(counting, inputs, {
    ...{ sampler, windows, state, latents },
    guidance: (step) => plan.at(step).guidance,
    rowsOf: (step) => plan.at(step).rows,
    motionScale: (step) => plan.at(step).motionScale,
    maskLevels: networks.maskLevels,
    keepBytes: Math.min(KEEP_BYTES, ctx.machine.memoryBytes.cpu * KEEP_SHARE),
    signal: ctx.signal,
    async onStep(after: DenoiseState, view: DenoiseView) {
      checkNumbers(after.latents, place)
      const state = keeps ? after : { ...after, unconditional: undefined }
      await checkpoint.write(state, { run: ctx.run, history: plan.history() })
      await kept.keep(state, plan.steps(), plan.now())
      await sketch.after(view, alphas[view.t])
    },
  })
}

/** Where the job was stopped, or what an earlier run has kept of it, if that is further on. */
async function whereToBegin(
  ctx: NodeContext,
  { checkpoint, kept, plan, steps }: Denoising,
): Promise<DenoiseState | undefined> {
  const stored = await checkpoint.read()
  const isOurs = stored && (stored.run === ctx.run || (!ctx.fresh && !stored.history))
  if (isOurs && stored.history) plan.restore(stored.history)
  const stopped = isOurs ? stored.state : undefined
  const before = ctx.fresh ? undefined : await kept.latest(plan.steps(), stopped?.done ?? 0)
  if (before) ctx.warn(`The first ${before.done} of ${steps} steps are those of an earlier run.`)
  else if (stopped) ctx.warn(`It went on after step ${stopped.done} of ${steps}, where it was stopped.`)
  return before ?? stopped
}

function checkNumbers(latents: Float32Array, { dtype }: Place): void {
  if (latents.every(Number.isFinite)) return
  throw new StudioError('pack/weights', 'The networks gave values that are not numbers.', {
    hint:
      dtype === 'float16'
        ? 'Set the precision to float32, or check the weights: mmgt models verify.'
        : 'Their weights are damaged: mmgt models verify says more.',
  })
}
