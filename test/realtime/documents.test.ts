import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import type { StudioSocket } from '../../app/_lib/live/socket'
import { liveJson, readLive, writeLive } from '../../nodes/core/live-document'
import type { Reply } from '../../server/realtime/protocol'
import { addNode, connect, emptyWorkflow, liveServer, openTab, until, untilDoc } from '../support/live'

const nodesOf = (doc: Y.Doc) => Object.keys(liveJson(doc).nodes).sort()

const send = (socket: StudioSocket, update: Uint8Array, workflow = 'w') =>
  new Promise<Reply<object>>((resolve) => socket.emit('document.update', { workflow, update }, resolve))

describe('two tabs', () => {
  it('see each other’s edits and end up equal', async () => {
    const { port, rooms } = await liveServer()
    const [a, b] = [await openTab(port), await openTab(port)]
    addNode(a.doc, 'one')
    addNode(b.doc, 'two')
    for (const { doc } of [a, b]) await untilDoc(doc, () => nodesOf(doc).length === 2)
    await Promise.all([until(a.live, 'saved'), until(b.live, 'saved')])
    expect(readLive(a.doc)).toEqual(readLive(b.doc))
    expect(await rooms.read('w')).toEqual(readLive(a.doc))
  })

  it('merge what was edited while the studio was away', async () => {
    const first = await liveServer()
    const { port, store } = first
    const [a, b] = [await openTab(port), await openTab(port)]
    await Promise.all([until(a.live, 'saved'), until(b.live, 'saved')])
    await first.close()
    await Promise.all([until(a.live, 'offline'), until(b.live, 'offline')])
    addNode(a.doc, 'a1')
    addNode(a.doc, 'a2')
    addNode(b.doc, 'b1')
    const { rooms } = await liveServer({ store, port })
    for (const { doc } of [a, b]) await untilDoc(doc, () => nodesOf(doc).length === 3)
    await Promise.all([until(a.live, 'saved'), until(b.live, 'saved')])
    expect(nodesOf(a.doc)).toEqual(['a1', 'a2', 'b1'])
    expect(Object.keys((await rooms.read('w')).nodes).sort()).toEqual(['a1', 'a2', 'b1'])
  })

  it('get an edit by the studio as one update', async () => {
    const { port, rooms } = await liveServer()
    const { doc } = await openTab(port)
    let updates = 0
    doc.on('update', () => void updates++)
    const wanted = { ...emptyWorkflow('w'), name: 'Restored', notes: [{ id: 'n', text: 'hello' }] }
    await rooms.withDocument('w', (live) => writeLive(live, wanted))
    await untilDoc(doc, () => liveJson(doc).name === 'Restored')
    expect(updates).toBe(1)
    expect(readLive(doc)).toEqual(wanted)
  })
})

describe('storing', () => {
  it('happens before the acknowledgement, in one transaction for edits in quick succession', async () => {
    const { port, store } = await liveServer()
    const { live, doc } = await openTab(port)
    await until(live, 'saved')
    const before = (await store.load('w')).length
    for (let i = 0; i < 50; i++) addNode(doc, `n${i}`)
    expect(live.status()).toBe('saving')
    await until(live, 'saved')
    const stored = await store.load('w')
    expect(stored.length - before).toBeLessThanOrEqual(2) // the first, and the 49 that came while it was under way
    const copy = new Y.Doc()
    for (const update of stored) Y.applyUpdate(copy, update)
    expect(readLive(copy)).toEqual(readLive(doc))
  })

  it('merges many updates into one and loses nothing', async () => {
    const { rooms, store } = await liveServer()
    for (let i = 0; i < 205; i++) await rooms.withDocument('w', (doc) => addNode(doc, `n${i}`))
    const stored = await store.load('w')
    expect(stored.length).toBeLessThan(10)
    const copy = new Y.Doc()
    for (const update of stored) Y.applyUpdate(copy, update)
    expect(nodesOf(copy).length).toBe(205)
  })

  it('does not acknowledge an edit that the disk refused, and takes it when there is room again', async () => {
    const { store, rooms } = await liveServer()
    const append = store.append
    store.append = async () => {
      throw new Error('no space left')
    }
    await expect(rooms.withDocument('w', (doc) => addNode(doc, 'lost'))).rejects.toThrow('no space left')
    expect((await rooms.read('w')).nodes).toEqual({})
    store.append = append
    await rooms.withDocument('w', (doc) => addNode(doc, 'kept'))
    expect(Object.keys((await rooms.read('w')).nodes)).toEqual(['kept'])
  })
})

