import type { ErrorJson } from '../../nodes/core/errors'
import type { AssetRecord } from '../storage/assets'

/** Work on files that would hold up whoever does it. */
export type FileTask =
  /** Looks at an uploaded file and moves it into the data folder. */
  | { type: 'import'; data: string; file: string; name: string; claimedType?: string }
  /** Takes a workflow, and the files that travel with it, out of a file. */
  | { type: 'workflow'; data: string; file: string }
  /** Draws a small JPEG of a picture. */
  | { type: 'thumbnail'; from: string; to: string }

export interface FileResults {
  import: AssetRecord
  /** The document is parsed but not validated; null when the file holds none. */
  workflow: { document: unknown; assets: AssetRecord[] } | null
  thumbnail: null
}

export type FileAnswer = { result: FileResults[FileTask['type']] } | { error: ErrorJson }
