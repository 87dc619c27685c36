import type { GoldenRunner } from '../harness/run-case'
import { baseline } from './baseline'
import { poseDraw, rasterPrimitives } from './drawing'
import { person } from './person'
import { imagePreprocess, maskPyramids, resizeImage } from './pictures'
import { resampler } from './resampler'
import { unetBlocks } from './unet-blocks'
import { unets } from './unets'

/**
 * Who computes a case, by the `case` field of its case.json. The longest key that the field begins with counts, so a
 * kind may come in other sizes and seeds (`unet3d_full_s7`).
 */
export const RUNNERS: Record<string, GoldenRunner> = {
  baseline_: baseline,
  image_preprocess: imagePreprocess,
  mask_pyramid: maskPyramids,
  ...person,
  pose_draw: poseDraw,
  raster_primitives: rasterPrimitives,
  resampler,
  resize_image: resizeImage,
  ...unetBlocks,
  ...unets,
}

const NOT_YET = 'nothing of ours computes it yet'
const TRAINING = 'training is not part of the studio'

/** Kinds that are known and left out, with the reason. A kind in neither list fails. */
export const NOT_COMPARED: Record<string, string> = {
  adan: TRAINING,
  audio_norm_seqlen: NOT_YET,
  audio_window: NOT_YET,
  clip_vision: NOT_YET,
  context_windows: NOT_YET,
  cosine_schedule: NOT_YET,
  ddim: NOT_YET,
  mdx_: NOT_YET,
  motion_selection_smoothing: NOT_YET,
  pipeline_e2e: NOT_YET,
  slicing: 'the studio cuts speech without the original’s gaps (stage1.md §14, 1–3)',
  smga_: NOT_YET,
  smga_train_loss: TRAINING,
  torch_randn: NOT_YET,
  vae: NOT_YET,
  wav2vec2_: NOT_YET,
  wavlm_: NOT_YET,
}
