import type { PoseValue } from '../../core/values'
import { seamScore } from '../pose/seam-score'
import { type Row, row } from './row'

export function seamRows(
  pose: PoseValue,
  { seamEvery, seamLength }: { seamEvery: number; seamLength: number },
): Row[] {
  const count = Math.floor(Math.max(0, pose.frames - 1) / seamEvery)
  const seams = Array.from({ length: count }, (_, i) => (i + 1) * seamEvery)
  const score = seamScore(pose, seams, seamLength)
  const times = 'Largest jump at a seam, divided by that of other places as long; 1 is as elsewhere'
  return [
    row('seams', 'pose', score?.seams ?? null, 'seams'),
    row('velocity jump at seams', 'pose', score?.velocity ?? null, '×', times, 'lower'),
    row('acceleration jump at seams', 'pose', score?.acceleration ?? null, '×', times, 'lower'),
    row(
      'chance of seams',
      'pose',
      score?.p ?? null,
      '0…1',
      'How often other places, drawn at random, jump as much; below 0.05 the seams show',
      'higher',
    ),
  ]
}
