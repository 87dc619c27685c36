import { decodeTasks, type WorkerReply, type WorkerRequest } from './decode-tasks'

const running = new Map<number, AbortController>()
const send = (reply: WorkerReply, transfer: Transferable[] = []) => self.postMessage(reply, { transfer })

self.onmessage = async ({ data }: MessageEvent<WorkerRequest>) => {
  if ('abort' in data) return running.get(data.id)?.abort()
  const { id, name, payload } = data
  const abort = new AbortController()
  running.set(id, abort)
  try {
    const task = decodeTasks[name] as (
      payload: unknown,
      signal: AbortSignal,
    ) => Promise<{ value: unknown; transfer: Transferable[] }>
    const { value, transfer } = await task(payload, abort.signal)
    send({ id, value }, transfer)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    send({ id, message, aborted: abort.signal.aborted })
  } finally {
    running.delete(id)
  }
}
