import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import type { Socket } from 'node:net'

/**
 * The least a machine has to do to watch a run: it takes what comes off the line and acknowledges pictures, and looks
 * at nothing. A crowd of these stands for people whose browsers run elsewhere.
 */
export class BareSocket {
  pictures = 0
  readonly ready: Promise<void>
  readonly over: Promise<void>
  private isReady!: () => void
  private isOver!: () => void
  private line: Socket | undefined
  private rest = Buffer.alloc(0)
  /** Of the picture whose bytes come next. */
  private ack = ''

  constructor(
    port: number,
    private readonly run: string,
  ) {
    this.ready = new Promise((resolve) => (this.isReady = resolve))
    this.over = new Promise((resolve) => (this.isOver = resolve))
    const headers = {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': randomBytes(16).toString('base64'),
    }
    const call = request({ port, host: '127.0.0.1', path: '/ws/?EIO=4&transport=websocket', headers })
    call.on('upgrade', (_response, line, head) => {
      this.line = line as Socket
      this.line.setNoDelay(true)
      line.on('error', () => {})
      line.on('data', (bytes) => this.read(bytes))
      this.read(head)
    })
    call.end()
  }

  close(): void {
    this.line?.destroy()
  }

  /** Frames of a server: no mask; a length of 126 or 127 says that the real one follows in 2 or 8 bytes. */
  private read(bytes: Buffer): void {
    const all = this.rest.length > 0 ? Buffer.concat([this.rest, bytes]) : bytes
    let at = 0
    while (all.length - at >= 2) {
      const short = all[at + 1] & 127
      const start = at + 2 + (short === 126 ? 2 : short === 127 ? 8 : 0)
      if (all.length < start) break
      const length =
        short === 126 ? all.readUInt16BE(at + 2) : short === 127 ? Number(all.readBigUInt64BE(at + 2)) : short
      if (all.length < start + length) break
      this.take(all[at] & 15, all.subarray(start, start + length))
      at = start + length
    }
    this.rest = Buffer.from(all.subarray(at))
  }

  /** What engine.io (first digit) and socket.io (second) say. */
  private take(opcode: number, payload: Buffer): void {
    if (opcode === 2) {
      this.pictures++
      return this.send(`43${this.ack}[]`)
    }
    const begin = payload.toString('latin1', 0, 24)
    if (begin[0] === '0') this.send('40')
    else if (begin[0] === '2') this.send('3')
    else if (begin.startsWith('40')) this.send(`420["run.join",${JSON.stringify({ run: this.run, seq: 0 })}]`)
    else if (begin.startsWith('43')) this.isReady()
    else if (begin.startsWith('45')) this.ack = /^451-(\d+)/.exec(begin)?.[1] ?? ''
    else if (payload.includes('"type":"run.finished"')) this.isOver()
  }

  /** A client masks what it sends; with zeros that changes nothing. */
  private send(text: string): void {
    const long = text.length > 125
    const head = long ? [0x81, 0x80 | 126, text.length >> 8, text.length & 255] : [0x81, 0x80 | text.length]
    this.line!.write(Buffer.concat([Buffer.from([...head, 0, 0, 0, 0]), Buffer.from(text)]))
  }
}
