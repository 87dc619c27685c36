import { z } from 'zod'
import { defineNode, type NodeContext } from '../core/define-node'
import { StudioError } from '../core/errors'
import { optional, socket } from '../core/sockets'
import {
  type AudioValue,
  audioSeconds,
  chunkCount,
  type PoseValue,
  type TableValue,
  type VideoValue,
} from '../core/values'
import type { MetricRegion, RegionMotion } from '../lib/pose/metrics'

type Row = { metric: string; region: string; value: number | null; unit: string; note: string }

export const videoMetrics = defineNode({
  id: 'video/metrics',
  version: 2,
  title: 'Measure',
  summary:
    'Measures a motion or a video: how much moves, how smoothly, and whether it is in time with the speech.',
  docs:
    'Connect a pose for the motion, audio as well for beat alignment and lips, a video for its pictures; what is not ' +
    'connected is left out. A value that cannot be measured stays empty.\n\n' +
    'Speeds are in shoulder widths per second, so persons and canvases can be compared. *Beat alignment* is the mean ' +
    'of exp(−d²/2σ²) over events, d the distance to the nearest beat, σ = 0.1 s. Dense beats score high by chance; ' +
    'the control shifts the sound against the motion 400 times, and z tells how far the true score stands out. A ' +
    'single short clip proves little: z above 2 is a hint, pool several.\n\n' +
    '*Pose error* says how well a video follows its pose: connect the driving pose, and as *detected* what Detect pose ' +
    'finds in the video. Points visible in both are compared, scaled to the canvas of the driving pose, each frame with ' +
    'the nearest in time.',

  inputs: {
    video: optional('video', 'Video', 'For its size, length and the change between its frames'),
    pose: optional('pose', 'Pose', 'For all motion'),
    detected: optional('pose', 'Detected pose', 'Found in the result, for its distance from the pose'),
    audio: optional('audio', 'Audio', 'For alignment and lips; without it the sound of the video is taken'),
  },
  outputs: { table: socket('table', 'Figures') },
  params: z.object({
    prominence: z
      .number()
      .min(0.01)
      .max(2)
      .default(0.1)
      .describe('How far the speed of a wrist must drop and rise again to count as a beat'),
    lowPass: z
      .number()
      .min(1)
      .max(12)
      .default(5)
      .describe('Low-pass of wrists in the jitter-robust form of the alignment'),
    seamEvery: z
      .int()
      .min(0)
      .max(100_000)
      .default(0)
      .describe(
        'Where the motion was put together: at every so many frames, 0 = nowhere. SMGA’s windows begin every 80 − overlap frames',
      ),
    seamLength: z
      .int()
      .min(1)
      .max(1000)
      .default(1)
      .describe('Frames of a seam: the overlap of windows, 1 for a cut'),
  }),
  ui: {
    widgets: {
      prominence: { widget: 'number', unit: 'shoulder widths/s', step: 0.01, advanced: true },
      lowPass: { widget: 'number', unit: 'Hz', step: 0.5, advanced: true },
      seamEvery: { widget: 'number', unit: 'frames', label: 'Seam every', advanced: true },
      seamLength: { widget: 'number', unit: 'frames', label: 'Length of a seam', advanced: true },
    },
  },

  async run(ctx, { inputs: { video, pose, detected, audio: connected }, params }) {
    if (!video && !pose && !connected) {
      throw new StudioError('graph/nothing-connected', 'Measure has nothing to measure.', {
        hint: 'Connect a video, a pose or audio.',
      })
    }
    if (detected && !pose) {
      throw new StudioError(
        'graph/nothing-connected',
        'There is no pose to compare the detected pose with.',
        {
          hint: 'Connect the pose that the video was made from.',
        },
      )
    }
    const audio = connected ?? video?.audio
    const rows: Row[] = []
    if (video) rows.push(...(await videoRows(ctx, video)))
    if (pose) rows.push(...(await motionRows(ctx, pose)))
    if (pose && detected) rows.push(...(await errorRows(ctx, pose, detected)))
    if (pose && params.seamEvery > 0) rows.push(...(await seamRows(pose, params)))
    ctx.signal.throwIfAborted()
    if (audio) rows.push(...(await soundRows(ctx, audio, pose, params)))
    ctx.progress(1)
    const table: TableValue = {
      columns: ['metric', 'region', 'value', 'unit', 'note'],
      rows: rows.map((r) => ({ ...r })),
    }
    return { table }
  },
})

const row = (metric: string, region: string, value: number | null, unit: string, note = ''): Row => ({
  metric,
  region,
  value: value !== null && Number.isFinite(value) ? value : null,
  unit,
  note,
})

async function videoRows(ctx: NodeContext, video: VideoValue): Promise<Row[]> {
  const { width, height, frames, fps } = video
  return [
    row('width', 'video', width, 'px'),
    row('height', 'video', height, 'px'),
    row('frame rate', 'video', fps, 'fps'),
    row('frames', 'video', frames, 'frames'),
    row('duration', 'video', frames / fps, 's'),
    row(
      'frame difference',
      'video',
      await meanFrameDifference(ctx, video),
      'levels',
      'Mean absolute difference of successive frames over all pixels and channels, 0–255',
    ),
  ]
}

