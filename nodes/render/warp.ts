import { z } from 'zod'
import { defineNode, type NodeContext, type TaskContext } from '../core/define-node'
import { StudioError } from '../core/errors'
import { optional, socket } from '../core/sockets'
import { audioSeconds, chunkRange, type MaskValue, POSE_STRIDE, type VideoValue } from '../core/values'
import type { Piece } from '../lib/warp/pieces'
import type { WarpRig } from '../lib/warp/rig'
import type { SetUpMasks } from '../lib/warp/set-up-masks'

/** One chunk of frames to draw, as it travels to another thread. */
interface FramesTask {
  rig: WarpRig
  /** Equal for equal rigs: a thread keeps its renderer. */
  rigKey: string
  /** [frames, 134, 3], px of the rig. */
  points: Float32Array
  masks: { width: number; height: number; planes: Record<string, Uint8Array> } | null
}

const maxSizeParam = z
  .int()
  .min(256)
  .max(1024)
  .default(1024)
  .describe('A larger portrait is shrunk to this long side')

export const renderWarp = defineNode({
  id: 'render/warp',
  version: 3,
  title: 'Warp',
  summary: 'Moves the portrait itself by a pose: no weights, about real time on a processor.',
  docs:
    'Cuts the arms out of the portrait, makes up what they hid, and bends the picture: arms by their bones, fingers ' +
    'by theirs, the face by its points, with lids and the inside of the mouth painted. It shows only what the ' +
    'portrait shows: a head turns a little, a hand never shows its other side, and an arm whose outline is not ' +
    'clear moves little or not at all (a still arm looks right, a torn one never does). Diffusion (MM-HAA) has ' +
    'none of these limits, and needs a model pack.\n\n' +
    'Masks are permission: where `face`, `lips`, `hands` or `upperBody` is empty, that part stays as in the portrait. ' +
    'An `upperBody` edited into the outline of the person is used as that outline.',

  inputs: {
    portrait: socket('image', 'Portrait'),
    firstPose: socket('pose', 'First pose', 'The pose the portrait shows; its first frame counts'),
    pose: socket('pose', 'Motion'),
    masks: optional('mask', 'Masks', 'What may move, frame by frame; without it everything may'),
    audio: optional('audio', 'Sound', 'Travels along with the video'),
  },
  outputs: { video: socket('video', 'Video') },
  params: z.object({
    maxSize: maxSizeParam,
    bodyMode: z
      .enum(['soft', 'matted'])
      .default('soft')
      .describe(
        'soft: body and near background bend together; matted: the person is cut out, for clear outlines',
      ),
    arms: z
      .enum(['auto', 'cut', 'hold'])
      .default('auto')
      .describe('auto: an arm moves freely when its outline is clear; cut: always; hold: never'),
  }),
  ui: {
    widgets: {
      maxSize: { widget: 'slider', step: 64, unit: 'px', label: 'Longest side', form: true },
      bodyMode: { widget: 'select', label: 'Body', advanced: true },
      arms: { widget: 'select', label: 'Arms', advanced: true },
    },
  },
  agree: [{ fact: 'frames', sockets: ['masks', 'pose'], fix: 'pose/resample' }],
  facts({ params, inputs: { portrait, pose } }) {
    const { width, height } = portrait ?? {}
    const scale = width && height ? Math.min(1, params.maxSize / Math.max(width, height)) : 1
    return {
      video: {
        frames: pose?.frames,
        fps: pose?.fps,
        width: width && Math.max(1, Math.round(width * scale)),
        height: height && Math.max(1, Math.round(height * scale)),
        durationSeconds: pose?.frames !== undefined && pose.fps ? pose.frames / pose.fps : undefined,
      },
    }
  },

  prepare: {
    version: 9,
    title: 'Rig the portrait',
    inputs: ['portrait', 'firstPose', 'masks'],
    params: ['maxSize', 'bodyMode', 'arms'],
    async run(ctx, { inputs: { portrait, firstPose, masks }, params }) {
      const [{ setUpSteps }, { paintSetUp }, { fitPortrait, checkShape }, { scalePoints }, { previews }] =
        await Promise.all([
          import('../lib/warp/set-up'),
          import('../lib/warp/set-up-view'),
          import('../lib/warp/fit-canvas'),
          import('../lib/warp/keypoints'),
          import('../lib/media/preview'),
        ])
      checkShape('The first pose', firstPose, portrait)
      if (masks) checkShape('The mask', masks, portrait)
      const picture = fitPortrait(portrait, params.maxSize)
      const points = scalePoints(
        firstPose.data,
        picture.width / firstPose.width,
        picture.height / firstPose.height,
      )
      const show = previews(ctx)
      const steps = setUpSteps(picture, points, {
        ...params,
        masks: masks && (await unionOfMasks(ctx, masks)),
      })
      let step = steps.next()
      while (!step.done) {
        ctx.signal.throwIfAborted()
        if ('work' in step.value) {
          step = steps.next(await sideBySide(ctx, step.value.work))
          continue
        }
        const { fraction, text, view } = step.value
        ctx.progress(fraction, text)
        if (view) await show(() => paintSetUp(view))
        step = steps.next([])
      }
      return step.value
    },
  },

  tasks: {
    async piece(_ctx: TaskContext, piece: Piece): Promise<unknown> {
      return (await import('../lib/warp/pieces')).computePiece(piece)
    },

    async frames(ctx: TaskContext, { rig, rigKey, points, masks }: FramesTask): Promise<Uint8Array> {
      const { createWarpRenderer } = await import('../lib/warp/renderer')
      const renderer = await ctx.keep(rigKey, () => createWarpRenderer(rig))
      const size = rig.width * rig.height * 3
      const frames = points.length / POSE_STRIDE
      const out = new Uint8Array(frames * size)
      for (let f = 0; f < frames; f++) {
        ctx.signal.throwIfAborted()
        const planes = masks && maskPlanes(masks, f)
        renderer.render(
          points.subarray(f * POSE_STRIDE, (f + 1) * POSE_STRIDE),
          out.subarray(f * size, (f + 1) * size),
          planes ?? undefined,
        )
      }
      return out
    },
  },

  async run(ctx, { inputs: { portrait, pose, masks, audio }, prepared }) {
    const [{ checkShape }, { scalePoints }, { calmArms }, { shownVideo }] = await Promise.all([
      import('../lib/warp/fit-canvas'),
      import('../lib/warp/keypoints'),
      import('../lib/warp/calm-arms'),
      import('../lib/media/preview'),
    ])
    const rig = prepared as WarpRig
    checkShape('The motion', pose, portrait)
    if (masks) {
      checkShape('The mask', masks, portrait)
      if (masks.frames !== pose.frames) {
        throw new StudioError(
          'mask/frames',
          `The mask has ${masks.frames} frames, the motion ${pose.frames}.`,
          { hint: 'Make the mask from this motion.' },
        )
      }
    }
    tellAboutRig(ctx, rig, portrait)
    if (audio && audioSeconds(audio) > pose.frames / pose.fps + 1 / pose.fps) {
      ctx.warn(
        `The sound lasts ${audioSeconds(audio).toFixed(1)} s, the motion ${(pose.frames / pose.fps).toFixed(1)} s; the rest is not shown.`,
      )
    }
    const kx = rig.width / pose.width
    const ky = rig.height / pose.height
    const scaled = new Float32Array(pose.data.length)
    for (let at = 0; at < scaled.length; at += POSE_STRIDE) {
      scaled.set(scalePoints(pose.data.subarray(at, at + POSE_STRIDE), kx, ky), at)
    }
    // Needs the frames before and after; the renderer then draws each frame by itself.
    const motion = calmArms(rig.first, scaled)
    const rigKey = `render/warp ${rig.id}`
    let done = 0
    const video: VideoValue = {
      fps: pose.fps,
      width: rig.width,
      height: rig.height,
      frames: pose.frames,
      audio,
      async chunk(index) {
        const { start, end } = chunkRange(index, pose.frames)
        const points = motion.slice(start * POSE_STRIDE, end * POSE_STRIDE)
        const task: FramesTask = { rig, rigKey, points, masks: masks ? await maskChunk(masks, index) : null }
        const frames = await ctx.task<Uint8Array>('frames', task)
        done += end - start
        ctx.progress(Math.min(1, done / pose.frames), `${done} of ${pose.frames} frames`)
        return frames
      },
    }
    return { video: shownVideo(ctx, video) }
  },
})

