/** A page with a live document and nothing else, for a test to edit. */
import { type LiveDocument, openLiveDocument } from '../../../app/_lib/live/open-document'
import { addNode } from '../../support/add-node'

export interface LivePageWindow {
  live: LiveDocument
  addNode(id: string): void
  nodes(): string[]
  /** Adds a few nodes, and the next ones when the studio has acknowledged them, which it says. */
  edit(prefix: string, acknowledged: (ids: string[]) => void): void
}

const live = openLiveDocument('w')
const page = window as unknown as LivePageWindow
page.live = live
page.addNode = (id) => addNode(live.doc, id)
page.nodes = () => [...live.doc.getMap('nodes').keys()].sort()
page.edit = (prefix, acknowledged) => {
  let count = 0
  const burst = () => {
    const ids = Array.from({ length: 1 + Math.floor(Math.random() * 4) }, () => `${prefix}${count++}`)
    for (const id of ids) page.addNode(id)
    const stop = live.onStatus((status) => {
      if (status !== 'saved') return
      stop()
      acknowledged(ids)
      setTimeout(burst, Math.random() * 10)
    })
  }
  burst()
}
