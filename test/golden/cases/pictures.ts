import sharp from 'sharp'
import { z } from 'zod'
import { resizeForDwpose } from '../../../models/networks/dwpose'
import {
  blurAndStretch,
  fullMask,
  greyOf,
  MASK_BLUR,
  maskPyramid,
} from '../../../models/networks/mask-pyramid'
import { CLIP_SIDE, clipInput, poseInput, vaeInput } from '../../../models/networks/picture-inputs'
import { resizeLinear } from '../../../models/pictures/opencv-resize'
import type { Picture } from '../../../models/pictures/picture'
import { resizeLikePillow } from '../../../models/pictures/pillow-resize'
import { type Comparison, EXACT, type Tolerance } from '../harness/comparison'
import { GoldenError, type GoldenFolder } from '../harness/golden-folder'
import type { Tensor } from '../harness/safetensors'

/** Samples are bit-exact (stage2.md §15.1, §15.2), so floats differ by the rounding of two operations. */
const ROUNDING: Tolerance = { abs: 1e-6, rel: 0 }

/** One picture of a tensor `[height, width, channels]`, or the `i`-th of one with frames in front. */
export function pictureOf({ shape, data }: Tensor, i = 0): Picture {
  const [height, width, channels] = shape.slice(-3)
  const size = height * width * channels
  return { data: (data as Uint8Array).subarray(i * size, (i + 1) * size), width, height, channels }
}

/** CLIP's and the VAE's view of a picture; of CLIP's only the corner that the case keeps. */
export async function imagePreprocess(folder: GoldenFolder): Promise<Comparison[]> {
  const size = z.tuple([z.number(), z.number()])
  const { config } = folder.read(
    z.object({
      config: z.object({ vae_size: size, clip_size: z.tuple([z.literal(CLIP_SIDE), z.literal(CLIP_SIDE)]) }),
    }),
  )
  const picture = pictureOf(folder.inputs().image_u8)
  const [height, width] = config.vae_size
  const [, , rows, columns] = folder.outputs().clip_pixel_values_crop.shape
  const clip = clipInput(picture)
  const corner = [0, 1, 2].flatMap((c) =>
    Array.from({ length: rows }, (_, y) => (c * CLIP_SIDE + y) * CLIP_SIDE).flatMap((row) => [
      ...clip.subarray(row, row + columns),
    ]),
  )
  const vae = folder.outputs().vae_input.data as Float32Array
  return [
    folder.compare('vae_input', vaeInput(picture, width, height), ROUNDING),
    // "the pose input is the same without the 2x-1"
    {
      tensor: 'pose input',
      got: poseInput(picture, width, height),
      expected: vae.map((value) => (value + 1) / 2),
      tolerance: ROUNDING,
    },
    folder.compare('clip_resized_u8', resizeLikePillow(picture, CLIP_SIDE, CLIP_SIDE, 'bicubic').data, EXACT),
    folder.compare('clip_pixel_values_crop', corner, ROUNDING),
  ]
}

/** Two cases have this name: drawn masks of stage 1's poses, and frames of stage 2 that come with the case. */
export async function maskPyramids(folder: GoldenFolder): Promise<Comparison[]> {
  return folder.has('inputs.safetensors') ? masksOfFrames(folder) : masksOfDrawings(folder)
}

const squareOf = (side: number) => ({ width: side, height: side })

async function masksOfDrawings(folder: GoldenFolder): Promise<Comparison[]> {
  const { config } = folder.read(
    z.object({
      config: z.object({
        blur_size: z.literal(MASK_BLUR.size),
        kernel_face: z.number(),
        kernel_lips: z.number(),
      }),
    }),
  )
  const drawings = folder.sibling('pose_draw')
  const comparisons: Comparison[] = []
  for (const tensor of Object.keys(folder.outputs())) {
    if (tensor.startsWith('all_black_')) {
      const black = {
        data: new Uint8Array(MASK_BLUR.size ** 2),
        width: MASK_BLUR.size,
        height: MASK_BLUR.size,
        channels: 1,
      }
      comparisons.push(folder.compare(tensor, blurAndStretch(black, config.kernel_face).data, EXACT))
      continue
    }
    const named = /^(.+)_(face|lips)_(blur)?(\d+)$/.exec(tensor)
    if (!named) throw new GoldenError(`The output ${tensor} does not name its mask and size.`)
    const [, set, region, blurred, side] = named
    const { data, info } = await sharp(drawings.file(`${set}_${region}.png`))
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
    const frame: Picture = { data, width: info.width, height: info.height, channels: info.channels }
    const taps = region === 'face' ? config.kernel_face : config.kernel_lips
    if (blurred) {
      const small = resizeLinear(frame, MASK_BLUR.size, MASK_BLUR.size)
      comparisons.push(folder.compare(tensor, greyOf(blurAndStretch(small, taps)).data, EXACT))
    } else {
      comparisons.push(
        folder.compare(tensor, maskPyramid(frame, taps, [squareOf(Number(side))])[0], ROUNDING),
      )
    }
  }
  return comparisons
}