async function meanFrameDifference(ctx: NodeContext, video: VideoValue): Promise<number | null> {
  const size = video.width * video.height * 3
  let before: Uint8Array | undefined
  let sum = 0
  const chunks = chunkCount(video.frames)
  for (let c = 0; c < chunks; c++) {
    ctx.signal.throwIfAborted()
    ctx.progress((0.7 * c) / chunks, 'Comparing frames')
    const chunk = await video.chunk(c)
    for (let at = 0; at + size <= chunk.length; at += size) {
      const frame = chunk.subarray(at, at + size)
      if (before) {
        let difference = 0
        for (let i = 0; i < size; i++) difference += Math.abs(frame[i] - before[i])
        sum += difference / size
      }
      before = frame
    }
  }
  return video.frames > 1 ? sum / (video.frames - 1) : null
}

const REGION_TITLES = {
  body: 'body',
  head: 'head',
  leftArm: 'left arm',
  rightArm: 'right arm',
  leftHand: 'left hand',
  rightHand: 'right hand',
  lips: 'lips',
  brows: 'brows',
  eyes: 'eyes',
} as const

async function motionRows(ctx: NodeContext, pose: PoseValue): Promise<Row[]> {
  const { armBalance, medianUnit, METRIC_REGIONS, regionMotion } = await import('../lib/pose/metrics')
  const unit = medianUnit(pose)
  const motions: { region: MetricRegion; motion: RegionMotion }[] = []
  for (const region of METRIC_REGIONS) {
    await new Promise((resolve) => setTimeout(resolve, 0)) // a cancel gets its turn
    ctx.signal.throwIfAborted()
    motions.push({ region, motion: regionMotion(pose, region, unit) })
  }
  const of = (region: MetricRegion) => motions.find((m) => m.region === region)!.motion
  const against = (region: MetricRegion) =>
    region === 'leftHand' || region === 'rightHand'
      ? 'fingers against their wrist'
      : region === 'lips' || region === 'brows' || region === 'eyes'
        ? 'against the skull: shift, turn in the plane and size removed'
        : 'against the canvas'
  return [
    row('frames', 'pose', pose.frames, 'frames'),
    row('duration', 'pose', pose.frames / pose.fps, 's'),
    row('shoulder width', 'pose', unit, 'px', 'Median over frames; the unit of the rows below'),
    ...motions.flatMap(({ region, motion }) => [
      row(
        'motion amount',
        REGION_TITLES[region],
        motion.amount,
        'shoulder widths',
        `Root mean square distance from the mean place, ${against(region)}`,
      ),
      row(
        'mean speed',
        REGION_TITLES[region],
        motion.speed,
        'shoulder widths/s',
        `Path length per second, ${against(region)}`,
      ),
      row(
        'peak speed',
        REGION_TITLES[region],
        motion.peak,
        'shoulder widths/s',
        'Fastest point from one frame to the next',
      ),
      row(
        'jitter',
        REGION_TITLES[region],
        motion.highShare,
        'share',
        'Energy of the velocity above 8 Hz, by Welch’s method; limbs stay below 0.01',
      ),
      row(
        'mean jerk',
        REGION_TITLES[region],
        motion.jerk,
        'shoulder widths/s³',
        'Mean length of the third difference',
      ),
    ]),
    row(
      'left–right balance',
      'arms',
      armBalance(of('rightArm'), of('leftArm')),
      '−1…1',
      '(right − left) / (right + left) of the mean speeds',
    ),
  ]
}

async function seamRows(
  pose: PoseValue,
  { seamEvery, seamLength }: { seamEvery: number; seamLength: number },
): Promise<Row[]> {
  const { seamScore } = await import('../lib/pose/seam-score')
  const count = Math.floor(Math.max(0, pose.frames - 1) / seamEvery)
  const seams = Array.from({ length: count }, (_, i) => (i + 1) * seamEvery)
  const score = seamScore(pose, seams, seamLength)
  const times = 'Largest jump at a seam, divided by that of other places as long; 1 is as elsewhere'
  return [
    row('seams', 'pose', score?.seams ?? null, 'seams'),
    row('velocity jump at seams', 'pose', score?.velocity ?? null, '×', times),
    row('acceleration jump at seams', 'pose', score?.acceleration ?? null, '×', times),
    row(
      'chance of seams',
      'pose',
      score?.p ?? null,
      '0…1',
      'How often other places, drawn at random, jump as much; below 0.05 the seams show',
    ),
  ]
}

