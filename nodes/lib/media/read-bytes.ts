import { open, stat } from 'node:fs/promises'
import { StudioError } from '../../core/errors'

/** Size of a file in bytes. @throws StudioError `asset/missing` when there is no such file */
export async function fileBytes(file: string): Promise<number> {
  const info = await stat(file).catch(() => null)
  if (info?.isFile()) return info.size
  throw new StudioError('asset/missing', info ? `${file} is not a file.` : `There is no file ${file}.`, {
    hint: 'Check the path.',
  })
}

/** Bytes `[offset, offset + length)` of a file, fewer where it ends. @throws StudioError `asset/missing` */
export async function readBytes(file: string, offset: number, length: number): Promise<Uint8Array> {
  const handle = await open(file, 'r').catch((cause) => {
    throw new StudioError('asset/missing', `The file ${file} cannot be opened.`, {
      hint: 'Check the path.',
      cause,
    })
  })
  try {
    const bytes = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled)
      if (bytesRead === 0) break
      filled += bytesRead
    }
    return bytes.subarray(0, filled)
  } finally {
    await handle.close()
  }
}
