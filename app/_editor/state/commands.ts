'use client'
import * as Y from 'yjs'
import type { End } from '../../../nodes/core/can-connect'
import type { WorkflowDocument } from '../../../nodes/core/document'
import { fits } from '../../../nodes/core/graph'
import { edgeKey, edgeTarget, liveParts, writeLive } from '../../../nodes/core/live-document'
import { typeOfInput, typeOfOutput } from '../../../nodes/core/socket-types'
import { copyText, pastedPiece } from './clipboard'
import type { Definitions } from './definitions'
import type { DocumentStore, Group, Note, PlacedNode } from './document-store'
import type { History } from './history'
import { newId } from './new-id'
import { groupItem, itemOf, noteItem, type SelectionStore, select } from './selection-store'

export interface Point {
  x: number
  y: number
}

export interface Box extends Point {
  w: number
  h: number
}

interface CommandContext {
  doc: Y.Doc
  store: DocumentStore
  history: History
  selection: SelectionStore
  definitions(): Definitions
  /** Size of a card as it is drawn; of a type, before there is a node of it. */
  cardSize(node: string, type?: string): { w: number; h: number }
}

/** Positions and widths lie on this grid. */
export const GRID = 4
export const snap = (value: number): number => Math.round(value / GRID) * GRID

export const CARD_WIDTH = { least: 148, usual: 208, most: 480 }

/** Between a card and one that made room for it. */
const CARD_GAP = 24

/** Space around what a new group encloses; the title has room above. */
const GROUP_PADDING = { side: 24, top: 44 }

export interface AddOptions {
  params?: Record<string, unknown>
  title?: string
  /** Connects the first socket that fits: from an output, to an input, or both. `socket` names it instead. */
  connect?: { from?: End; to?: End; socket?: string }
}

/** Everything that can be done to a workflow. Each call is one step of undo. */
export type Commands = ReturnType<typeof createCommands>

