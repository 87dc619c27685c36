import type { VideoValue } from '../../core/values'
import type { Comparison } from '../media/compare-videos'
import { type Row, row } from './row'

/** What is known of one side. */
export function sideRows(name: string, { frames, fps, width, height }: VideoValue): Row[] {
  return [
    row('frames', name, frames, 'frames'),
    row('frame rate', name, fps, 'fps'),
    row('width', name, width, 'px'),
    row('height', name, height, 'px'),
    row('duration', name, frames / fps, 's'),
  ]
}

/** What was measured between both. */
export function pairRows(found: Comparison): Row[] {
  const { psnr } = found
  const motion = 'Mean absolute difference of successive frames, 0–255'
  return [
    row('mean difference', 'A and B', found.meanAbsolute, 'levels', 'Mean of |A − B|, 0–255', 'lower'),
    row(
      'PSNR',
      'A and B',
      psnr,
      'dB',
      psnr === null ? 'Equal in all frames' : '10 · log₁₀(255² / mean of (A − B)²)',
      'higher',
    ),
    row(
      'SSIM',
      'A and B',
      found.similarity,
      '0…1',
      'Wang et al. 2004, on brightness, windows of 8 × 8',
      'higher',
    ),
    row('differs first at frame', 'A', found.firstDifferent, '', 'From 0; empty when none differs'),
    row(
      'largest difference',
      'A and B',
      found.worst.meanAbsolute,
      'levels',
      `At frame ${found.worst.frame} of A`,
      'lower',
    ),
    row('frames compared', 'A and B', found.frames, 'frames', 'The common length, by the time of A'),
    row('motion', 'A', found.motion.a, 'levels', motion),
    row('motion', 'B', found.motion.b, 'levels', `${motion}, in the frames compared`),
  ]
}
