import type { IncomingMessage, ServerResponse } from 'node:http'
import { toErrorJson } from '../../nodes/core/errors'
import type { Thumbnails } from '../files/thumbnails'
import type { Services } from '../services'
import { sendFile, sendProblem } from './send-file'

/** What an artifact may be called by whoever asks for it; anything else is sent as bytes. */
const MIMES = new Set([
  'image/png',
  'image/jpeg',
  'image/webp',
  'image/gif',
  'video/mp4',
  'video/webm',
  'audio/wav',
  'audio/mpeg',
  'audio/mp4',
  'audio/ogg',
  'audio/flac',
  'audio/webm',
  'application/zip',
  'application/json',
])

const safeMime = (mime: string | null) => (mime && MIMES.has(mime) ? mime : 'application/octet-stream')

type FileServices = Pick<Services, 'data' | 'shares' | 'assets'>

/**
 * `/api/artifacts/<sha256>`: stored bytes; `/api/assets/<sha256>[/thumbnail]`: imported files. With `share=<token>`,
 * only what that link covers.
 *
 * @returns false when the address is none of these
 */
export async function serveFiles(
  services: FileServices,
  thumbnails: Thumbnails,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const url = new URL(request.url ?? '/', 'http://studio')
  const match = /^\/api\/(artifacts|assets)\/([^/]+)(\/thumbnail)?$/.exec(url.pathname)
  if (!match) return false
  const [, kind, id, thumbnail] = match
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    sendProblem(response, 405, 'asset/method', 'Artifacts can only be read.')
    return true
  }
  if (!/^[0-9a-f]{64}$/.test(id)) {
    sendProblem(response, 404, 'storage/bad-id', `"${id.slice(0, 80)}" is not the id of an artifact.`)
    return true
  }
  const share = url.searchParams.get('share')
  if (share !== null && !(await services.shares.covers(share, id))) {
    sendProblem(response, 404, 'share/not-found', 'This link does not show this file.')
    return true
  }
  if (kind === 'assets') await sendAsset(services, thumbnails, request, response, id, thumbnail !== undefined)
  else {
    sendFile(request, response, {
      file: services.data.blobs.pathOf(id),
      mime: safeMime(url.searchParams.get('mime')),
      downloadAs: url.searchParams.has('download') ? url.searchParams.get('name') || id : undefined,
      brotli: url.searchParams.has('br'),
      etag: id,
    })
  }
  return true
}

async function sendAsset(
  { data, assets }: FileServices,
  thumbnails: Thumbnails,
  request: IncomingMessage,
  response: ServerResponse,
  id: string,
  small: boolean,
): Promise<void> {
  const record = await assets.find(`sha256:${id}`)
  if (!record) return sendProblem(response, 404, 'asset/missing', 'This file is not in this studio.')
  if (!small) {
    const file = data.blobs.pathOf(id)
    return sendFile(request, response, { file, mime: safeMime(record.mime), etag: id })
  }
  if (record.kind !== 'image' && record.kind !== 'video') {
    return sendProblem(
      response,
      404,
      'asset/no-thumbnail',
      `${record.name} is no picture or video; it has no thumbnail.`,
    )
  }
  try {
    const file = await thumbnails.of(id)
    sendFile(request, response, { file, mime: 'image/jpeg', etag: `${id}-thumbnail` })
  } catch (error) {
    const { message, hint } = toErrorJson(error)
    sendProblem(response, 404, 'asset/no-thumbnail', message, hint)
  }
}
