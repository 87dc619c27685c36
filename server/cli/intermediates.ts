import path from 'node:path'
import { POSE_STRIDE, type PoseValue, type SpeechValue } from '../../nodes/core/values'
import { cutName } from '../../nodes/lib/media/safe-file-name'
import type { RunResult } from '../engine/run-result'
import type { DataFolder } from '../storage/data-folder'
import { writeAtomic } from '../storage/files'
import { loadValue } from '../storage/values'
import type { EdgeSpecs, NodeSpecs } from './video-command'

/** What `--save_intermediates` writes beside the video. */
export interface Intermediates {
  /** Nodes whose results are wanted: those of the videos, and those with values below. */
  targets: string[]
  /** Output of a node → the end of the file's name. */
  poses: Record<string, string>
  features: Record<string, string>
}

const MASKS = ['face', 'lips', 'hands']

/** Adds nodes that write the drawn pose and each mask as a video, as `pose2vid` reads them. */
export function addIntermediates(nodes: NodeSpecs, edges: EdgeSpecs, name: string): Intermediates {
  const sourceOf = (input: string) => edges.find(([, to]) => to === input)?.[0]
  const more: Intermediates = { targets: [], poses: {}, features: {} }
  const write = (id: string, video: string, end: string) => {
    nodes[id] = ['output/video', { name: `${cutName(name, 100, 200)}_${end}` }]
    edges.push([video, `${id}.video`])
    more.targets.push(id)
  }
  const pose = sourceOf('render.pose')
  if (pose) {
    nodes.drawnPose = ['pose/draw', {}]
    edges.push([pose, 'drawnPose.pose'])
    write('poseVideo', 'drawnPose.video', 'pose')
    more.poses[pose] = 'pose'
    more.targets.push(pose.split('.')[0])
  }
  const masks = sourceOf('render.masks')
  for (const region of masks ? MASKS : []) {
    nodes[`${region}Mask`] = ['mask/to-video', { region }]
    edges.push([masks!, `${region}Mask.mask`])
    write(`${region}Video`, `${region}Mask.video`, `${region}_mask`)
  }
  for (const [input, end] of [
    ['gestures.speech', 'motion_features'],
    ['render.speech', 'lip_features'],
  ]) {
    const source = sourceOf(input)
    if (!source) continue
    more.features[source] = end
    more.targets.push(source.split('.')[0])
  }
  more.targets = [...new Set(more.targets)]
  return more
}

/** Writes poses as mmgt-pose/1 and `[frames, 402]` .npy, features as `[frames, dims]` .npy. @returns the files */
export async function writeIntermediates(
  data: DataFolder,
  result: Pick<RunResult, 'outputs'>,
  { poses, features }: Intermediates,
  { out, name }: { out: string; name: string },
): Promise<string[]> {
  const { writeNpy } = await import('../../nodes/lib/pose/npy')
  const { writePoseFile } = await import('../../nodes/lib/pose/formats')
  const load = async (source: string) => {
    const [node, output] = source.split('.')
    return loadValue(data.blobs, result.outputs[node][output])
  }
  const files: string[] = []
  const write = async (end: string, content: string | Uint8Array) => {
    const file = path.join(out, `${cutName(name, 100, 200)}_${end}`)
    await writeAtomic(file, content)
    files.push(file)
  }
  for (const [source, end] of Object.entries(poses)) {
    const pose = (await load(source)) as PoseValue
    await write(`${end}.json`, writePoseFile(pose))
    await write(`${end}.npy`, writeNpy(pose.data, [pose.frames, POSE_STRIDE]))
  }
  for (const [source, end] of Object.entries(features)) {
    const { frames, dims, data: numbers } = (await load(source)) as SpeechValue
    await write(`${end}.npy`, writeNpy(numbers, [frames, dims]))
  }
  return files
}