export function createCommands({ doc, store, history, selection, definitions, cardSize }: CommandContext) {
  const live = liveParts(doc)
  const { edit } = history

  /** The layout of a node; one that a document without layout does not have begins where the canvas shows the node. */
  const placed = (map: Y.Map<Y.Map<unknown>>, id: string): Y.Map<unknown> => {
    let entry = map.get(id)
    if (!entry) map.set(id, (entry = new Y.Map<unknown>(Object.entries({ x: 0, y: 0 }))))
    return entry
  }
  /** Sets what differs: an edit that changes nothing leaves no step behind. */
  const assign = (map: Y.Map<unknown>, values: object) => {
    for (const [key, value] of Object.entries(values)) {
      if (value === undefined) map.delete(key)
      else if (map.get(key) !== value) map.set(key, value)
    }
  }
  const putNode = (id: string, node: PlacedNode) => {
    const { params, ...rest } = node
    live.nodes.set(
      id,
      new Y.Map<unknown>([...Object.entries(rest), ['params', new Y.Map(Object.entries(params))]]),
    )
  }
  const copyEdge = (from: End, to: End) => live.edges.set(edgeKey(to), [from[0], from[1]])
  const setEdge = (from: End, to: End) => {
    const before = live.edges.get(edgeKey(to))
    if (before?.[0] === from[0] && before[1] === from[1]) return
    copyEdge(from, to)
    fold(edgeKey(to), false) // another edge is one to be seen
  }
  const fold = (edge: string, folded: boolean) => {
    const [node, input] = edgeTarget(edge)
    const layout = live.layout.get(node)
    const others = ((layout?.get('folded') ?? []) as string[]).filter((name) => name !== input)
    if (!folded && others.length === ((layout?.get('folded') ?? []) as string[]).length) return
    const next = folded ? [...others, input] : others
    assign(placed(live.layout, node), { folded: next.length > 0 ? next : undefined })
  }
  const paramsOf = (node: string): Y.Map<unknown> | undefined => {
    const params = live.nodes.get(node)?.get('params')
    return params instanceof Y.Map ? params : undefined
  }
  const titleOf = (id: string) => {
    const node = store.getState().nodes[id]
    return node?.title ?? (node && definitions().get(node.type)?.title) ?? id
  }
  const say = (verb: string, items: readonly string[]) =>
    items.length === 1 && itemOf(items[0]).kind === 'node'
      ? `${verb} ${titleOf(items[0])}`
      : `${verb} ${items.length} ${items.length === 1 ? itemOf(items[0]).kind : 'items'}`
  const nodeIds = (items: readonly string[]) =>
    items.map(itemOf).flatMap(({ kind, id }) => (kind === 'node' ? [id] : []))

  const removeNodeParts = (id: string) => {
    for (const [key, from] of [...live.edges]) {
      if (from[0] === id || edgeTarget(key)[0] === id) live.edges.delete(key)
    }
    live.layout.delete(id)
    live.nodes.delete(id)
  }

  /** The nearest place at or below `at` where a card covers no other. */
  const freePlace = (at: Point, { w, h }: { w: number; h: number }): Point => {
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

  /** Writes a piece with new ids, moved by `by`, and selects it. */
  const insertPiece = (piece: ReturnType<typeof pastedPiece>, by: Point): string[] => {
    const ids = new Map<string, string>()
    for (const [id, node] of Object.entries(piece.nodes)) {
      const fresh = newId(
        wordFor(node.type),
        (taken) => live.nodes.has(taken) || [...ids.values()].includes(taken),
      )
      ids.set(id, fresh)
      putNode(fresh, node)
      const { x = 0, y = 0, ...rest } = piece.layout[id] ?? {}
      live.layout.set(fresh, new Y.Map(Object.entries({ ...rest, x: snap(x + by.x), y: snap(y + by.y) })))
    }
    for (const { from, to } of piece.edges) {
      const [source, target] = [ids.get(from[0]), ids.get(to[0])]
      if (source && target) copyEdge([source, from[1]], [target, to[1]])
    }
    const items = [...ids.values()]
    for (const [name, list] of [
      ['notes', piece.notes],
      ['groups', piece.groups],
    ] as const) {
      for (const { id: _, ...value } of list) {
        const fresh = newId(name === 'notes' ? 'note' : 'group', (taken) => live[name].has(taken))
        const moved = { ...value, x: snap(value.x + by.x), y: snap(value.y + by.y) }
        live[name].set(fresh, new Y.Map(Object.entries(moved)))
        items.push(name === 'notes' ? noteItem(fresh) : groupItem(fresh))
      }
    }
    select(selection, { items })
    return items
  }

  const commands = {
    /** Puts a node on the canvas with its upper left corner at `at`, or below what lies there, and selects it. */
    addNode(type: string, at: Point, { params = {}, title, connect }: AddOptions = {}): string {
      const definition = definitions().get(type)
      if (!definition) throw new Error(`no node type ${type}`)
      return edit(`add ${definition.title}`, () => {
        const id = newId(wordFor(type), (taken) => live.nodes.has(taken))
        putNode(id, { type, version: definition.version, params, mode: 'on', title: title ?? null })
        const place = freePlace(at, cardSize(id, type))
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
      return edit(`edit behind ${titleOf(node)}`, () => {
        const at = { x: place.x + place.w + CARD_GAP, y: place.y }
        const id = commands.addNode(type, at, { connect: { from: [node, output] } })
        for (const [key] of readers) setEdge([id, given], edgeTarget(key))
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
          if (chosen) setEdge(from, [id, chosen[0]])
        }
        const input = to && typeOfInput(store.getState(), definitions(), to)
        if (to && input) {
          const giving = Object.entries(definition.outputs).filter(([, out]) => fits(out.type, input))
          const chosen = giving.find(([name]) => name === socket) ?? giving[0]
          if (chosen) setEdge([id, chosen[0]], to)
        }
      })
    },

    /** Removes nodes, notes and groups (not what lies in a group), and edges by their keys. */
    remove(items: readonly string[], edges: readonly string[] = []): void {
      const what =
        items.length > 0
          ? say('delete', items)
          : edges.length === 1
            ? 'disconnect'
            : `delete ${edges.length} edges`
      edit(what, () => {
        for (const key of edges) live.edges.delete(key)
        for (const { kind, id } of items.map(itemOf)) {
          if (kind === 'node') removeNodeParts(id)
          else live[kind === 'note' ? 'notes' : 'groups'].delete(id)
        }
        select(selection, {})
      })
    },

    removeNodes(ids: readonly string[]): void {
      commands.remove(ids)
    },

    /** Removes nodes and closes the gaps: what fed their first fitting input then feeds what they fed. */
    dissolve(ids: readonly string[]): void {
      edit(say('dissolve', ids), () => {
        for (const id of ids) {
          const definition = definitions().get((live.nodes.get(id)?.get('type') as string | undefined) ?? '')
          for (const [key, from] of [...live.edges]) {
            if (from[0] !== id || !definition) continue
            const type = definition.outputs[from[1]]?.type
            const input = Object.keys(definition.inputs).find((name) => definition.inputs[name].type === type)
            const source = input && live.edges.get(edgeKey([id, input]))
            if (source) setEdge(source, edgeTarget(key))
          }
          removeNodeParts(id)
        }
        select(selection, {})
      })
    },

    /** `undefined` brings the default back. */
    setParam(node: string, key: string, value: unknown, { gesture }: { gesture?: string } = {}): void {
      commands.setParams([node], key, value, { gesture })
    },

    setParams(
      nodes: readonly string[],
      key: string,
      value: unknown,
      { gesture }: { gesture?: string } = {},
    ): void {
      edit(
        `change ${key}`,
        () => {
          for (const node of nodes) {
            const params = paramsOf(node)
            if (params) assign(params, { [key]: value })
          }
        },
        gesture && `${gesture} ${nodes.join()}.${key}`,
      )
    },

    /** Brings the defaults back. */
    resetParams(node: string, keys: readonly string[]): void {
      edit(`reset ${titleOf(node)}`, () => {
        for (const key of keys) paramsOf(node)?.delete(key)
      })
    },

    setMode(ids: readonly string[], mode: PlacedNode['mode']): void {
      const verb = { on: 'switch on', bypass: 'bypass', mute: 'mute' }[mode]
      edit(say(verb, ids), () => {
        for (const id of ids) {
          const node = live.nodes.get(id)
          if (node) assign(node, { mode })
        }
      })
    },

    /** A seed that is free is another one in every run; one that is not stays as it is. */
    setFreeSeed(ids: readonly string[], free: boolean): void {
      edit(say(free ? 'unlock the seed of' : 'lock the seed of', ids), () => {
        for (const id of ids) {
          const node = live.nodes.get(id)
          if (node) assign(node, { freeSeed: free || undefined })
        }
      })
    },

    /** An empty title is the definition's own. */
    setTitle(id: string, title: string): void {
      edit(`rename ${titleOf(id)}`, () => {
        const node = live.nodes.get(id)
        if (node) assign(node, { title: title.trim().slice(0, 200) || null })
      })
    },

    setName(name: string): void {
      edit('rename the workflow', () => assign(live.meta, { name: name.trim().slice(0, 200) || 'Untitled' }))
    },

    /** Checks nothing: ask `canConnect` first. An edge that was at the input is replaced. */
    connect(from: End, to: End): void {
      edit('connect', () => setEdge(from, to))
    },

    disconnect(key: string): void {
      commands.remove([], [key])
    },

    /** Moves the end of an edge to another input. */
    reconnect(key: string, from: End, to: End): void {
      edit('reconnect', () => {
        if (edgeKey(to) !== key) live.edges.delete(key)
        setEdge(from, to)
      })
    },

    /** Puts a node between the ends of an edge, on its first fitting sockets. */
    insertOnEdge(key: string, id: string): void {
      const from = live.edges.get(key)
      if (!from) return
      edit(`insert ${titleOf(id)}`, () => commands.joinNode(id, { from, to: edgeTarget(key) }))
    },

    addOnEdge(key: string, type: string, at: Point): string | undefined {
      const from = live.edges.get(key)
      return from && commands.addNode(type, at, { connect: { from, to: edgeTarget(key) } })
    },

    /** Upper left corners by item. One step for all. */
    moveItems(places: Readonly<Record<string, Point>>, { gesture }: { gesture?: string } = {}): void {
      edit(
        say('move', Object.keys(places)),
        () => {
          for (const [item, { x, y }] of Object.entries(places)) {
            const { kind, id } = itemOf(item)
            const known = kind === 'node' ? live.nodes.has(id) : true
            const table = { node: live.layout, note: live.notes, group: live.groups }[kind]
            const entry = kind === 'node' && known ? placed(table, id) : table.get(id)
            if (entry) assign(entry, { x: snap(x), y: snap(y) })
          }
        },
        gesture,
      )
    },

    moveNodes(places: Readonly<Record<string, Point>>): void {
      commands.moveItems(places)
    },

    resizeItem(item: string, box: Partial<Box>, { gesture }: { gesture?: string } = {}): void {
      const { kind, id } = itemOf(item)
      edit(
        say('resize', [item]),
        () => {
          const table = { node: live.layout, note: live.notes, group: live.groups }[kind]
          const entry = kind === 'node' ? placed(table, id) : table.get(id)
          const rounded = Object.fromEntries(Object.entries(box).map(([side, value]) => [side, snap(value)]))
          if (entry) assign(entry, rounded)
        },
        gesture,
      )
    },

    setCollapsed(ids: readonly string[], collapsed: boolean): void {
      edit(say(collapsed ? 'collapse' : 'open', ids), () => {
        for (const id of ids)
          if (live.nodes.has(id)) assign(placed(live.layout, id), { collapsed: collapsed || undefined })
      })
    },

    /** Draws edges as chips at their inputs, or as lines again. */
    setFolded(edges: readonly string[], folded: boolean): void {
      const what = edges.length === 1 ? 'an edge' : `${edges.length} edges`
      edit(`${folded ? 'fold' : 'draw'} ${what}`, () => {
        for (const edge of edges) if (live.edges.has(edge)) fold(edge, folded)
      })
    },

    copy: (items: readonly string[]): string => copyText(store.getState(), items),

    cut(items: readonly string[]): string {
      const text = copyText(store.getState(), items)
      commands.remove(items)
      return text
    },

    /**
     * Adds a copied piece with its upper left corner at `at`.
     *
     * @throws StudioError `document/…` when the text is not a piece of a workflow
     */
    paste(text: string, at: Point): string[] {
      const piece = pastedPiece(text)
      const corners = [...Object.values(piece.layout), ...piece.notes, ...piece.groups]
      const left = Math.min(...corners.map(({ x }) => x), Number.POSITIVE_INFINITY)
      const top = Math.min(...corners.map(({ y }) => y), Number.POSITIVE_INFINITY)
      const by = Number.isFinite(left) ? { x: at.x - left, y: at.y - top } : at
      return edit('paste', () => insertPiece(piece, by))
    },

    /** Copies beside the originals, with the edges that lead into them. */
    duplicate(items: readonly string[], by: Point = { x: 32, y: 32 }): string[] {
      const document = store.getState()
      const piece = pastedPiece(copyText(document, items))
      return edit(say('duplicate', items), () => {
        const made = insertPiece(piece, by)
        const originals = Object.keys(piece.nodes)
        for (const { from, to } of document.edges) {
          const at = originals.indexOf(to[0])
          if (at >= 0 && !originals.includes(from[0])) copyEdge(from, [made[at], to[1]])
        }
        return made
      })
    },

    /** A frame around what is chosen. */
    group(items: readonly string[], title = 'Group'): string | undefined {
      const boxes = items
        .map((item) => boxOf(store.getState(), item, cardSize))
        .filter((box) => box !== undefined)
      if (boxes.length === 0) return undefined
      const left = Math.min(...boxes.map(({ x }) => x)) - GROUP_PADDING.side
      const top = Math.min(...boxes.map(({ y }) => y)) - GROUP_PADDING.top
      const right = Math.max(...boxes.map(({ x, w }) => x + w)) + GROUP_PADDING.side
      const bottom = Math.max(...boxes.map(({ y, h }) => y + h)) + GROUP_PADDING.side
      return commands.addGroup({ x: left, y: top, w: right - left, h: bottom - top }, title)
    },

    addGroup({ x, y, w, h }: Box, title = 'Group'): string {
      return edit('group', () => {
        const id = newId('group', (taken) => live.groups.has(taken))
        const group = { title, colour: 'grey', x: snap(x), y: snap(y), w: snap(w), h: snap(h) }
        live.groups.set(id, new Y.Map<unknown>(Object.entries(group)))
        select(selection, { items: [groupItem(id)] })
        return id
      })
    },

    /** Takes the frame away; what was in it stays. */
    ungroup(ids: readonly string[]): void {
      edit('ungroup', () => {
        for (const id of ids) live.groups.delete(id)
        select(selection, {})
      })
    },

    setGroup(id: string, values: Partial<Pick<Group, 'title' | 'colour'>>): void {
      edit('change a group', () => {
        const group = live.groups.get(id)
        if (group) assign(group, values)
      })
    },

    addNote(at: Point, text = ''): string {
      return edit('add a note', () => {
        const id = newId('note', (taken) => live.notes.has(taken))
        const note = { text, x: snap(at.x), y: snap(at.y), w: CARD_WIDTH.usual, h: 96 }
        live.notes.set(id, new Y.Map<unknown>(Object.entries(note)))
        select(selection, { items: [noteItem(id)] })
        return id
      })
    },

    setNote(id: string, values: Partial<Pick<Note, 'text'>>, { gesture }: { gesture?: string } = {}): void {
      edit(
        'edit a note',
        () => {
          const note = live.notes.get(id)
          if (note) assign(note, values)
        },
        gesture,
      )
    },

    /** Makes the workflow equal to another, such as an earlier version of it; its id stays. */
    replaceAll(document: WorkflowDocument, what: string): void {
      edit(what, () => {
        writeLive(doc, { ...document, id: store.getState().id })
        select(selection, {})
      })
    },

    /** Puts everything into columns in the order of the data; of several chosen nodes only these. */
    async tidy(items: readonly string[] = []): Promise<void> {
      const { tidyLayout } = await import('./tidy-layout')
      const chosen = nodeIds(items)
      const places = tidyLayout(store.getState(), chosen.length > 1 ? chosen : undefined, cardSize)
      edit('tidy', () => commands.moveItems(places))
    },

    /** Lines items up by an edge or a middle, or spreads them with equal gaps. */
    align(items: readonly string[], how: Alignment): void {
      const boxes = items.flatMap((item) => {
        const box = boxOf(store.getState(), item, cardSize)
        return box ? [{ item, ...box }] : []
      })
      if (boxes.length > 1) edit(say('align', items), () => commands.moveItems(aligned(boxes, how)))
    },
  }
  return commands
}

export type Alignment = 'left' | 'centre' | 'right' | 'top' | 'middle' | 'bottom' | 'columns' | 'rows'

const wordFor = (type: string): string => type.split('/').join('-')

/** Where an item lies; undefined when it does not exist. */
export function boxOf(
  document: WorkflowDocument,
  item: string,
  cardSize: (node: string) => { w: number; h: number },
): Box | undefined {
  const { kind, id } = itemOf(item)
  if (kind === 'node') {
    if (!Object.hasOwn(document.nodes, id)) return undefined
    const { x = 0, y = 0 } = document.layout[id] ?? {}
    return { x, y, ...cardSize(id) }
  }
  const list = (kind === 'note' ? document.notes : document.groups) as unknown as (Box & { id: string })[] // boxes by `boxOf` of the clipboard and our own commands
  const found = list.find((entry) => entry.id === id)
  return found && { x: found.x, y: found.y, w: found.w, h: found.h }
}

function aligned(boxes: readonly (Box & { item: string })[], how: Alignment): Record<string, Point> {
  const left = Math.min(...boxes.map(({ x }) => x))
  const right = Math.max(...boxes.map(({ x, w }) => x + w))
  const top = Math.min(...boxes.map(({ y }) => y))
  const bottom = Math.max(...boxes.map(({ y, h }) => y + h))
  if (how === 'columns' || how === 'rows') {
    const [start, size] = how === 'columns' ? (['x', 'w'] as const) : (['y', 'h'] as const)
    const sorted = [...boxes].sort((a, b) => a[start] - b[start])
    const used = sorted.reduce((sum, box) => sum + box[size], 0)
    const span = how === 'columns' ? right - left : bottom - top
    const gap = (span - used) / (sorted.length - 1)
    let at = how === 'columns' ? left : top
    return Object.fromEntries(
      sorted.map((box) => {
        const place = { x: box.x, y: box.y, [start]: at }
        at += box[size] + gap
        return [box.item, place]
      }),
    )
  }
  const place = ({ x, y, w, h }: Box): Point => {
    switch (how) {
      case 'left':
        return { x: left, y }
      case 'centre':
        return { x: (left + right - w) / 2, y }
      case 'right':
        return { x: right - w, y }
      case 'top':
        return { x, y: top }
      case 'middle':
        return { x, y: (top + bottom - h) / 2 }
      case 'bottom':
        return { x, y: bottom - h }
    }
  }
  return Object.fromEntries(boxes.map(({ item, ...box }) => [item, place(box)]))
}
