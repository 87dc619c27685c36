import type { NodeContext } from '../../core/define-node'
import type { PoseValue } from '../../core/values'
import { METRIC_REGIONS, type MetricRegion } from '../pose/metric-regions'
import { medianUnit } from '../pose/point-path'
import { armBalance, type RegionMotion, regionMotion } from '../pose/region-motion'
import { REGION_TITLES } from './region-titles'
import { type Row, row } from './row'

export async function motionRows(ctx: NodeContext, pose: PoseValue): Promise<Row[]> {
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
        'lower',
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
    row('duration', 'pose', pose.frames / pose.fps, 's'),
    row('frames', 'pose', pose.frames, 'frames'),
    row('shoulder width', 'pose', unit, 'px', 'Median over frames; the unit of motion and speed'),
  ]
}