describe('a hostile or broken update', () => {
  let highId = 2 ** 32
  const edited = (change: (doc: Y.Doc) => void) => {
    const doc = new Y.Doc()
    doc.clientID = --highId // of two who set the same key at the same time, the higher one wins
    change(doc)
    return Y.encodeStateAsUpdate(doc)
  }
  const deep = () => {
    let value: unknown = 1
    for (let i = 0; i < 3_000; i++) value = [value]
    return value
  }
  const cases: Record<string, { update: () => Uint8Array; code: string }> = {
    'random bytes': {
      update: () => Uint8Array.from({ length: 300 }, (_, i) => (i * 89) % 256),
      code: 'document/refused',
    },
    'half an update': {
      update: () => edited((doc) => addNode(doc, 'x')).subarray(0, 30),
      code: 'document/refused',
    },
    'a count of structs that lies': {
      update: () => Uint8Array.of(1, 255, 255, 255, 15, 1, 0, 0),
      code: 'document/refused',
    },
    'a node that is text': {
      update: () => edited((doc) => doc.getMap('nodes').set('x', 'hello')),
      code: 'document/invalid',
    },
    'an edge that is a number': {
      update: () => edited((doc) => doc.getMap('edges').set('x.y', 3)),
      code: 'document/refused',
    },
    'another schema': {
      update: () => edited((doc) => doc.getMap('meta').set('schema', 7)),
      code: 'document/newer',
    },
    'a node called __proto__': {
      update: () => edited((doc) => addNode(doc, '__proto__')),
      code: 'document/refused',
    },
    'a part of its own': {
      update: () => edited((doc) => doc.getText('chat').insert(0, 'hi')),
      code: 'document/refused',
    },
    '3,000 nodes': {
      update: () =>
        edited((doc) => {
          for (let i = 0; i < 3_000; i++) addNode(doc, `n${i}`)
        }),
      code: 'document/too-large',
    },
    'five megabytes': { update: () => new Uint8Array(5_000_001), code: 'document/too-large' },
    'edits upon edits that we never got': {
      update: () => {
        const doc = new Y.Doc()
        addNode(doc, 'first')
        const before = Y.encodeStateVector(doc)
        addNode(doc, 'second')
        return Y.encodeStateAsUpdate(doc, before)
      },
      code: 'document/gap',
    },
    'a workflow that does not exist': {
      update: () => edited((doc) => addNode(doc, 'x')),
      code: 'document/not-found',
    },
  }
  for (const [name, { update, code }] of Object.entries(cases)) {
    it(`is refused with a sentence and not stored: ${name}`, async () => {
      const { port, store, rooms } = await liveServer()
      const { doc } = await openTab(port)
      const before = await store.load('w')
      const workflow = code === 'document/not-found' ? 'elsewhere' : 'w'
      const reply = await send(connect(port), update(), workflow)
      expect(reply.ok).toBe(false)
      if (reply.ok) return
      expect(reply.error.code).toBe(code)
      expect(reply.error.message).toMatch(/\.$/)
      expect(reply.error.hint).toBeTruthy()
      expect(reply.error).not.toHaveProperty('stack')
      expect(await store.load('w')).toEqual(before)
      // The room goes on.
      addNode(doc, 'fine')
      await expect.poll(async () => Object.keys((await rooms.read('w')).nodes)).toEqual(['fine'])
    })
  }

  it('takes no good one with it that arrived at the same time', async () => {
    const { port, rooms } = await liveServer()
    const socket = connect(port)
    const good = edited((doc) => addNode(doc, 'good'))
    const bad = edited((doc) => doc.getMap('nodes').set('bad', 1))
    const replies = await Promise.all([send(socket, bad), send(socket, good), send(socket, bad)])
    expect(replies.map(({ ok }) => ok)).toEqual([false, true, false])
    expect(Object.keys((await rooms.read('w')).nodes)).toEqual(['good'])
  })

  it('of the wrong form is answered too: no bytes, no callback, nothing at all', async () => {
    const { port, rooms } = await liveServer()
    const socket = connect(port)
    const raw = socket as unknown as { emit(...args: unknown[]): void } // what a hostile client can do
    raw.emit('document.update')
    raw.emit('document.update', null)
    raw.emit('document.join', { workflow: 'w' })
    raw.emit('document.leave', 3)
    const reply = await new Promise<Reply<object>>((resolve) =>
      raw.emit('document.update', { workflow: 'w', update: 'text' }, resolve),
    )
    expect(reply).toMatchObject({ ok: false, error: { code: 'usage/message' } })
    await rooms.withDocument('w', (doc) => addNode(doc, 'fine'))
  })

  it('as deep as it likes does not end the studio', async () => {
    const { port, rooms } = await liveServer()
    await send(
      connect(port),
      edited((doc) => addNode(doc, 'x', { value: deep() })),
    )
    await rooms.withDocument('w', (doc) => addNode(doc, 'fine'))
    expect(Object.keys((await rooms.read('w')).nodes)).toContain('fine')
  })

  it('again and again costs its sender the connection', async () => {
    const { port } = await liveServer()
    const socket = connect(port)
    const gone = new Promise((resolve) => socket.once('disconnect', resolve))
    const bad = edited((doc) => doc.getMap('nodes').set('x', 1))
    for (let i = 0; i < 20; i++) void send(socket, bad)
    expect(await gone).toBe('io server disconnect')
  })
})

it('a tab whose edit was refused says so and keeps the sentence', async () => {
  const { port } = await liveServer()
  const { live, doc } = await openTab(port)
  await until(live, 'saved')
  doc.getMap('nodes').set('x', 'not a node')
  await until(live, 'failed')
  expect(live.failure()?.message).toContain('nodes.x')
})

it('a tab whose edit the disk refused keeps it, says so, and tries again until there is room', async () => {
  const { port, store, rooms } = await liveServer()
  const { live, doc } = await openTab(port)
  await until(live, 'saved')
  const append = store.append
  store.append = async () => {
    throw new Error('no space left')
  }
  addNode(doc, 'kept')
  await until(live, 'failed')
  expect(live.failure()?.message).toContain('no space left')
  store.append = append
  await until(live, 'saved')
  expect(live.failure()).toBeUndefined()
  expect(Object.keys((await rooms.read('w')).nodes)).toEqual(['kept'])
})

it('a tab that pasted too much is well again when it has undone that', async () => {
  const { port, rooms } = await liveServer()
  const { live, doc } = await openTab(port)
  await until(live, 'saved')
  const undo = new Y.UndoManager(doc.getMap('nodes'))
  doc.transact(() => {
    for (let i = 0; i < 2_001; i++) addNode(doc, `n${i}`)
  })
  await until(live, 'failed')
  expect(live.failure()?.message).toBe('The workflow has 2001 nodes; the limit is 2000.')
  undo.undo()
  addNode(doc, 'fine')
  await until(live, 'saved')
  expect(Object.keys((await rooms.read('w')).nodes)).toEqual(['fine'])
})
