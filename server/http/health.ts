import type { ServerResponse } from 'node:http'
import type { OpenServices } from '../open-services'

/** 200 when the studio can do all it is there for, else 503; which part cannot stands in the answer. */
export async function sendHealth(
  response: ServerResponse,
  { services, database, worker }: OpenServices,
): Promise<void> {
  const isDatabaseOk = await database.read.$queryRawUnsafe('SELECT 1').then(
    () => true,
    () => false,
  )
  const { state } = worker.health()
  const ok = isDatabaseOk && state !== 'silent'
  response.setHeader('Content-Type', 'application/json')
  response.setHeader('Cache-Control', 'no-store')
  response.writeHead(ok ? 200 : 503)
  response.end(
    JSON.stringify({
      ok,
      version: services.system.info().version,
      uptimeSeconds: Math.round(process.uptime()),
      database: isDatabaseOk,
      worker: state,
    }),
  )
}
