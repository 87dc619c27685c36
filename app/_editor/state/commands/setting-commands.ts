import { NOTE_LENGTH } from '../../../../nodes/core/document'
import { liveParts } from '../../../../nodes/core/live-document'
import type { PlacedNode } from '../document-store'
import { type CommandContext, say, titleOf } from './command-context'
import { assign, paramsOf } from './write-parts'

/** What nodes are set to. */
export function settingCommands(context: CommandContext) {
  const { doc } = context
  const live = liveParts(doc)
  const { edit } = context.history

  const commands = {
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
            const params = paramsOf(live, node)
            if (params) assign(params, { [key]: value })
          }
        },
        gesture && `${gesture} ${nodes.join()}.${key}`,
      )
    },

    /** All params of a node at once, such as those of an earlier result. */
    replaceParams(node: string, params: Readonly<Record<string, unknown>>, what: string): void {
      edit(what, () => {
        const known = paramsOf(live, node)
        if (!known) return
        for (const key of [...known.keys()]) if (!Object.hasOwn(params, key)) known.delete(key)
        assign(known, params)
      })
    },

    /** Brings the defaults back. */
    resetParams(node: string, keys: readonly string[]): void {
      edit(`reset ${titleOf(context, node)}`, () => {
        for (const key of keys) paramsOf(live, node)?.delete(key)
      })
    },

    setMode(ids: readonly string[], mode: PlacedNode['mode']): void {
      const verb = { on: 'switch on', bypass: 'bypass', mute: 'mute' }[mode]
      edit(say(context, verb, ids), () => {
        for (const id of ids) {
          const node = live.nodes.get(id)
          if (node) assign(node, { mode })
        }
      })
    },

    /** A seed that is free is another one in every run; one that is not stays as it is. */
    setFreeSeed(ids: readonly string[], free: boolean): void {
      edit(say(context, free ? 'unlock the seed of' : 'lock the seed of', ids), () => {
        for (const id of ids) {
          const node = live.nodes.get(id)
          if (node) assign(node, { freeSeed: free || undefined })
        }
      })
    },

    /** An empty title is the definition's own. */
    setTitle(id: string, title: string): void {
      edit(`rename ${titleOf(context, id)}`, () => {
        const node = live.nodes.get(id)
        if (node) assign(node, { title: title.trim().slice(0, 200) || null })
      })
    },

    /** A text about a node, for people; an empty one is none. */
    setNodeNote(id: string, text: string, { gesture }: { gesture?: string } = {}): void {
      edit(
        `write a note about ${titleOf(context, id)}`,
        () => {
          const node = live.nodes.get(id)
          if (node) assign(node, { note: text.slice(0, NOTE_LENGTH) || undefined })
        },
        gesture,
      )
    },
  }
  return commands
}
