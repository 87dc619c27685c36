import {
  type DwposeNetworks,
  type DwposeSizes,
  findPeople,
  findPoints,
  pictureForDwpose,
  wholePicture,
} from '../../../models/networks/dwpose'
import type { Picture } from '../../../models/pictures/picture'
import type { NetworkContext } from '../../core/define-node'
import { StudioError } from '../../core/errors'
import { POSE_STRIDE } from '../../core/values'
import { networkHost } from '../networks/network-host'
import { publishedRole } from '../networks/published-role'
import { type PersonRule, PersonTracker, type Sighting } from './person-tracker'

export interface DetectOptions {
  rule: PersonRule
  /** 0.1 … 1: how sure the detector must be that something is a person. */
  minScore: number
  /** Frames in which the person may be missing before another one is chosen. */
  patience: number
}

export interface FramePose {
  /** `[134, 3]`: x and y in pixels of the picture, score 0 … 1. */
  points: Float32Array
  how: Sighting['how']
  /** Found in this frame. */
  people: number
}

const LONGEST_ASPECT = 8

/** Finds the pose of one person in pictures that follow one another, with DWPose's two networks. */
export class PoseDetector {
  readonly #tracker: PersonTracker

  private constructor(
    private readonly networks: DwposeNetworks,
    private readonly sizes: DwposeSizes,
    private readonly options: DetectOptions,
  ) {
    this.#tracker = new PersonTracker(options.rule, options.patience)
  }

  static async open(ctx: NetworkContext, options: DetectOptions): Promise<PoseDetector> {
    const host = await networkHost(ctx)
    const { width: poseWidth, height: poseHeight } = host.config(ctx, 'keypoint-detector')
    const { side: detectorSide } = host.config(ctx, 'person-detector')
    const networks = {
      detector: await publishedRole(host, ctx, 'person-detector'),
      pose: await publishedRole(host, ctx, 'keypoint-detector'),
    }
    return new PoseDetector(networks, { detectorSide, poseWidth, poseHeight }, options)
  }

  /** @param picture RGB or RGBA, of the same size each time */
  async next(picture: Picture): Promise<FramePose> {
    checkAspect(picture)
    const seen = pictureForDwpose(picture)
    const people = await findPeople(this.networks.detector, seen, this.sizes, this.options.minScore)
    const { how, box = wholePicture(seen) } = this.#tracker.next(people)
    const points = await findPoints(this.networks.pose, seen, box, this.sizes)
    for (let i = 2; i < POSE_STRIDE; i += 3) points[i] = Math.min(1, Math.max(0, points[i]))
    return { points, how, people: people.length }
  }
}

/** The short side is brought to 512 pixels, so the long one may become long. */
function checkAspect({ width, height }: Picture): void {
  if (Math.max(width, height) <= LONGEST_ASPECT * Math.min(width, height)) return
  throw new StudioError(
    'image/shape',
    `A picture of ${width} × ${height} is too long and narrow to look for a person in.`,
    { hint: `Cut it: the long side may be ${LONGEST_ASPECT} times the short one.` },
  )
}
