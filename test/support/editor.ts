import * as Y from 'yjs'
import { createCommands } from '../../app/_editor/state/commands'
import { indexCatalog } from '../../app/_editor/state/definitions'
import { followDocument } from '../../app/_editor/state/document-store'
import { createHistory } from '../../app/_editor/state/history'
import { createSelectionStore } from '../../app/_editor/state/selection-store'
import { catalog } from '../../nodes/core/catalog'
import { parseDocument, type WorkflowDocument } from '../../nodes/core/document'
import { writeLive } from '../../nodes/core/live-document'
import { registry } from '../../nodes/registry'

export const emptyDocument = (): WorkflowDocument =>
  parseDocument({ schema: 1, id: 'w', name: 'Test', nodes: {}, edges: [] })

/** The state of the editor over a document of its own, without a page. */
export function openTestEditor(document: WorkflowDocument = emptyDocument(), doc = new Y.Doc()) {
  writeLive(doc, document)
  const { store } = followDocument(doc)
  const selection = createSelectionStore()
  const history = createHistory(doc, selection)
  const definitions = indexCatalog(catalog(registry))
  const commands = createCommands({
    doc,
    store,
    history,
    selection,
    definitions: () => definitions,
    cardSize: () => ({ w: 208, h: 300 }),
  })
  return { doc, store, selection, history, definitions, commands, read: () => store.getState() }
}
