/** What a failure is about; the part after the slash says what went wrong. */
export type ModelErrorCode = `${'graph' | 'weights' | 'network' | 'runtime'}/${string}`

/** A failure in a network or its weights. The message has the actual values, the hint what to do next. */
export class ModelError extends Error {
  readonly code: ModelErrorCode
  readonly hint: string | undefined

  constructor(code: ModelErrorCode, message: string, opts: { hint?: string; cause?: unknown } = {}) {
    super(message, opts.cause === undefined ? undefined : { cause: opts.cause })
    this.name = 'ModelError'
    this.code = code
    this.hint = opts.hint
  }

  toJSON() {
    return { code: this.code, message: this.message, hint: this.hint }
  }
}
