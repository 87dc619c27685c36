import { audioWindow } from '../../../models/audio/audio-window'
import type { Picture } from '../../../models/pictures/picture'
import type { MmHaaInputs, Portrait } from '../../../models/pipelines/mm-haa'
import { StudioError } from '../../core/errors'
import {
  type MaskValue,
  POSE_STRIDE,
  type PoseValue,
  type SpeechValue,
  type VideoValue,
} from '../../core/values'
import { frameReader, nearestFrame } from '../media/frame-reader'
import { drawPose } from '../pose/draw'
import { checkShape } from '../warp/fit-canvas'
import type { VideoSize } from './open-networks'

export interface Sources {
  portrait: { width: number; height: number }
  pose?: PoseValue
  /** Poses that are drawn already. */
  drawn?: VideoValue
  masks: MaskValue
  speech?: SpeechValue
}

export interface Aligned {
  frames: number
  fps: number
  /** Where one ends before the others or has another rate: for the user. */
  notes: string[]
}

/**
 * How long the video is, and what is said of it: frames come from the pose, and from everything else what is nearest in
 * time; the shortest decides.
 * @throws StudioError `graph/nothing-connected`, `video/empty`
 */
export function align({ portrait, pose, drawn, masks, speech }: Sources): Aligned {
  const motion = pose ?? drawn
  if (!motion) {
    throw new StudioError('graph/nothing-connected', 'Diffusion has no motion.', {
      hint: 'Connect a pose, or a video of drawn poses.',
    })
  }
  if (pose && drawn) {
    throw new StudioError(
      'graph/two-motions',
      'Diffusion has two motions: a pose and a video of drawn poses.',
      {
        hint: 'Connect one of them only.',
      },
    )
  }
  const { fps } = motion
  const sources = [
    { name: 'the motion', frames: motion.frames, fps },
    { name: 'the masks', frames: masks.frames, fps: masks.fps },
    ...(speech ? [{ name: 'the speech', frames: speech.frames, fps: speech.fps }] : []),
  ]
  const lengths = sources.map((source) => ({
    ...source,
    frames: source.fps === fps ? source.frames : Math.round((source.frames / source.fps) * fps),
  }))
  const frames = Math.min(...lengths.map((each) => each.frames))
  if (frames < 1)
    throw new StudioError('video/empty', 'One of the inputs has no frames.', { hint: 'Connect another.' })
  const notes = sources
    .filter((source) => source.fps !== fps)
    .map(
      (source) =>
        `The rate of ${source.name} is ${source.fps} a second, that of the motion ${fps}: each frame takes what is nearest in time.`,
    )
  const shortest = lengths.find((each) => each.frames === frames)!
  const longer = lengths.filter((each) => each.frames > frames)
  if (longer.length > 0) {
    const others = longer.map((each) => `${each.name} ${each.frames}`).join(', ')
    notes.push(`The video has ${frames} frames as ${shortest.name}; what is longer is cut (${others}).`)
  }
  if (shapeDiffers(masks, portrait))
    notes.push(`The masks (${sized(masks)}) are stretched to the portrait’s shape (${sized(portrait)}).`)
  return { frames, fps, notes }
}

interface Canvas {
  width: number
  height: number
}

const sized = ({ width, height }: Canvas) => `${width} × ${height}`

/** By more than 2 %, which nobody sees. */
const shapeDiffers = (a: Canvas, b: Canvas) =>
  Math.abs(Math.log((a.width * b.height) / (a.height * b.width))) > Math.log(1.02)

/**
 * What the pipeline asks for, frame by frame.
 * @throws StudioError `mask/region`, `pose/other-shape`, `speech/kind`
 */
export function pipelineInputs(
  sources: Sources,
  seen: Portrait,
  { frames, fps }: Aligned,
  { width, height }: VideoSize,
  fullSlot: 'lips' | 'hands',
): MmHaaInputs {
  const { portrait, pose, drawn, masks, speech } = sources
  checkShape(pose ? 'The motion' : 'The drawn motion', pose ?? drawn!, portrait)
  const mask = (region: string) => maskPictures(masks, region, fps)
  return {
    ...{ frames, width, height, portrait: seen },
    pose: pose ? drawnPose(pose, width, height) : pictures(drawn!),
    faceMask: mask('face'),
    lipMask: mask('lips'),
    handMask: fullSlot === 'hands' ? mask('hands') : undefined,
    ...speechOf(speech, fps),
  }
}

/** Bones keep their width in pixels, so poses are drawn at the size of the video. */
function drawnPose(pose: PoseValue, width: number, height: number): MmHaaInputs['pose'] {
  const [kx, ky] = [width / pose.width, height / pose.height]
  return (frame) => {
    const points = pose.data.slice(frame * POSE_STRIDE, (frame + 1) * POSE_STRIDE)
    for (let i = 0; i < points.length; i += 3) {
      points[i] *= kx
      points[i + 1] *= ky
    }
    const data = new Uint8Array(width * height * 3)
    drawPose(points, width, height, data, ['body', 'hands', 'face'])
    return { data, width, height, channels: 3 }
  }
}

function pictures(video: VideoValue): MmHaaInputs['pose'] {
  const { width, height } = video
  const read = frameReader(video.frames, width * height * 3, (index) => video.chunk(index))
  return async (frame) => ({ data: await read(frame), width, height, channels: 3 })
}

function maskPictures(masks: MaskValue, region: string, fps: number) {
  const { width, height } = masks
  if (!masks.regions.includes(region)) {
    throw new StudioError(
      'mask/region',
      `The masks have no region "${region}"; they have ${masks.regions.join(', ') || 'none'}.`,
      {
        hint: 'Connect masks with face and lips (and hands, for the hands slot), such as those of Motion masks.',
      },
    )
  }
  const read = frameReader(masks.frames, width * height, (index) => masks.chunk(region, index))
  return async (frame: number): Promise<Picture> => ({
    data: await read(nearestFrame(frame, fps, masks)),
    ...{ width, height, channels: 1 },
  })
}

function speechOf(speech: SpeechValue | undefined, fps: number): Pick<MmHaaInputs, 'speech' | 'isSilent'> {
  if (!speech) return { speech: () => new Float32Array(), isSilent: true }
  if (speech.kind !== 'wav2vec2') {
    throw new StudioError('speech/kind', `The lip features are of kind ${speech.kind}; wav2vec2 is needed.`, {
      hint: 'Connect the lips output of the audio encoder.',
    })
  }
  return { speech: (frame) => audioWindow(speech.data, speech.dims, nearestFrame(frame, fps, speech)) }
}
