'use client'
import type { Catalog } from '../../../nodes/core/catalog'
import type { LiveDocument } from '../../_lib/live/open-document'
import { cardHeight, cardWidth } from '../card/card-size'
import { createCommands } from './commands'
import { indexCatalog } from './definitions'
import { followDocument } from './document-store'
import type { Editor } from './editor-context'
import { followCurrentRun } from './follow-current-run'
import { createHistory } from './history'
import { RunViews } from './run-store'
import { createSelectionStore } from './selection-store'

/** Everything around an open document that is not drawn. */
export function openEditorFor(
  live: LiveDocument,
  catalog: Catalog,
  show: { openEditor(nodeId: string): void; closeEditor(): void },
): { editor: Editor; close(): void } {
  const definitions = indexCatalog(catalog)
  const { store, stop } = followDocument(live.doc)
  const selection = createSelectionStore()
  const history = createHistory(live.doc, selection)
  const runs = new RunViews()
  const cardSize = (id: string, type?: string) => {
    const { nodes, layout } = store.getState()
    const definition = definitions.get(nodes[id]?.type ?? type ?? '')
    return { w: cardWidth(layout[id]), h: cardHeight(id, definition, layout[id]) }
  }
  const commands = createCommands({
    doc: live.doc,
    store,
    history,
    selection,
    definitions: () => definitions,
    cardSize,
  })
  const analysed = live.analysis()
  if (analysed) runs.setAnalysis(analysed)
  const stopAnalysis = live.onAnalysis((analysis) => runs.setAnalysis(analysis))
  const stopRuns = followCurrentRun(live.workflow, runs)
  const editor: Editor = {
    workflowId: live.workflow,
    live,
    catalog,
    definitions,
    document: store,
    selection,
    history,
    runs,
    commands,
    undo: history.undo,
    redo: history.redo,
    ...show,
  }
  return {
    editor,
    close() {
      stopAnalysis()
      stopRuns()
      stop()
      history.destroy()
      runs.close()
    },
  }
}
