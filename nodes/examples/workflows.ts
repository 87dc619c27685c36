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
  {
    type: string
    params: Record<string, unknown>
    at: [column: number, y: number]
    title?: string
    /** Inputs whose edge would pass behind other cards. */
    folded?: string[]
  }
>

interface Note {
  at: [column: number, y: number]
  columns: number
  height: number
  text: string
}

/** Distance between columns of nodes on the canvas, and their width, px. */
const COLUMN = 288
const WIDTH = 208

function document(
  id: string,
  name: string,
  nodes: Nodes,
  edges: [from: string, to: string][],
  note: Note,
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
    layout: each(({ at: [column, y], folded }) => ({
      x: column * COLUMN,
      y,
      w: WIDTH,
      ...(folded && { folded }),
    })),
    groups: [],
    notes: [
      {
        id: 'about',
        x: note.at[0] * COLUMN,
        y: note.at[1],
        w: (note.columns - 1) * COLUMN + WIDTH,
        h: note.height,
        text: note.text,
      },
    ],
  }
}

/** Documents by file name. `asset` gives the id of a shipped file. */
export function exampleWorkflows(asset: (file: string) => string): Record<string, WorkflowDocument> {
  const portrait = (name: string, at: [number, number]): Nodes => ({
    portrait: { type: 'input/image', params: { asset: asset(`portrait-${name}.png`) }, at },
  })
  const firstPose = (name: string, at: [number, number]): Nodes => ({
    firstPose: { type: 'input/pose', params: { asset: asset(`portrait-${name}.pose.json`) }, at },
  })
  const speech = (name: string): Nodes => ({
    speech: { type: 'input/audio', params: { asset: asset(`speech-${name}.wav`) }, at: [0, 0] },
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
        ...speech('hello'),
        ...firstPose('mara', [0, 180]),
        ...portrait('mara', [1, 0]),
        gestures: { type: 'pose/procedural', params: { seed: 1 }, at: [1, 320] },
        render: {
          type: 'render/warp',
          params: { maxSize: 512 },
          at: [2, 120],
          folded: ['firstPose', 'audio'],
        },
        video: { type: 'output/video', params: { name: 'hello' }, at: [3, 120] },
      },
      [
        ['speech.audio', 'gestures.audio'],
        ['firstPose.pose', 'gestures.firstPose'],
        ...rendering('gestures.pose'),
      ],
      {
        at: [2, 0],
        columns: 2,
        height: 72,
        text: 'A portrait, its first pose and a speech track become a video. Change the energy of the gestures or the seed, and only what hangs on it runs again.',
      },
    ),
    story: document(
      'example-story',
      'Story, edited and measured',
      {
        ...speech('story'),
        ...firstPose('idris', [0, 180]),
        ...portrait('idris', [1, 0]),
        gestures: { type: 'pose/procedural', params: { seed: 3, energy: 1.1 }, at: [1, 320] },
        edit: {
          type: 'pose/editor',
          params: {
            layers: [
              { id: 'livelier', kind: 'amplitude', region: 'head', factor: 1.3 },
              { id: 'calm-end', kind: 'amplitude', region: 'arms', factor: 0.5, from: 200, fadeIn: 25 },
            ],
          },
          at: [2, 230],
          folded: ['audio'],
        },
        render: {
          type: 'render/warp',
          params: { maxSize: 512 },
          at: [3, 0],
          folded: ['portrait', 'firstPose', 'audio'],
        },
        video: { type: 'output/video', params: { name: 'story' }, at: [4, 0] },
        measure: { type: 'video/metrics', params: {}, at: [3, 416], folded: ['audio'] },
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
      {
        at: [4, 416],
        columns: 1,
        height: 150,
        text: 'Edits are layers over a motion: here the head moves a little more, and the arms calm down towards the end. The measurements say whether the gestures are in time with the speech.',
      },
    ),
    masks: document(
      'example-masks',
      'Masks and skeleton for other tools',
      {
        ...speech('hello'),
        ...firstPose('june', [0, 180]),
        gestures: { type: 'pose/procedural', params: { seed: 5 }, at: [1, 0] },
        ...portrait('june', [1, 360]),
        masks: { type: 'mask/motion', params: {}, at: [2, 360] },
        larger: {
          type: 'mask/editor',
          params: {
            layers: [
              { id: 'room-for-fingers', kind: 'grow', region: 'hands', pixels: 12 },
              { id: 'soft-lips', kind: 'feather', region: 'lips', pixels: 6 },
            ],
          },
          at: [3, 360],
        },
        maskVideo: { type: 'mask/to-video', params: {}, at: [4, 360] },
        skeleton: { type: 'pose/draw', params: {}, at: [2, 0] },
        skeletonFile: { type: 'output/video', params: { name: 'masks-skeleton' }, at: [3, 0] },
        maskFile: { type: 'output/video', params: { name: 'masks-regions' }, at: [5, 360] },
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
      {
        at: [4, 0],
        columns: 2,
        height: 90,
        text: 'The motion as MMGT reads it: the coloured skeleton, and the masks of face, lips and hands as one colour each. Both are exact until they are written as a file.',
      },
    ),
    'two-people': document(
      'example-two-people',
      'One motion, another person',
      {
        ...speech('hello'),
        ...portrait('june', [2, 0]),
        ...firstPose('june', [1, 500]),
        otherPose: {
          type: 'input/pose',
          params: { asset: asset('portrait-idris.pose.json') },
          at: [0, 180],
          title: 'Idris',
        },
        gestures: { type: 'pose/procedural', params: { seed: 2 }, at: [1, 140], title: 'Gestures of Idris' },
        retarget: { type: 'pose/retarget', params: { ease: 0.5 }, at: [2, 324] },
        render: {
          type: 'render/warp',
          params: { maxSize: 512 },
          at: [3, 120],
          folded: ['firstPose', 'audio'],
        },
        video: { type: 'output/video', params: { name: 'two-people' }, at: [4, 120] },
      },
      [
        ['speech.audio', 'gestures.audio'],
        ['otherPose.pose', 'gestures.firstPose'],
        ['gestures.pose', 'retarget.pose'],
        ['firstPose.pose', 'retarget.firstPose'],
        ...rendering('retarget.pose'),
      ],
      {
        at: [3, 0],
        columns: 2,
        height: 64,
        text: 'A motion made for one person is fitted to the proportions and place of another.',
      },
    ),
    mmgt: document(
      'example-mmgt',
      'MMGT: both stages',
      {
        ...speech('hello'),
        ...firstPose('mara', [0, 180]),
        ...portrait('mara', [3, 0]),
        features: { type: 'audio/encoder', params: { motionKind: 'wavlm' }, at: [1, 0] },
        gestures: { type: 'pose/smga', params: {}, at: [2, 180] },
        edit: { type: 'pose/editor', params: {}, at: [3, 360], folded: ['image', 'audio'] },
        masks: { type: 'mask/motion', params: { regions: ['face', 'lips', 'hands'] }, at: [4, 360] },
        render: { type: 'diffusion/mm-haa', params: {}, at: [5, 0], folded: ['speech', 'audio'] },
        video: { type: 'output/video', params: { name: 'mmgt' }, at: [6, 0] },
      },
      [
        ['speech.audio', 'features.audio'],
        ['features.motion', 'gestures.speech'],
        ['firstPose.pose', 'gestures.firstPose'],
        ['gestures.pose', 'edit.pose'],
        ['portrait.image', 'edit.image'],
        ['speech.audio', 'edit.audio'],
        ['edit.pose', 'masks.pose'],
        ['edit.pose', 'render.pose'],
        ['masks.mask', 'render.masks'],
        ['portrait.image', 'render.portrait'],
        ['features.lips', 'render.speech'],
        ['speech.audio', 'render.audio'],
        ['render.video', 'video.video'],
      ],
      {
        at: [0, 500],
        columns: 2,
        height: 96,
        text: 'The published system: SMGA makes a motion of the speech, diffusion paints it. Between them poses and masks can be edited, and only what hangs on an edit runs again. It needs the model pack (page Models), and a GPU to be quick.',
      },
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
