import { randomBytes } from 'node:crypto'
import { connect as connectTcp } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import * as Y from 'yjs'
import { SyncedDocument } from '../../app/_lib/live/live-document'
import { addNode } from '../support/add-node'
import { ask } from '../support/ask'
import { connect, until } from '../support/live'
import { testStudio } from '../support/services'

const HOSTILE = 40
const MESSAGES = 40

/** What a hostile client can send, past the types. */
interface Raw {
  emit(...args: unknown[]): void
}

interface Line {
  pause(): void
  terminate(): void
}

async function stormed() {
  const { api, port } = await testStudio()
  const { workflow } = await api.workflow.create({ name: 'In the storm' })
  const sockets = async () => {
    const text = (await ask(port, '/metrics')).body.toString()
    return Number(/^mmgt_sockets (\d+)$/m.exec(text)![1])
  }
  const live = new SyncedDocument(workflow, connect(port))
  await until(live, 'saved')
  /** Somebody else's work goes on: an edit is stored, a page is answered. */
  const expectServing = async () => {
    const id = `n${randomBytes(4).toString('hex')}`
    addNode(live.doc, id)
    await until(live, 'saved')
    expect(Object.keys((await api.workflow.get({ workflow })).document.nodes)).toContain(id)
    expect((await ask(port, '/healthz')).status).toBe(200)
  }
  return { port, workflow, live, sockets, expectServing }
}

it('a crowd of sockets that talk nonsense holds nobody up, and leaves nothing behind', async () => {
  const { port, workflow, sockets, expectServing } = await stormed()
  const crowd = Array.from({ length: HOSTILE }, () => connect(port))
  await expect.poll(sockets).toBe(HOSTILE + 1)
  const nonsense = (raw: Raw, i: number) => {
    const update = randomBytes(200)
    const messages: unknown[][] = [
      ['no.such.message', { deep: [[[[]]]] }],
      ['run.join', { run: 'x'.repeat(10_000), seq: -1 }, () => {}],
      ['run.join', { run: '00000000-0000-0000-0000-000000000000', seq: 1e9 }, () => {}],
      ['document.join', { workflow: `${i}`, stateVector: update }, () => {}],
      ['document.update', { workflow, update }],
      ['runs.join'],
      ['run.leave', null],
      [''],
    ]
    raw.emit(...messages[i % messages.length])
  }
  for (const socket of crowd) for (let i = 0; i < MESSAGES; i++) nonsense(socket as unknown as Raw, i)
  await expectServing()
  for (const socket of crowd) socket.disconnect()
  await expect.poll(sockets).toBe(1)
  await expectServing()
})

it('lines that send no messages at all, but bytes, are closed', async () => {
  const { port, sockets, expectServing } = await stormed()
  const upgrade = [
    'GET /ws/?EIO=4&transport=websocket HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
  ]
  const garbage = [
    randomBytes(4_096),
    Buffer.from([0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), // a frame of 2^63 bytes
    Buffer.from([0x81, 0x05, 1, 2, 3, 4, 5]), // not masked
    Buffer.from([0xf3, 0x80, 0, 0, 0, 0]), // bits that mean nothing
  ]
  const closed = garbage.map(
    (bytes) =>
      new Promise<void>((resolve) => {
        const line = connectTcp(port, '127.0.0.1', () => line.write(`${upgrade.join('\r\n')}\r\n\r\n`))
        onTestFinished(() => void line.destroy())
        line.once('data', () => line.write(bytes))
        line.on('error', () => {})
        line.once('close', () => resolve())
      }),
  )
  await Promise.all(closed)
  await expect.poll(sockets).toBe(1)
  await expectServing()
})

it('who asks on and on and reads nothing is cut off', async () => {
  const { port, workflow, live, sockets, expectServing } = await stormed()
  addNode(live.doc, 'long', { text: 'x'.repeat(50_000) }) // every answer has it
  await until(live, 'saved')
  const greedy = connect(port)
  await new Promise<void>((resolve) => greedy.once('connect', resolve))
  greedy.io.reconnection(false)
  const { transport } = greedy.io.engine as unknown as { transport: { ws: Line } }
  transport.ws.pause()
  const stateVector = Y.encodeStateVector(new Y.Doc())
  for (let i = 0; i < 3_000; i++) greedy.emit('document.join', { workflow, stateVector }, () => {})
  // Well before a client that is merely silent would be given up (after 45 s).
  await expect.poll(sockets).toBe(1)
  transport.ws.terminate()
  await expectServing()
})
