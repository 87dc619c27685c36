/**
 * The workflows that ship with the project, and the manifest that lets them find the files beside them: documents
 * name assets by sha256, never by path.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { WorkflowDocument } from '../core/document'
import { registry } from '../registry'

type Nodes = Record<
  string,
  { type: string; params: Record<string, unknown>; at: [column: number, row: number]; title?: string }
>

/** Distance between columns and rows of nodes on the canvas, px. */
const COLUMN = 288
const ROW = 340

function document(
  id: string,
  name: string,
  nodes: Nodes,
  edges: [from: string, to: string][],
  note: string,
): WorkflowDocument {
  const end = (text: string) => text.split('.') as [string, string]
  const each = <T>(make: (node: Nodes[string]) => T) =>
    Object.fromEntries(Object.entries(nodes).map(([key, node]) => [key, make(node)]))
  return {
    schema: 1,
    id,
    name,
    nodes: each(({ type, params, title }) => ({
      type,
      version: registry.get(type)!.version,
      params,
      mode: 'on' as const,
      title: title ?? null,
    })),
    edges: edges.map(([from, to]) => ({ from: end(from), to: end(to) })),
    layout: each(({ at: [column, row] }) => ({ x: column * COLUMN, y: row * ROW, w: 208 })),
    groups: [],
    notes: [{ id: 'about', x: 0, y: -160, w: 640, h: 120, text: note }],
  }
}

