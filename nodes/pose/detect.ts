import { z } from 'zod'
import { defineNode, type NodeContext } from '../core/define-node'
import { StudioError } from '../core/errors'
import { optional, socket } from '../core/sockets'
import { chunkCount, chunkRange, type ImageValue, POSE_STRIDE, type VideoValue } from '../core/values'

/** Of a pose that is found in a picture. */
const IMAGE_FPS = 25

/** Seconds that somebody may be out of sight before another person is chosen. */
const PATIENCE_SECONDS = 0.5

const params = z.object({
  person: z
    .enum(['best', 'largest', 'position'])
    .default('best')
    .describe(
      'Of several people: the surest find, as the original; the largest; or one by place from the left',
    ),
  position: z
    .int()
    .min(1)
    .max(10)
    .default(1)
    .describe('Which one from the left, 1 being the leftmost; for person: position'),
  minScore: z
    .number()
    .min(0.1)
    .max(1)
    .default(0.3)
    .describe('How sure the detector must be that it sees a person'),
  pack: z.string().min(1).max(63).default('mmgt-official').describe('Model pack with the networks'),
})

type Params = z.infer<typeof params>

export const poseDetect = defineNode({
  id: 'pose/detect',
  version: 1,
  title: 'Detect pose',
  summary: 'Finds the keypoints of a person in a picture or a video.',
  docs:
    'DWPose: one network finds people, another the 134 points of body, feet, face and hands of one of them. A picture ' +
    'gives a pose of one frame, ready as the first pose of gestures; a video gives a motion with its frame rate. ' +
    'Points are in pixels of the picture; a point that is hardly seen keeps its low score, and below 0.3 it counts as ' +
    'not visible everywhere.\n\n' +
    'Of several people one is chosen in the first frame that shows any, and followed: the box nearest to the last ' +
    'one, unless it is further off than the person is large. While there is none, the last place is looked at; after ' +
    'half a second somebody is chosen anew. Nothing is smoothed.\n\n' +
    'Where nobody was ever found the whole picture is taken for the person, as in the original, and the node says so: ' +
    'the points are then a guess.',

  inputs: {
    image: optional('image', 'Image', 'A picture; connect this or the video'),
    video: optional('video', 'Video', 'A video; connect this or the image'),
  },
  outputs: {
    pose: socket('pose', 'Pose', 'On a canvas of the size of the picture'),
    people: optional('integer', 'People', 'How many were found; in a video, most at once'),
  },
  params,
  ui: {
    widgets: {
      person: { widget: 'select' },
      position: { widget: 'slider', step: 1, label: 'Place from the left' },
      minScore: { widget: 'slider', step: 0.05, label: 'Least score', advanced: true },
      pack: { widget: 'text', advanced: true },
    },
  },
  resource: 'model',
  weights: () => ['person-detector', 'keypoint-detector'],
  countingParams({ pack: _, ...rest }) {
    return rest.person === 'position' ? rest : { ...rest, position: 1 }
  },
  facts({ inputs: { image, video } }) {
    const { width, height, fps = IMAGE_FPS, frames = 1 } = video ?? image ?? {}
    const isKnown = image !== undefined || (video?.frames !== undefined && video.fps !== undefined)
    return { pose: { width, height, ...(isKnown && { fps, frames }) } }
  },

  async run(ctx, { inputs: { image, video }, params }) {
    const pictures = picturesOf(image, video)
    const { PoseDetector } = await import('../lib/person/detect-pose')
    const { skeletonPicture } = await import('../lib/pose/skeleton-picture')
    const { previews } = await import('../lib/media/preview')
    const show = previews(ctx)
    const { width, height, fps, frames } = pictures
    const detector = await PoseDetector.open(ctx, {
      rule: params.person === 'position' ? { person: 'position', position: params.position } : params,
      minScore: params.minScore,
      patience: Math.round(PATIENCE_SECONDS * fps),
    })
    const data = new Float32Array(frames * POSE_STRIDE)
    const seen = { frames, nobody: 0, kept: 0, people: 0 }
    let frame = 0
    for await (const picture of pictures.each()) {
      ctx.signal.throwIfAborted()
      const { points, how, people } = await detector.next(picture)
      data.set(points, frame * POSE_STRIDE)
      if (how !== 'found') seen[how]++
      seen.people = Math.max(seen.people, people)
      await show(() => skeletonPicture(points, width, height), frame)
      ctx.progress(++frame / frames, frames > 1 ? `Frame ${frame} of ${frames}` : undefined)
    }
    warnOf(ctx, seen, params)
    return { pose: { fps, width, height, frames, data }, people: seen.people }
  },
})

/** The pictures of whichever input is connected, one after another. */
function picturesOf(image: ImageValue | undefined, video: VideoValue | undefined) {
  if (image && video) {
    throw new StudioError(
      'graph/two-connected',
      'Detect pose looks at an image or at a video, not at both.',
      {
        hint: 'Disconnect one of them.',
      },
    )
  }
  if (image) {
    const { width, height } = image
    return {
      width,
      height,
      fps: IMAGE_FPS,
      frames: 1,
      each: async function* () {
        yield image
      },
    }
  }
  if (video) {
    const { width, height, fps, frames } = video
    return { width, height, fps, frames, each: () => framesOf(video) }
  }
  throw new StudioError('graph/nothing-connected', 'Detect pose has nothing to look at.', {
    hint: 'Connect an image or a video.',
  })
}

async function* framesOf(video: VideoValue) {
  const { width, height } = video
  const size = width * height * 3
  for (let c = 0; c < chunkCount(video.frames); c++) {
    const { start, end } = chunkRange(c, video.frames)
    const chunk = await video.chunk(c)
    for (let i = 0; i < end - start; i++)
      yield { width, height, channels: 3, data: chunk.subarray(i * size, (i + 1) * size) }
  }
}

interface Seen {
  frames: number
  nobody: number
  kept: number
  /** Most at once. */
  people: number
}

function warnOf(ctx: NodeContext, { frames, nobody, kept, people }: Seen, { person }: Params): void {
  const where = (count: number) => (frames === 1 ? '' : ` in ${count} of ${frames} frames`)
  if (nobody > 0)
    ctx.warn(
      `Nobody was found${where(nobody)}; the whole picture was taken for the person there, as the original does.`,
    )
  if (kept > 0)
    ctx.warn(`The person was not found${where(kept)}; the place where they were last was looked at.`)
  if (people > 1 && person !== 'position')
    ctx.warn(`${people} people were found; the ${person === 'best' ? 'surest' : 'largest'} one was taken.`)
}
