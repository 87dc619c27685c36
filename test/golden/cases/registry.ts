import type { GoldenRunner } from '../harness/run-case'
import { baseline } from './baseline'
import { diffusionCases } from './diffusion'
import { poseDraw, rasterPrimitives } from './drawing'
import { motionCases } from './motions'
import { noiseCases } from './noise'
import { person } from './person'
import { pictureEncoderCases } from './picture-encoders'
import { imagePreprocess, maskPyramids, resizeImage } from './pictures'
import { pipelineCases } from './pipeline'
import { resampler } from './resampler'
import { smgaCases } from './smga'
import { speechEncoderCases } from './speech-encoders'
import { speechInputCases } from './speech-input'
import { trainingCases } from './training'
import { unetBlocks } from './unet-blocks'
import { unetsIn } from './unets'
import { voice } from './voice'

/**
 * Who computes a case, by the `case` field of its case.json. The longest key that the field begins with counts, so a
 * kind may come in other sizes and seeds (`unet3d_full_s7`).
 */
export const RUNNERS: Record<string, GoldenRunner> = {
  baseline_: baseline,
  ...diffusionCases,
  image_preprocess: imagePreprocess,
  mask_pyramid: maskPyramids,
  ...person,
  ...pictureEncoderCases,
  ...pipelineCases,
  pose_draw: poseDraw,
  raster_primitives: rasterPrimitives,
  resampler,
  resize_image: resizeImage,
  ...unetBlocks,
  ...unetsIn('float32'),
  ...motionCases,
  ...noiseCases,
  ...smgaCases,
  ...speechEncoderCases,
  ...speechInputCases,
  ...trainingCases,
  ...voice,
}

/** Kinds that are known and left out, with the reason. A kind in neither list fails. */
export const NOT_COMPARED: Record<string, string> = {}
