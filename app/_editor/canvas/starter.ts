'use client'
import type { Point } from '../state/boxes'
import type { Editor } from '../state/editor-context'
import { select } from '../state/selection-store'

/** The shortest way from a portrait and a recording to a video, with places for both still empty. */
const STARTER: { key: string; type: string; at: [column: number, y: number] }[] = [
  { key: 'portrait', type: 'input/image', at: [0, 0] },
  { key: 'firstPose', type: 'input/pose', at: [0, 320] },
  { key: 'speech', type: 'input/audio', at: [0, 640] },
  { key: 'gestures', type: 'pose/procedural', at: [1, 320] },
  { key: 'render', type: 'render/warp', at: [2, 120] },
  { key: 'video', type: 'output/video', at: [3, 120] },
]

const WIRES: [from: [string, string], to: [string, string]][] = [
  [
    ['speech', 'audio'],
    ['gestures', 'audio'],
  ],
  [
    ['firstPose', 'pose'],
    ['gestures', 'firstPose'],
  ],
  [
    ['portrait', 'image'],
    ['render', 'portrait'],
  ],
  [
    ['firstPose', 'pose'],
    ['render', 'firstPose'],
  ],
  [
    ['gestures', 'pose'],
    ['render', 'pose'],
  ],
  [
    ['speech', 'audio'],
    ['render', 'audio'],
  ],
  [
    ['render', 'video'],
    ['video', 'video'],
  ],
]

const COLUMN = 304

/** Adds the starter around a point, as one step. */
export function addStarter({ commands, history, definitions, selection }: Editor, around: Point): void {
  if (STARTER.some(({ type }) => !definitions.get(type))) return
  history.edit('start with portrait and speech', () => {
    const ids = new Map<string, string>()
    for (const { key, type, at } of STARTER) {
      ids.set(key, commands.addNode(type, { x: around.x + (at[0] - 2) * COLUMN, y: around.y + at[1] - 480 }))
    }
    select(selection, {})
    for (const [from, to] of WIRES) commands.connect([ids.get(from[0])!, from[1]], [ids.get(to[0])!, to[1]])
  })
}
