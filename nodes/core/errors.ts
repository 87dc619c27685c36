/** The noun an error is about; the part after the slash says what went wrong. */
type ErrorArea =
  | 'graph'
  | 'document'
  | 'params'
  | 'asset'
  | 'image'
  | 'audio'
  | 'speech'
  | 'pose'
  | 'mask'
  | 'video'
  | 'media'
  | 'pack'
  | 'hub'
  | 'storage'
  | 'worker'
  | 'run'
  | 'share'
  | 'usage'

export type ErrorCode = `${ErrorArea}/${string}` | 'internal'

export interface ErrorJson {
  code: ErrorCode
  message: string
  hint?: string
  nodeId?: string
  /** Of unexpected failures only; shown with --verbose. */
  stack?: string
}

/** Any thrown thing as data that can cross processes. Expected failures keep their sentence; others keep their stack. */
export function toErrorJson(error: unknown): ErrorJson {
  // By shape, not by class: a node may come from a bundle with a copy of its own.
  if (error instanceof Error && error.name.endsWith('Error') && 'code' in error && 'toJSON' in error) {
    return (error as StudioError).toJSON()
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  return { code: 'internal', message: `Unexpected failure: ${message}`, stack }
}

/** A failure the user will read. `hint` says what to do next; `nodeId` lets the canvas point at it. */
export class StudioError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly nodeId: string | undefined

  constructor(
    code: ErrorCode,
    message: string,
    opts: { hint?: string; nodeId?: string; cause?: unknown } = {},
  ) {
    super(message, opts.cause === undefined ? undefined : { cause: opts.cause })
    this.name = 'StudioError'
    this.code = code
    this.hint = opts.hint
    this.nodeId = opts.nodeId
  }

  /** The same failure, pointing at a node; an id that is already there stays. */
  at(nodeId: string): StudioError {
    if (this.nodeId !== undefined) return this
    const error = new StudioError(this.code, this.message, { hint: this.hint, nodeId, cause: this.cause })
    error.stack = this.stack
    return error
  }

  /** The same failure with the name of the file it is about in front; a missing file's sentence has its path already. */
  about(file: string): StudioError {
    if (this.code === 'asset/missing') return this
    const error = new StudioError(this.code, `${file}: ${this.message}`, {
      hint: this.hint,
      nodeId: this.nodeId,
      cause: this.cause,
    })
    error.stack = this.stack
    return error
  }

  toJSON(): ErrorJson {
    return { code: this.code, message: this.message, hint: this.hint, nodeId: this.nodeId }
  }

  static fromJSON(json: ErrorJson): StudioError {
    const error = new StudioError(json.code, json.message, { hint: json.hint, nodeId: json.nodeId })
    if (json.stack) error.stack = json.stack
    return error
  }
}

/** Thrown by everything that listens to `ctx.signal`; a cancelled run is not a failed one. */
export class CancelledError extends StudioError {
  constructor() {
    super('run/cancelled', 'The run was cancelled.')
    this.name = 'CancelledError'
  }
}

/** Nothing is left to do until a person approves what these nodes show; it is not a failure. */
export class WaitingError extends StudioError {
  constructor(
    readonly nodes: readonly string[],
    labels: readonly string[] = nodes,
  ) {
    super('run/waiting', `The run waits for somebody to approve ${labels.join(' and ')}.`, {
      nodeId: nodes[0],
    })
    this.name = 'WaitingError'
  }
}

/** Waits for work on a file the user brought; a failure then names the file, because a command takes several. */
export async function aboutFile<T>(file: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw error instanceof StudioError && !(error instanceof CancelledError) ? error.about(file) : error
  }
}

/** Answers of the system that another folder would mend. */
const REFUSALS = new Set('EACCES EPERM EROFS ENOENT ENOTDIR EISDIR EEXIST ELOOP ENAMETOOLONG'.split(' '))

/**
 * What the system says about a write it refused, as a sentence: a full disk and a forbidden folder are the user's to
 * mend. Undefined for any other failure.
 */
export function refusedWrite(cause: unknown, file: string): StudioError | undefined {
  const code = (cause as { code?: unknown } | null)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new StudioError('storage/full', `The disk is full: ${file} could not be written.`, {
      hint: 'Free some space and run again; what is finished is kept.',
      cause,
    })
  }
  if (typeof code !== 'string' || !REFUSALS.has(code)) return undefined
  return new StudioError('storage/unwritable', `${file} cannot be written (${code}).`, {
    hint: 'Choose a folder you may write to.',
    cause,
  })
}
