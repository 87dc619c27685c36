import type { WorkflowDocument } from '../../../../nodes/core/document'
import { liveParts, writeLive } from '../../../../nodes/core/live-document'
import { select } from '../selection-store'
import type { CommandContext } from './command-context'
import { assign } from './write-parts'

/** The workflow as a whole. */
export function workflowCommands(context: CommandContext) {
  const { doc, store, selection } = context
  const live = liveParts(doc)
  const { edit } = context.history

  return {
    setName(name: string): void {
      edit('rename the workflow', () => assign(live.meta, { name: name.trim().slice(0, 200) || 'Untitled' }))
    },

    /** The params that the form shows, as `node.param`; `undefined` leaves the choice to the definitions. */
    setForm(fields: readonly string[] | undefined): void {
      edit('choose what the form shows', () => assign(live.meta, { form: fields && [...fields] }))
    },

    /** Makes the workflow equal to another, such as an earlier version of it; its id stays. */
    replaceAll(document: WorkflowDocument, what: string): void {
      edit(what, () => {
        writeLive(doc, { ...document, id: store.getState().id })
        select(selection, {})
      })
    },
  }
}
