/** Runs in a web worker: lays the layers over the motion, as the node does. */
import { toErrorJson } from '../../../nodes/core/errors'
import type { PoseValue } from '../../../nodes/core/values'
import type { FromEditWorker, ToEditWorker } from './edited-motion'

let input: PoseValue | undefined

addEventListener('message', async ({ data }: MessageEvent<ToEditWorker>) => {
  if (data.type === 'load') {
    input = data.pose
    return
  }
  const reply = (message: FromEditWorker, transfer: Transferable[] = []) => postMessage(message, { transfer })
  try {
    const { applyEditLayers } = await import('../../../nodes/lib/pose/apply-edit-layers')
    if (!input) return
    const { pose, notes } = applyEditLayers(input, data.layers)
    reply({ id: data.id, pose, notes }, [pose.data.buffer])
  } catch (error) {
    reply({ id: data.id, error: toErrorJson(error) })
  }
})
