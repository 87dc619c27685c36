import { type Answer, ask } from './ask'

export const tus = { 'tus-resumable': '1.0.0' }

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Announces a file; the answer names its location. `type`: what the browser says of it. */
export async function create(port: number, name: string, length: number, type?: string): Promise<Answer> {
  const metadata = [`filename ${base64(name)}`, ...(type ? [`filetype ${base64(type)}`] : [])].join(',')
  return ask(port, '/api/uploads', {
    method: 'POST',
    headers: { ...tus, 'upload-metadata': metadata, 'upload-length': String(length) },
  })
}

/** Sends bytes of it, from `offset` on. */
export const patch = (port: number, location: string, offset: number, body: Buffer) =>
  ask(port, location, {
    method: 'PATCH',
    headers: {
      ...tus,
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
      'content-length': String(body.length),
    },
    body,
  })

/** Both, with all bytes at once. @returns what the last answer said, and the id of the upload */
export async function send(
  port: number,
  name: string,
  bytes: Uint8Array,
  type?: string,
): Promise<Answer & { upload: string }> {
  const made = await create(port, name, bytes.length, type)
  if (made.status !== 201) return { ...made, upload: '' }
  const location = String(made.headers.location)
  const sent = await patch(port, location, 0, Buffer.from(bytes))
  return { ...sent, upload: location.split('/').pop()! }
}
