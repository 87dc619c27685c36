import { readFile } from 'node:fs/promises'
import { StudioError } from '../../core/errors'
import { readTags } from './container'
import { readGifComment } from './gif-workflow'
import { readPngText } from './png-workflow'
import { fileBytes, readBytes } from './read-bytes'
import { SNIFF_BYTES, type Sniffed, sniff } from './sniff'
import { readZipEntry } from './zip-entry'

/** Name of the workflow in an archive of PNGs. */
export const WORKFLOW_ENTRY = 'workflow.json'

/** Documents are capped at 5 MB; white space may add to that. */
const MAX_JSON_BYTES = 32 * 1024 * 1024

/** Pictures above this are not searched. */
const MAX_PICTURE_BYTES = 1024 * 1024 * 1024

/**
 * The workflow that made a file: out of an MP4, WebM, PNG, GIF or zip we wrote, or a workflow's own JSON.
 *
 * The document is parsed but not validated; treat it like any stranger's.
 *
 * @returns null when the file holds none
 * @throws StudioError `asset/missing`; `…/unreadable` when the file, or the workflow in it, is damaged
 */
export async function readWorkflow(file: string): Promise<unknown | null> {
  const size = await fileBytes(file)
  const sniffed = sniff(await readBytes(file, 0, SNIFF_BYTES))
  const json = await workflowJson(file, size, sniffed)
  if (json === null) return null
  try {
    return JSON.parse(json)
  } catch (cause) {
    throw new StudioError(
      'asset/unreadable',
      `The workflow in this file is damaged; it seems to be ${sniffed.label}.`,
      {
        hint: 'Use the original file; programs that save it again may leave half of the workflow.',
        cause,
      },
    )
  }
}

async function workflowJson(file: string, size: number, sniffed: Sniffed): Promise<string | null> {
  switch (sniffed.format) {
    case 'mp4':
    case 'mov':
    case 'm4a':
    case 'webm':
    case 'mkv': {
      const tags = await readTags(file, sniffed)
      return tags.workflow ?? tags.WORKFLOW ?? null // Matroska writes names of tags in capitals
    }
    case 'png':
      return size > MAX_PICTURE_BYTES ? null : readPngText(await readFile(file))
    case 'gif':
      return size > MAX_PICTURE_BYTES ? null : readGifComment(await readFile(file))
    case 'zip': {
      const read = (offset: number, length: number) => readBytes(file, offset, length)
      const entry = await readZipEntry(read, size, WORKFLOW_ENTRY, MAX_JSON_BYTES)
      return entry && new TextDecoder().decode(entry)
    }
    case 'json':
    case 'workflowJson': {
      if (size > MAX_JSON_BYTES) return null
      const text = await readFile(file, 'utf8')
      return isWorkflowText(text) ? text : null
    }
    default:
      return null
  }
}

/** A JSON file that is something else holds no workflow; one that cannot be parsed is the caller's to report. */
function isWorkflowText(text: string): boolean {
  try {
    const document = JSON.parse(text)
    return typeof document === 'object' && document !== null && 'schema' in document && 'nodes' in document
  } catch {
    return true
  }
}