/** The last piece is computed here, the others wherever there is room meanwhile. */
async function sideBySide(ctx: NodeContext, pieces: Piece[]): Promise<unknown[]> {
  const { computePiece } = await import('../lib/warp/pieces')
  const others = pieces.slice(0, -1).map((piece) => ctx.task<unknown>('piece', piece))
  return [...(await Promise.all([...others, ...pieces.slice(-1).map(computePiece)]))]
}

function tellAboutRig(
  ctx: NodeContext,
  rig: WarpRig,
  portrait: { width: number; height: number; channels: 3 | 4 },
) {
  if (rig.width !== portrait.width || rig.height !== portrait.height) {
    ctx.warn(
      `The portrait was shrunk from ${portrait.width} × ${portrait.height} to ${rig.width} × ${rig.height}.`,
    )
  }
  if (portrait.channels === 4 && rig.transparent)
    ctx.warn('Transparent parts of the portrait are shown white.')
  for (const arm of rig.arms) {
    if (arm.tier === 'cut' || rig.armsParam === 'hold' || arm.heldByMask) continue
    const what = arm.tier === 'bend' ? 'moves only a little' : 'stays still'
    ctx.warn(
      `The ${arm.side === 0 ? 'right' : 'left'} arm ${what}: its outline is not clear in the portrait.`,
    )
  }
}

/** Where `hands` and `upperBody` are set in any frame. */
async function unionOfMasks(ctx: NodeContext, masks: MaskValue): Promise<SetUpMasks> {
  const { width, height } = masks
  const size = width * height
  const out: SetUpMasks = { width, height }
  for (const region of ['hands', 'upperBody'] as const) {
    if (!masks.regions.includes(region)) continue
    const union = new Uint8Array(size)
    for (let start = 0, index = 0; start < masks.frames; index++) {
      ctx.signal.throwIfAborted()
      const planes = await masks.chunk(region, index)
      for (let i = 0; i < planes.length; i++) if (planes[i] > union[i % size]) union[i % size] = planes[i]
      start = chunkRange(index, masks.frames).end
    }
    out[region] = union
  }
  return out
}

async function maskChunk(masks: MaskValue, index: number): Promise<FramesTask['masks']> {
  const planes: Record<string, Uint8Array> = {}
  for (const region of ['face', 'lips', 'hands', 'upperBody']) {
    if (masks.regions.includes(region)) planes[region] = await masks.chunk(region, index)
  }
  return { width: masks.width, height: masks.height, planes }
}

function maskPlanes({ width, height, planes }: NonNullable<FramesTask['masks']>, frame: number) {
  const size = width * height
  const at = (region: string) => planes[region]?.subarray(frame * size, (frame + 1) * size)
  return { width, height, face: at('face'), lips: at('lips'), hands: at('hands'), upperBody: at('upperBody') }
}
