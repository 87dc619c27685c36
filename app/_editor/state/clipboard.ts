'use client'
import { parseDocument, type WorkflowDocument } from '../../../nodes/core/document'
import { GROUP_COLOURS, type Group, type Note } from './document-store'
import { itemOf } from './selection-store'

/** Name of a copied piece of a workflow: it is a workflow like any other, so that it may also be imported or run. */
const CLIPBOARD_ID = 'clipboard'

/** The chosen items with the edges among them, as a workflow in JSON. */
export function copyText(document: WorkflowDocument, items: readonly string[]): string {
  const ids = new Map(items.map((item) => [item, itemOf(item)]))
  const has = (kind: string, id: string) =>
    [...ids.values()].some((item) => item.kind === kind && item.id === id)
  const kept = <T>(record: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(record).filter(([id]) => has('node', id)))
  const piece: WorkflowDocument = {
    schema: document.schema,
    id: CLIPBOARD_ID,
    name: document.name,
    nodes: kept(document.nodes),
    edges: document.edges.filter(({ from, to }) => has('node', from[0]) && has('node', to[0])),
    layout: kept(document.layout),
    groups: document.groups.filter(({ id }) => has('group', id)),
    notes: document.notes.filter(({ id }) => has('note', id)),
  }
  return JSON.stringify(piece, null, 2)
}

/**
 * Reads a piece of a workflow from text. Groups and notes come from outside, so what is drawn of them is checked too.
 *
 * @throws StudioError `document/…` as `parseDocument`
 */
export function pastedPiece(text: string): WorkflowDocument & { groups: Group[]; notes: Note[] } {
  const document = parseDocument(text)
  return {
    ...document,
    groups: document.groups.map((group) => ({
      id: group.id,
      title: textOf(group.title, 200),
      colour: GROUP_COLOURS.find((colour) => colour === group.colour) ?? 'grey',
      ...boxOf(group),
    })),
    notes: document.notes.map((note) => ({ id: note.id, text: textOf(note.text, 20_000), ...boxOf(note) })),
  }
}

const textOf = (value: unknown, most: number) => (typeof value === 'string' ? value.slice(0, most) : '')

function boxOf(value: Record<string, unknown>) {
  const number = (key: string, other: number, least: number, most: number) => {
    const given = value[key]
    return typeof given === 'number' && Number.isFinite(given)
      ? Math.min(most, Math.max(least, given))
      : other
  }
  return {
    x: number('x', 0, -1e7, 1e7),
    y: number('y', 0, -1e7, 1e7),
    w: number('w', 208, 80, 1e5),
    h: number('h', 96, 40, 1e5),
  }
}

/** Whether a text might be a piece of a workflow at all: anything else on the clipboard is none of our business. */
export const looksLikePiece = (text: string): boolean => /^\s*\{[\s\S]*"schema"/.test(text.slice(0, 2_000))
