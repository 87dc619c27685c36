import pino, { type Logger } from 'pino'

/** Lines of JSON on stderr: what went wrong, and with `verbose` each request. */
export const createLog = (opts: { verbose: boolean }): Logger =>
  pino({ level: opts.verbose ? 'info' : 'error', base: null }, pino.destination({ dest: 2, sync: true }))
