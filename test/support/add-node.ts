import * as Y from 'yjs'

/** Places a node in a live document as one edit. */
export function addNode(
  doc: Y.Doc,
  id: string,
  params: Record<string, unknown> = {},
  type = 'test/constant',
) {
  doc.transact(() => {
    const node = new Y.Map<unknown>([
      ['type', type],
      ['version', 1],
      ['mode', 'on'],
      ['title', null],
      ['params', new Y.Map(Object.entries(params))],
    ])
    doc.getMap<Y.Map<unknown>>('nodes').set(id, node)
  })
}