async function errorRows(ctx: NodeContext, pose: PoseValue, detected: PoseValue): Promise<Row[]> {
  const { medianUnit, METRIC_REGIONS } = await import('../lib/pose/metrics')
  const { commonFrames, poseError } = await import('../lib/pose/pose-error')
  const frames = commonFrames(pose, detected)
  const unit = medianUnit(pose)
  const rows = [row('frames compared', 'pose', frames, 'frames')]
  for (const region of METRIC_REGIONS) {
    ctx.signal.throwIfAborted()
    const { mean, most, found } = poseError(pose, detected, region)
    const title = REGION_TITLES[region]
    const widths = (px: number | null) => (px === null ? null : px / unit)
    rows.push(
      row(
        'pose error',
        title,
        mean,
        'px',
        'Mean distance of the detected points from the pose, on its canvas',
      ),
      row('pose error, 95 %', title, most, 'px', '95 % of the points are nearer'),
      row('relative pose error', title, widths(mean), 'shoulder widths', 'Mean distance'),
      row(
        'relative pose error, 95 %',
        title,
        widths(most),
        'shoulder widths',
        '95 % of the points are nearer',
      ),
      row('points found', title, found, 'share', 'Of the visible points of the pose, those detected, too'),
    )
  }
  return rows
}

async function soundRows(
  ctx: NodeContext,
  audio: AudioValue,
  pose: PoseValue | undefined,
  params: { prominence: number; lowPass: number },
): Promise<Row[]> {
  const { toMono } = await import('../lib/dsp/to-mono')
  const { runStepsAsync } = await import('../lib/dsp/run-steps')
  const { onsetSteps } = await import('../lib/dsp/onsets')
  const samples = toMono(audio)
  const seconds = audioSeconds(audio)
  const onsets = await runStepsAsync(onsetSteps(samples, audio.sampleRate), { signal: ctx.signal })
  const rows = [
    row('duration', 'audio', seconds, 's'),
    row('onsets', 'audio', seconds > 0 ? onsets.length / seconds : null, '1/s', 'Peaks of log-mel flux'),
  ]
  if (!pose) return rows
  const { prosodySteps, PROSODY_SAMPLE_RATE } = await import('../lib/dsp/prosody')
  const { resampleSteps } = await import('../lib/dsp/resample')
  const { shiftControl } = await import('../lib/dsp/beat-alignment')
  const { lipEnergyCorrelation, motionBeats } = await import('../lib/pose/metrics')
  const speech = await runStepsAsync(resampleSteps(samples, audio.sampleRate, PROSODY_SAMPLE_RATE), {
    signal: ctx.signal,
  })
  const { syllables } = await runStepsAsync(prosodySteps(speech), { signal: ctx.signal })
  const accents = syllables.filter((s) => s.accent).map((s) => s.onset)
  const common = Math.min(seconds, pose.frames / pose.fps)
  const within = (times: number[]) => times.filter((t) => t < common)

  const forms = [
    { name: '', beats: motionBeats(pose, { prominence: params.prominence }) },
    {
      name: `, low-passed at ${params.lowPass} Hz`,
      beats: motionBeats(pose, { prominence: params.prominence, lowPassHertz: params.lowPass }),
    },
  ]
  for (const { name, beats } of forms) {
    const motion = within(beats)
    rows.push(
      row(
        `motion beats${name}`,
        'wrists',
        common > 0 ? motion.length / common : null,
        '1/s',
        'Minima of wrist speed',
      ),
    )
    for (const [sound, times] of [
      ['onsets', within(onsets)],
      ['accents', within(accents)],
    ] as const) {
      for (const direction of ['audio-to-motion', 'motion-to-audio'] as const) {
        ctx.signal.throwIfAborted()
        const control = shiftControl(times, motion, common, direction)
        const title =
          direction === 'audio-to-motion'
            ? `beat alignment, ${sound} to motion${name}`
            : `beat alignment, motion to ${sound}${name}`
        const note = `Mean of exp(−d²/2σ²), σ 0.1 s${direction === 'motion-to-audio' ? ', as in AIST++ (Li et al. 2021)' : ', as in Bailando (Siyao et al. 2022)'}`
        rows.push(
          row(title, 'wrists', control?.score ?? null, '0…1', note),
          row(
            `${title}, control`,
            'wrists',
            control?.mean ?? null,
            '0…1',
            'Mean of 400 circular shifts of the sound',
          ),
          row(
            `${title}, control sd`,
            'wrists',
            control?.sd ?? null,
            '0…1',
            'Standard deviation of the shifts',
          ),
          row(`${title}, z`, 'wrists', control?.z ?? null, 'sd', '(score − control) / sd'),
        )
      }
    }
  }
  const lips = lipEnergyCorrelation(pose, samples, audio.sampleRate)
  rows.push(
    row(
      'lips against level',
      'lips',
      lips?.r ?? null,
      'r',
      'Pearson correlation of opening/width with RMS, at the best of ±2 frames',
    ),
    row('lips against level, lag', 'lips', lips?.lag ?? null, 'frames', 'Positive: lips late'),
  )
  return rows
}
