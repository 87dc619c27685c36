import { type Dispatcher, EnvHttpProxyAgent, request } from 'undici'
import { CancelledError, StudioError } from '../../nodes/core/errors'
import type { PackSource } from './pack'

/** What the hub says of a file in the headers of its first answer. */
export interface HubFile {
  size?: number
  /** Of files in large-file storage: all weights. */
  sha256?: string
}

export interface HubAnswer extends HubFile {
  status: number
  headers: Dispatcher.ResponseData['headers']
  body: Dispatcher.ResponseData['body']
  /** Who sent the body: often another host than the hub. */
  host: string
}

/** How long nothing at all may come before a request counts as broken, ms. */
const SILENCE_MS = 30_000

const MAX_REDIRECTS = 5

/**
 * The Hugging Face hub, or what stands in for it. It sends a file by redirecting to a signed address on another host,
 * which must never see the token.
 */
export class Hub {
  private readonly dispatcher: Dispatcher
  private readonly token: string | undefined

  constructor(
    readonly endpoint: URL,
    token?: string,
    silenceMs = SILENCE_MS,
  ) {
    this.token = isPrivate(endpoint) ? token : undefined
    this.dispatcher = proxyAgent(silenceMs)
  }

  get host(): string {
    return this.endpoint.host
  }

  get hasToken(): boolean {
    return this.token !== undefined
  }

  /** The first answer about a file, without its bytes. @throws StudioError `hub/…` */
  async look(source: PackSource, signal: AbortSignal): Promise<HubAnswer> {
    const answer = await this.follow('HEAD', source, {}, signal)
    await answer.body.dump()
    return answer
  }

  /** The bytes of a file, from `from` on when the server grants it and the file is still the one of `etag`. */
  open(source: PackSource, from: number, etag: string | undefined, signal: AbortSignal): Promise<HubAnswer> {
    const range: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {}
    if (from > 0 && etag) range['if-range'] = etag
    return this.follow('GET', source, range, signal)
  }

  close(): Promise<void> {
    return this.dispatcher.destroy()
  }

  private async follow(
    method: 'GET' | 'HEAD',
    source: PackSource,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<HubAnswer> {
    const path = source.path.split('/').map(encodeURIComponent).join('/')
    let url = new URL(
      `${this.endpoint.pathname.replace(/\/$/, '')}/${source.repo}/resolve/${source.revision}/${path}`,
      this.endpoint,
    )
    const known: HubFile = {}
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const isHub = url.origin === this.endpoint.origin
      const identity: Record<string, string> =
        isHub && this.token ? { authorization: `Bearer ${this.token}` } : {}
      const answer = await this.ask(url, {
        method,
        signal,
        headers: { 'user-agent': 'mmgt-studio', 'accept-encoding': 'identity', ...headers, ...identity },
      })
      if (isHub) Object.assign(known, linkedFile(answer.headers))
      const next =
        answer.statusCode >= 300 && answer.statusCode < 400 ? header(answer.headers, 'location') : undefined
      if (next === undefined) {
        const size =
          known.size ??
          (answer.statusCode === 200 ? numberOf(header(answer.headers, 'content-length')) : undefined)
        return {
          ...known,
          size,
          status: answer.statusCode,
          headers: answer.headers,
          body: answer.body,
          host: url.host,
        }
      }
      await answer.body.dump()
      // The first answer of the hub says all that `look` is for; the address behind it may know no HEAD.
      if (method === 'HEAD' && isHub && known.sha256 && known.size !== undefined) {
        return { ...known, status: 200, headers: answer.headers, body: answer.body, host: url.host }
      }
      url = checkedRedirect(url, next)
    }
    throw new StudioError(
      'hub/redirects',
      `${this.host} redirects ${source.repo}/${source.path} more than ${MAX_REDIRECTS} times.`,
    )
  }

  private async ask(url: URL, options: Omit<NonNullable<Parameters<typeof request>[1]>, 'dispatcher'>) {
    try {
      const answer = await request(url, { ...options, dispatcher: this.dispatcher })
      answer.body.on('error', () => {}) // whoever reads it gets the error; it may come before anybody does
      return answer
    } catch (cause) {
      if ((options.signal as AbortSignal).aborted) throw new CancelledError()
      throw unreachable(url.host, cause)
    }
  }
}

/**
 * The hub as the environment describes it: `HF_ENDPOINT`, `HF_TOKEN`, and proxies as other tools read them
 * (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`, or in small letters).
 *
 * @throws StudioError `usage/endpoint`
 */
export function hubFromEnvironment(env: Record<string, string | undefined> = process.env): Hub {
  const text = env.HF_ENDPOINT?.trim() || 'https://huggingface.co'
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new StudioError(
      'usage/endpoint',
      `HF_ENDPOINT is "${text.slice(0, 100)}", which is not a web address.`,
      {
        hint: 'An example: https://huggingface.co. Without it that one is used.',
      },
    )
  }
  return new Hub(new URL(text), env.HF_TOKEN?.trim() || undefined)
}

/** A lost connection may come back: the caller tries again. */
export function unreachable(host: string, cause: unknown): StudioError {
  const { code, message } = cause as { code?: string; message?: string }
  return new StudioError('hub/unreachable', `The connection to ${host} failed (${code ?? message}).`, {
    hint: 'Check the network, and HTTPS_PROXY if you are behind a proxy; HF_ENDPOINT names another host.',
    cause,
  })
}

/** Whether nobody on the way can read what is sent. */
const isPrivate = ({ protocol, hostname }: URL) =>
  protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)

function checkedRedirect(from: URL, location: string): URL {
  const to = URL.canParse(location, from) ? new URL(location, from) : undefined
  if (to?.protocol === 'https:' || (to?.protocol === 'http:' && from.protocol === 'http:')) return to
  throw new StudioError(
    'hub/redirects',
    `${from.host} redirects to an address that is not safe to follow (${to?.protocol ?? 'unreadable'}).`,
  )
}

function linkedFile(headers: Dispatcher.ResponseData['headers']): HubFile {
  const tag = header(headers, 'x-linked-etag')?.replace(/^W\//, '').replaceAll('"', '').toLowerCase()
  const size = numberOf(header(headers, 'x-linked-size'))
  return {
    ...(tag && /^[0-9a-f]{64}$/.test(tag) ? { sha256: tag } : {}),
    ...(size === undefined ? {} : { size }),
  }
}

export function header(headers: Dispatcher.ResponseData['headers'], name: string): string | undefined {
  const value = headers[name]
  return Array.isArray(value) ? value[0] : value
}

const numberOf = (text: string | undefined) =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined

/** undici calls its proxy agent experimental with a warning on stderr; its behaviour is what we pin the version for. */
function proxyAgent(silenceMs: number): Dispatcher {
  const warn = process.emitWarning
  process.emitWarning = () => {}
  try {
    return new EnvHttpProxyAgent({
      headersTimeout: silenceMs,
      bodyTimeout: silenceMs,
      connect: { timeout: silenceMs },
    })
  } finally {
    process.emitWarning = warn
  }
}
