import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { socket } from '../core/sockets'
import type { TableValue, VideoValue } from '../core/values'

export const videoCompare = defineNode({
  id: 'video/compare',
  version: 2,
  title: 'Compare',
  summary: 'Two videos in step: a slider between them, side by side, or their difference, with figures.',
  docs: [
    'The card plays both videos by the one transport. Drag the line (or press the arrow keys on it) to move the border',
    'between A and B.',
    '',
    'The time is that of A: with each frame of A goes the frame of B that is on the screen at that moment. B is scaled to',
    'the size of A (bicubic). Only the common length is measured. The figures say so.',
    '',
    '- *mean difference*: mean of |A − B| over pixels, channels and frames, 0–255.',
    '- *PSNR*: 10 · log₁₀(255² / mean of (A − B)²), in dB; empty when the videos are equal.',
    '- *SSIM*: structural similarity of the brightness in windows of 8 × 8 pixels every 4 pixels (Wang et al. 2004),',
    '  mean over windows and frames; 1 for equal videos.',
    '- *differs first at frame*: counted from 0; empty when no channel of any pixel differs by more than the tolerance.',
    '- *motion*: mean of |frame − frame before|, for each video.',
  ].join('\n'),

  inputs: { a: socket('video', 'A', 'The time and size of this one hold'), b: socket('video', 'B') },
  outputs: { table: socket('table', 'Figures') },
  measures: { A: ['a'], B: ['b'] },
  params: z.object({
    tolerance: z
      .int()
      .min(0)
      .max(255)
      .default(0)
      .describe(
        'A frame counts as different when a channel of a pixel differs by more than this many levels',
      ),
  }),
  ui: { widgets: { tolerance: { widget: 'number', unit: 'levels', step: 1 } } },

  async run(ctx, { inputs: { a, b }, params }) {
    const { compareVideos } = await import('../lib/media/compare-videos')
    const { previews } = await import('../lib/media/preview')
    const show = previews(ctx)
    const comparison = await compareVideos(a, b, {
      tolerance: params.tolerance,
      signal: ctx.signal,
      onFrame: (done, of) => ctx.progress(done / of, `${done} of ${of} frames`),
      onPair: (frame, _, index) =>
        show(() => ({ width: a.width, height: a.height, channels: 3, data: frame }), index),
    })
    for (const sentence of differences(a, b)) ctx.warn(sentence)
    const { COLUMNS } = await import('../lib/measure/row')
    const { pairRows, sideRows } = await import('../lib/measure/comparison-rows')
    const table: TableValue = {
      columns: [...COLUMNS],
      rows: [...pairRows(comparison), ...sideRows('A', a), ...sideRows('B', b)],
    }
    return { table }
  },
})

/** What the videos do not have in common, and what was done about it. */
function differences(a: VideoValue, b: VideoValue): string[] {
  const said: string[] = []
  if (a.width !== b.width || a.height !== b.height) {
    said.push(`B was scaled from ${b.width} × ${b.height} to the ${a.width} × ${a.height} of A.`)
  }
  if (a.fps !== b.fps)
    said.push(`B has ${b.fps} frames a second, A ${a.fps}; they were compared at the times of A.`)
  const [secondsA, secondsB] = [a.frames / a.fps, b.frames / b.fps]
  if (Math.abs(secondsA - secondsB) > 0.5 / a.fps) {
    said.push(
      `A lasts ${secondsA.toFixed(2)} s, B ${secondsB.toFixed(2)} s; only the common length was compared.`,
    )
  }
  return said
}
