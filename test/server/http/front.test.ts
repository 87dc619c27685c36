import { io } from 'socket.io-client'
import { expect, it, onTestFinished } from 'vitest'
import { openFront } from '../../../server/http/front'

it.each([[['websocket']], [['polling']], [['websocket', 'polling']]])(
  'a socket that comes by %j while the studio is starting is refused until somebody serves it, and comes again',
  async (transports) => {
    const front = await openFront({ host: '127.0.0.1', port: 0, dev: false })
    const client = io(front.url, {
      ...{ path: '/ws', transports, tryAllTransports: true },
      ...{ reconnectionDelay: 20, reconnectionDelayMax: 50 },
    })
    onTestFinished(async () => {
      client.close()
      await front.sockets.close()
    })
    let refusals = 0
    client.on('connect_error', () => refusals++)
    const answer = client.emitWithAck('question')
    await expect.poll(() => refusals).toBeGreaterThan(2)
    expect((await fetch(front.url)).status).toBe(503)

    front.sockets.on('connection', (socket) => {
      socket.on('question' as never, (reply: (text: string) => void) => reply('served'))
    })
    front.answerWith((_request, response) => void response.end())
    expect(await answer).toBe('served')
  },
)
