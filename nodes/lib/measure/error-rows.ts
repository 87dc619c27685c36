import type { NodeContext } from '../../core/define-node'
import type { PoseValue } from '../../core/values'
import { METRIC_REGIONS } from '../pose/metric-regions'
import { medianUnit } from '../pose/point-path'
import { commonFrames, poseError } from '../pose/pose-error'
import { REGION_TITLES } from './region-titles'
import { type Row, row } from './row'

export function errorRows(ctx: NodeContext, pose: PoseValue, detected: PoseValue): Row[] {
  const frames = commonFrames(pose, detected)
  const unit = medianUnit(pose)
  const rows: Row[] = []
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
        'lower',
      ),
      row('pose error, 95 %', title, most, 'px', '95 % of the points are nearer', 'lower'),
      row('relative pose error', title, widths(mean), 'shoulder widths', 'Mean distance', 'lower'),
      row(
        'relative pose error, 95 %',
        title,
        widths(most),
        'shoulder widths',
        '95 % of the points are nearer',
        'lower',
      ),
      row(
        'points found',
        title,
        found,
        'share',
        'Of the visible points of the pose, those detected, too',
        'higher',
      ),
    )
  }
  rows.push(row('frames compared', 'pose', frames, 'frames'))
  return rows
}
