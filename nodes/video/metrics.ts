import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { StudioError } from '../core/errors'
import { optional, socket } from '../core/sockets'
import type { TableValue } from '../core/values'
import type { Row } from '../lib/measure/row'

export const videoMetrics = defineNode({
  id: 'video/metrics',
  version: 3,
  title: 'Measure',
  summary:
    'Measures a motion or a video: how much moves, how smoothly, and whether it is in time with the speech.',
  docs:
    'Connect a pose for the motion, audio as well for beat alignment and lips, a video for its pictures; what is not ' +
    'connected is left out. A value that cannot be measured stays empty. With them go the time, peak memory and device ' +
    'that making it took, from the records of its jobs; what was reused says what it took when it was made.\n\n' +
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
  measures: { cost: ['video', 'pose', 'audio'] },
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
    // What says most comes first: a card shows the beginning.
    const rows: Row[] = []
    if (pose && params.seamEvery > 0) {
      const { seamRows } = await import('../lib/measure/seam-rows')
      rows.push(...seamRows(pose, params))
    }
    if (audio) {
      const { soundRows } = await import('../lib/measure/sound-rows')
      rows.push(...(await soundRows(ctx, audio, pose, params)))
    }
    if (pose && detected) {
      const { errorRows } = await import('../lib/measure/error-rows')
      rows.push(...errorRows(ctx, pose, detected))
    }
    if (pose) {
      const { motionRows } = await import('../lib/measure/motion-rows')
      rows.push(...(await motionRows(ctx, pose)))
    }
    ctx.signal.throwIfAborted()
    if (video) {
      const { videoRows } = await import('../lib/measure/video-rows')
      rows.push(...(await videoRows(ctx, video)))
    }
    ctx.progress(1)
    const { COLUMNS } = await import('../lib/measure/row')
    const table: TableValue = {
      columns: [...COLUMNS],
      rows: rows.map((r) => ({ ...r })),
    }
    return { table }
  },
})
