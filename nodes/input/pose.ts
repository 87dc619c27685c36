import { z } from 'zod'
import { type AssetFile, defineNode } from '../core/define-node'
import { aboutFile, StudioError } from '../core/errors'
import { socket } from '../core/sockets'
import { firstPoseFit } from '../lib/pose/first-pose-schema'
import type { PoseFile, PoseFileOptions } from '../lib/pose/formats'
import { canvasSide, frameRate } from '../lib/pose/pose-schema'

export const inputPose = defineNode({
  id: 'input/pose',
  version: 1,
  title: 'Pose',
  summary: 'A motion or a single pose from your files, or a pose fitted to a portrait.',
  docs:
    'Without a file it gives the pose that was fitted to a portrait by hand: one frame. With a file, the file counts.\n\n' +
    'Reads three formats, told apart by their content:\n\n' +
    '- *mmgt-pose/1*, our own JSON;\n' +
    '- *OpenPose JSON*, one frame or a list of frames, with BODY_25 or COCO (18) bodies, faces and hands; of several ' +
    'people the first one is taken;\n' +
    '- *MMGT .npy*, float32 or float64 of `[frames, 402]`.\n\n' +
    'Canvas size and frame rate below count only for files that do not tell their own: .npy never does, OpenPose ' +
    'never tells its frame rate. A scaled .npy holds 2·(v + 200)/1000 − 1 for every value; *auto* takes a file for ' +
    'scaled when no value is beyond ±4 and a score lies under −0.3. OpenPose coordinates are taken for fractions of ' +
    'the canvas when all visible ones are within ±2.',

  inputs: {},
  outputs: { pose: socket('pose', 'Pose') },
  params: z.object({
    asset: z.string().min(1).optional().describe('The pose file'),
    fit: firstPoseFit.optional().describe('A pose fitted to a portrait; counts while there is no file'),
    normalised: z
      .enum(['auto', 'yes', 'no'])
      .default('auto')
      .describe('Whether coordinates of an .npy or OpenPose file are scaled; auto: judged by their size'),
    width: canvasSide.default(512).describe('Canvas width in px, for files that do not tell it'),
    height: canvasSide.default(512).describe('Canvas height in px, for files that do not tell it'),
    fps: frameRate.default(25).describe('Frames per second, for files that do not tell them'),
  }),
  ui: {
    widgets: {
      asset: { widget: 'asset', accepts: 'pose' },
      fit: { widget: 'fit', label: 'Fitted pose' },
      normalised: { widget: 'select', label: 'Scaled values', advanced: true },
      width: { widget: 'number', unit: 'px', advanced: true },
      height: { widget: 'number', unit: 'px', advanced: true },
      fps: { widget: 'number', unit: 'fps', advanced: true },
    },
  },
  resource: 'io',
  eager: true,

  validate: ({ asset, fit }) =>
    asset || fit
      ? null
      : 'Param asset of input/pose is missing: choose a pose file, or fit a pose to the portrait in the studio.',
  countingParams: ({ fit, ...params }) => (params.asset ? params : { fit }),

  facts({ params, asset }) {
    if (!params.asset) {
      return {
        pose: params.fit ? { frames: 1, fps: 25, width: params.fit.width, height: params.fit.height } : {},
      }
    }
    const file = asset(params.asset)
    if (!file) return { pose: {} }
    // Only where the importer looked for a canvas (it then names the format) does a missing one mean that there is none.
    const lacksCanvas = file.kind !== undefined && file.width === undefined
    return {
      pose: {
        frames: file.frames,
        fps: file.fps ?? params.fps,
        width: lacksCanvas ? params.width : file.width,
        height: lacksCanvas ? params.height : file.height,
      },
    }
  },

  async run(ctx, { params }) {
    if (!params.asset) {
      const { firstPoseOf } = await import('../lib/pose/first-pose-fit')
      return params.fit ? { pose: firstPoseOf(params.fit) } : {} // `validate` sees to it that there is one
    }
    const file = await ctx.asset(params.asset)
    const { pose, notes } = await aboutFile(file.name, readPose(file, params))
    for (const note of notes) ctx.warn(note)
    return { pose }
  },
})

async function readPose({ path, size }: AssetFile, options: PoseFileOptions): Promise<PoseFile> {
  const { checkPoseFileSize, parsePoseFile } = await import('../lib/pose/formats')
  const { SNIFF_BYTES, sniff } = await import('../lib/media/sniff')
  checkPoseFileSize(size)
  const { readFile } = await import('node:fs/promises')
  const bytes = await readFile(path)
  // JSON of any kind goes on: its own reader says best what is wrong with it.
  const { kind, label } = sniff(bytes.subarray(0, SNIFF_BYTES))
  if (['image', 'audio', 'video', 'workflow', 'archive'].includes(kind)) {
    throw new StudioError('pose/format', `This is no pose file: it seems to be ${label}.`, {
      hint: 'Use mmgt-pose/1 JSON, OpenPose JSON or an MMGT .npy.',
    })
  }
  return parsePoseFile(bytes, options)
}
