import * as Y from 'yjs'
import type { End } from '../../../../nodes/core/can-connect'
import { fits } from '../../../../nodes/core/graph'
import { edgeTarget, liveParts } from '../../../../nodes/core/live-document'
import { typeOfInput, typeOfOutput } from '../../../../nodes/core/socket-types'
import { boxOf, type Point, snap } from '../boxes'
import { newId } from '../new-id'
import { select } from '../selection-store'
import { type CommandContext, titleOf } from './command-context'
import { putNode, setEdge } from './write-parts'

/** Between a card and one that made room for it. */
const CARD_GAP = 24

export interface AddOptions {
  params?: Record<string, unknown>
  title?: string
  /** Connects the first socket that fits: from an output, to an input, or both. `socket` names it instead. */
  connect?: { from?: End; to?: End; socket?: string }
}

/** Nodes come, alone or connected. */
export function nodeCommands(context: CommandContext) {
  const { doc, store, selection, definitions, cardSize } = context
  const live = liveParts(doc)
  const { edit } = context.history

  const commands = {
    /** Puts a node on the canvas with its upper left corner at `at`, or below what lies there, and selects it. */
    addNode(type: string, at: Point, { params = {}, title, connect }: AddOptions = {}): string {
      const definition = definitions().get(type)
      if (!definition) throw new Error(`no node type ${type}`)
      return edit(`add ${definition.title}`, () => {
        const id = newId(type, (taken) => live.nodes.has(taken))
        putNode(live, id, { type, version: definition.version, params, mode: 'on', title: title ?? null })
        const place = freePlace(context, at, cardSize(id, type))
        live.layout.set(id, new Y.Map<unknown>(Object.entries(place)))
        if (connect) commands.joinNode(id, connect)
        select(selection, { items: [id] })
        return id
      })
    },

    /** Puts a node behind another one, between its first output and whoever reads that; `carried`: type of the value. */
    addBehind(type: string, node: string, carried: string): string {
      const definitionAt = (id: string) => definitions().get(store.getState().nodes[id]?.type ?? '')
      const [output] = Object.keys(definitionAt(node)?.outputs ?? {})
      const outputs = Object.entries(definitions().get(type)?.outputs ?? {})
      const given = outputs.find(([, socket]) => socket.type === carried)?.[0]
      const place = boxOf(store.getState(), node, cardSize)
      if (output === undefined || given === undefined || !place)
        throw new Error(`${type} gives no ${carried}`)
      const readers = [...live.edges].filter(([, from]) => from[0] === node && from[1] === output)
      return edit(`edit behind ${titleOf(context, node)}`, () => {
        const at = { x: place.x + place.w + CARD_GAP, y: place.y }
        const id = commands.addNode(type, at, { connect: { from: [node, output] } })
        for (const [key] of readers) setEdge(live, [id, given], edgeTarget(key))
        return id
      })
    },

    /** Connects a node's first fitting sockets to an output, to an input, or between both. */
    joinNode(id: string, { from, to, socket }: NonNullable<AddOptions['connect']>): void {
      const type = (live.nodes.get(id)?.get('type') as string | undefined) ?? ''
      const definition = definitions().get(type)
      if (!definition) return
      edit('connect', () => {
        const output = from && typeOfOutput(store.getState(), definitions(), from)
        if (from && output) {
          const free = Object.entries(definition.inputs).filter(([, input]) => fits(output, input.type))
          const chosen = free.find(([name]) => name === socket) ?? free[0]
          if (chosen) setEdge(live, from, [id, chosen[0]])
        }
        const input = to && typeOfInput(store.getState(), definitions(), to)
        if (to && input) {
          const giving = Object.entries(definition.outputs).filter(([, out]) => fits(out.type, input))
          const chosen = giving.find(([name]) => name === socket) ?? giving[0]
          if (chosen) setEdge(live, [id, chosen[0]], to)
        }
      })
    },
  }
  return commands
}

/** The nearest place at or below `at` where a card covers no other. */
function freePlace(
  { store, cardSize }: CommandContext,
  at: Point,
  { w, h }: { w: number; h: number },
): Point {
  const others = Object.keys(store.getState().nodes).flatMap(
    (id) => boxOf(store.getState(), id, cardSize) ?? [],
  )
  const place = { x: snap(at.x), y: snap(at.y) }
  for (;;) {
    const hit = others.find(
      (box) =>
        place.x < box.x + box.w && box.x < place.x + w && place.y < box.y + box.h && box.y < place.y + h,
    )
    if (!hit) return place
    place.y = snap(hit.y + hit.h + CARD_GAP)
  }
}
