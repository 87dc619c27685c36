import { audioEncoder } from './audio/encoder'
import { audioSeparateVocals } from './audio/separate-vocals'
import { audioTrim } from './audio/trim'
import { controlReview } from './control/review'
import { createRegistry } from './core/registry'
import { diffusionMmHaa } from './diffusion/mm-haa'
import { inputAudio } from './input/audio'
import { inputImage } from './input/image'
import { inputPose } from './input/pose'
import { inputVideo } from './input/video'
import { maskCombine } from './mask/combine'
import { maskEditor } from './mask/editor'
import { maskFromVideo } from './mask/from-video'
import { maskMotion } from './mask/motion'
import { maskToVideo } from './mask/to-video'
import { outputVideo } from './output/video'
import { poseBlend } from './pose/blend'
import { poseDetect } from './pose/detect'
import { poseDraw } from './pose/draw'
import { poseEditor } from './pose/editor'
import { poseProcedural } from './pose/procedural'
import { poseResample } from './pose/resample'
import { poseRetarget } from './pose/retarget'
import { poseSlice } from './pose/slice'
import { poseSmga } from './pose/smga'
import { poseSmooth } from './pose/smooth'
import { renderWarp } from './render/warp'
import { videoCompare } from './video/compare'
import { videoMetrics } from './video/metrics'

/** Every node there is. Adding one is its file, its test, and a line here. */
export const registry = createRegistry([
  inputImage,
  inputAudio,
  inputPose,
  inputVideo,
  audioEncoder,
  audioSeparateVocals,
  audioTrim,
  poseSmga,
  poseProcedural,
  poseEditor,
  poseBlend,
  poseRetarget,
  poseSmooth,
  poseSlice,
  poseResample,
  poseDetect,
  poseDraw,
  maskMotion,
  maskEditor,
  maskCombine,
  maskFromVideo,
  maskToVideo,
  renderWarp,
  diffusionMmHaa,
  videoMetrics,
  videoCompare,
  controlReview,
  outputVideo,
])