/** Documents by file name. `asset` gives the id of a shipped file. */
export function exampleWorkflows(asset: (file: string) => string): Record<string, WorkflowDocument> {
  const person = (name: string, row = 0): Nodes => ({
    portrait: { type: 'input/image', params: { asset: asset(`portrait-${name}.png`) }, at: [0, row] },
    firstPose: {
      type: 'input/pose',
      params: { asset: asset(`portrait-${name}.pose.json`) },
      at: [0, row + 1],
    },
  })
  const speech = (name: string): Nodes => ({
    speech: { type: 'input/audio', params: { asset: asset(`speech-${name}.wav`) }, at: [0, 2] },
  })
  const rendering = (motion: string): [string, string][] => [
    ['portrait.image', 'render.portrait'],
    ['firstPose.pose', 'render.firstPose'],
    [motion, 'render.pose'],
    ['speech.audio', 'render.audio'],
    ['render.video', 'video.video'],
  ]
  return {
    hello: document(
      'example-hello',
      'Hello',
      {
        ...person('mara'),
        ...speech('hello'),
        gestures: { type: 'pose/procedural', params: { seed: 1 }, at: [1, 1] },
        render: { type: 'render/warp', params: { maxSize: 512 }, at: [2, 0] },
        video: { type: 'output/video', params: { name: 'hello' }, at: [3, 0] },
      },
      [
        ['speech.audio', 'gestures.audio'],
        ['firstPose.pose', 'gestures.firstPose'],
        ...rendering('gestures.pose'),
      ],
      'A portrait, its first pose and a speech track become a video. Change the energy of the gestures or the seed, and only what hangs on it runs again.',
    ),
    story: document(
      'example-story',
      'Story, edited and measured',
      {
        ...person('idris'),
        ...speech('story'),
        gestures: { type: 'pose/procedural', params: { seed: 3, energy: 1.1 }, at: [1, 1] },
        edit: {
          type: 'pose/editor',
          params: {
            layers: [
              { id: 'livelier', kind: 'amplitude', region: 'head', factor: 1.3 },
              { id: 'calm-end', kind: 'amplitude', region: 'arms', factor: 0.5, from: 200, fadeIn: 25 },
            ],
          },
          at: [2, 1],
        },
        render: { type: 'render/warp', params: { maxSize: 512 }, at: [3, 0] },
        video: { type: 'output/video', params: { name: 'story' }, at: [4, 0] },
        measure: { type: 'video/metrics', params: {}, at: [3, 1] },
      },
      [
        ['speech.audio', 'gestures.audio'],
        ['firstPose.pose', 'gestures.firstPose'],
        ['gestures.pose', 'edit.pose'],
        ['portrait.image', 'edit.image'],
        ['speech.audio', 'edit.audio'],
        ['edit.pose', 'measure.pose'],
        ['speech.audio', 'measure.audio'],
        ...rendering('edit.pose'),
      ],
      'Edits are layers over a motion: here the head moves a little more, and the arms calm down towards the end. The measurements say whether the gestures are in time with the speech.',
    ),
    masks: document(
      'example-masks',
      'Masks and skeleton for other tools',
      {
        ...person('june'),
        ...speech('hello'),
        gestures: { type: 'pose/procedural', params: { seed: 5 }, at: [1, 1] },
        masks: { type: 'mask/motion', params: {}, at: [2, 2] },
        larger: {
          type: 'mask/editor',
          params: {
            layers: [
              { id: 'room-for-fingers', kind: 'grow', region: 'hands', pixels: 12 },
              { id: 'soft-lips', kind: 'feather', region: 'lips', pixels: 6 },
            ],
          },
          at: [3, 2],
        },
        maskVideo: { type: 'mask/to-video', params: {}, at: [4, 2] },
        skeleton: { type: 'pose/draw', params: {}, at: [2, 1] },
        skeletonFile: { type: 'output/video', params: { name: 'masks-skeleton' }, at: [3, 1] },
        maskFile: { type: 'output/video', params: { name: 'masks-regions' }, at: [5, 2] },
      },
      [
        ['speech.audio', 'gestures.audio'],
        ['firstPose.pose', 'gestures.firstPose'],
        ['gestures.pose', 'masks.pose'],
        ['masks.mask', 'larger.mask'],
        ['portrait.image', 'larger.image'],
        ['larger.mask', 'maskVideo.mask'],
        ['maskVideo.video', 'maskFile.video'],
        ['gestures.pose', 'skeleton.pose'],
        ['skeleton.video', 'skeletonFile.video'],
      ],
      'The motion as MMGT reads it: the coloured skeleton, and the masks of face, lips and hands as one colour each. Both are exact until they are written as a file.',
    ),
    'two-people': document(
      'example-two-people',
      'One motion, another person',
      {
        ...person('june'),
        ...speech('hello'),
        otherPose: {
          type: 'input/pose',
          params: { asset: asset('portrait-idris.pose.json') },
          at: [0, 3],
          title: 'Idris',
        },
        gestures: { type: 'pose/procedural', params: { seed: 2 }, at: [1, 2], title: 'Gestures of Idris' },
        retarget: { type: 'pose/retarget', params: { ease: 0.5 }, at: [2, 1] },
        render: { type: 'render/warp', params: { maxSize: 512 }, at: [3, 0] },
        video: { type: 'output/video', params: { name: 'two-people' }, at: [4, 0] },
      },
      [
        ['speech.audio', 'gestures.audio'],
        ['otherPose.pose', 'gestures.firstPose'],
        ['gestures.pose', 'retarget.pose'],
        ['firstPose.pose', 'retarget.firstPose'],
        ...rendering('retarget.pose'),
      ],
      'A motion made for one person is fitted to the proportions and place of another.',
    ),
  }
}

/** Asset ids (`sha256:…`) of the portraits, poses and speech tracks in a folder, by file name. */
export function exampleAssets(folder: string): Record<string, string> {
  const files = readdirSync(folder).filter((name) => /^(portrait|speech)-.*\.(png|json|wav)$/.test(name))
  return Object.fromEntries(
    files.sort().map((name) => [
      name,
      `sha256:${createHash('sha256')
        .update(readFileSync(path.join(folder, name)))
        .digest('hex')}`,
    ]),
  )
}

/** Writes `<name>.workflow.json` and `manifest.json` (asset id → file) beside the files they name. */
export function writeWorkflows(folder: string): void {
  const assets = exampleAssets(folder)
  const manifest = Object.fromEntries(Object.entries(assets).map(([name, id]) => [id, name]))
  writeFileSync(path.join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  for (const [name, workflow] of Object.entries(exampleWorkflows((file) => assets[file]))) {
    writeFileSync(path.join(folder, `${name}.workflow.json`), `${JSON.stringify(workflow, null, 2)}\n`)
  }
}
