import { z } from 'zod'
import { defineNode } from '../core/define-node'
import { shownOnly, socket } from '../core/sockets'
import { countingLayers, editLayers, layersProblem } from '../lib/pose/edit-layers'

export const poseEditor = defineNode({
  id: 'pose/editor',
  version: 1,
  title: 'Pose editor',
  summary: 'Edits a motion by layers that stay when the motion below them changes.',
  docs:
    'Layers are applied in order, each over a range of frames with fades:\n\n' +
    '- *offset*, *scale*, *rotate*: a region, about its wrist, shoulder, neck or own middle;\n' +
    '- *amplitude*: more or less of a region’s motion, relative to what it hangs on;\n' +
    '- *joints*: one point by keyframes; what hangs on it follows, and a wrist bends its elbow without changing the ' +
    'arm;\n' +
    '- *keys*: several parts by keyframes: joints, regions that are moved, turned and sized, fingers that close;\n' +
    '- *mute*: freeze a region in its first pose, or hide it.\n\n' +
    'Missing points are never moved. Picture and sound are what the editor shows and plays; they do not change the ' +
    'result.',

  inputs: {
    pose: socket('pose', 'Pose'),
    image: shownOnly('image', 'Picture', 'Shown below the pose while editing'),
    audio: shownOnly('audio', 'Sound', 'Played while editing'),
  },
  outputs: { pose: socket('pose', 'Pose') },
  params: z.object({ layers: editLayers.default([]).describe('Edits, applied in order') }),
  ui: { widgets: { layers: { widget: 'layers' } } },
  facts: ({ inputs: { pose } }) => ({ pose }),
  validate: ({ layers }) => layersProblem(layers),
  countingParams: ({ layers }) => ({ layers: countingLayers(layers) }),

  async run(ctx, { inputs: { pose }, params }) {
    const { applyEditLayers } = await import('../lib/pose/apply-edit-layers')
    const { pose: edited, notes } = applyEditLayers(pose, params.layers, {
      signal: ctx.signal,
      onProgress: (fraction) => ctx.progress(fraction),
    })
    for (const note of notes) ctx.warn(note)
    return { pose: edited }
  },
})
