import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { socket } from '../core/sockets'
import type { TableValue, VideoValue } from '../core/values'
import type { Comparison } from '../lib/media/compare-videos'

type Row = { metric: string; region: string; value: number | null; unit: string; note: string }

export const videoCompare = defineNode({
  id: 'video/compare',
  version: 1,
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
    const table: TableValue = {
      columns: ['metric', 'region', 'value', 'unit', 'note'],
      rows: [...pairRows(comparison), ...videoRows('A', a), ...videoRows('B', b)],
    }
    return { table }
  },
})

const row = (metric: string, region: string, value: number | null, unit: string, note = ''): Row => ({
  ...{ metric, region, value, unit, note },
})

function videoRows(name: string, { frames, fps, width, height }: VideoValue): Row[] {
  return [
    row('frames', name, frames, 'frames'),
    row('frame rate', name, fps, 'fps'),
    row('width', name, width, 'px'),
    row('height', name, height, 'px'),
    row('duration', name, frames / fps, 's'),
  ]
}

function pairRows(found: Comparison): Row[] {
  const { psnr } = found
  const motion = 'Mean absolute difference of successive frames, 0–255'
  return [
    row('mean difference', 'A and B', found.meanAbsolute, 'levels', 'Mean of |A − B|, 0–255'),
    row(
      'PSNR',
      'A and B',
      psnr,
      'dB',
      psnr === null ? 'Equal in all frames' : '10 · log₁₀(255² / mean of (A − B)²)',
    ),
    row('SSIM', 'A and B', found.similarity, '0…1', 'Wang et al. 2004, on brightness, windows of 8 × 8'),
    row('differs first at frame', 'A', found.firstDifferent, '', 'From 0; empty when none differs'),
    row(
      'largest difference',
      'A and B',
      found.worst.meanAbsolute,
      'levels',
      `At frame ${found.worst.frame} of A`,
    ),
    row('frames compared', 'A and B', found.frames, 'frames', 'The common length, by the time of A'),
    row('motion', 'A', found.motion.a, 'levels', motion),
    row('motion', 'B', found.motion.b, 'levels', `${motion}, in the frames compared`),
  ]
}

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