const range = z.tuple([z.number(), z.number()]).nullable()
const rectangles = z.array(
  z.object({ frame: z.number(), face_rows: range, face_cols: range, lip_rows: range, lip_cols: range }),
)

async function masksOfFrames(folder: GoldenFolder): Promise<Comparison[]> {
  const { config, rect512_definition } = folder.read(
    z.object({
      config: z.object({ face_kernel: z.number(), lip_kernel: z.number(), sizes: z.array(z.number()) }),
      rect512_definition: rectangles,
    }),
  )
  const { face_rgb_u8: face, lip_rgb_u8: lip } = folder.inputs()
  const taps = { face: config.face_kernel, lip: config.lip_kernel }
  const small = (tensor: Tensor) =>
    frames(tensor).map((frame) => resizeLinear(frame, MASK_BLUR.size, MASK_BLUR.size))
  const normal = {
    face: small(face).map((f) => blurAndStretch(f, taps.face)),
    lip: small(lip).map((f) => blurAndStretch(f, taps.lip)),
  }
  const pyramids = (pictures: Picture[], kernel: number) =>
    pictures.map((picture) => maskPyramid(picture, kernel, config.sizes.map(squareOf)))
  const faces = pyramids(frames(face), taps.face)
  const lips = pyramids(frames(lip), taps.lip)
  const rect = (part: 'face' | 'lip') =>
    rect512_definition.map((said) => rectangle(said[`${part}_rows`], said[`${part}_cols`]))
  return [
    folder.compare('face_resized_u8', joined(small(face)), EXACT),
    folder.compare('face_blur_normalised_u8', joined(normal.face), EXACT),
    folder.compare('lip_blur_normalised_u8', joined(normal.lip), EXACT),
    folder.compare('face_gray_u8', joined(normal.face.map(greyOf)), EXACT),
    ...levels(folder, 'face_mask', faces),
    ...levels(folder, 'lip_mask', lips),
    ...levels(folder, 'full_mask', lips.map(fullMask)),
    ...levels(folder, 'rect512.face_mask', pyramids(rect('face'), taps.face)),
    ...levels(folder, 'rect512.lip_mask', pyramids(rect('lip'), taps.lip)),
  ]
}

const frames = (tensor: Tensor): Picture[] =>
  Array.from({ length: tensor.shape[0] }, (_, i) => pictureOf(tensor, i))

const joined = (pictures: Picture[]): number[] => pictures.flatMap(({ data }) => [...data])

const levels = (folder: GoldenFolder, name: string, pyramids: Float32Array[][]): Comparison[] =>
  pyramids[0].map((_, level) =>
    folder.compare(
      `${name}.${level}`,
      pyramids.flatMap((of) => [...of[level]]),
      ROUNDING,
    ),
  )

/** White rows and columns (half-open) on 512² black; none where there are none. */
function rectangle(rows: [number, number] | null, columns: [number, number] | null): Picture {
  const picture = { data: new Uint8Array(512 * 512), width: 512, height: 512, channels: 1 }
  if (rows && columns)
    for (let y = rows[0]; y < rows[1]; y++) picture.data.fill(255, y * 512 + columns[0], y * 512 + columns[1])
  return picture
}

/** A plain bilinear resize, or the one that DWPose begins with: `a_to_64_area` brings picture a to a short side of 64. */
export async function resizeImage(folder: GoldenFolder): Promise<Comparison[]> {
  return Object.entries(folder.outputs()).map(([tensor, { shape }]) => {
    const named = /^([a-z]+)_(?:bilinear_|to_(\d+)_(?:area|lanczos4)$)/.exec(tensor)
    const input = Object.keys(folder.inputs()).find((name) => named && name.startsWith(`${named[1]}_`))
    if (!named || !input) throw new GoldenError(`The output ${tensor} does not name its picture and method.`)
    const picture = pictureOf(folder.inputs()[input])
    const shortSide = named[2]
    const { data, width, height, channels } =
      shortSide === undefined
        ? resizeLinear(picture, shape[1], shape[0])
        : resizeForDwpose(picture, Number(shortSide))
    return folder.compare(tensor, { shape: [height, width, channels], data })
  })
}
