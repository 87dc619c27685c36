import { StudioError } from '../../nodes/core/errors'
import type { Download } from './download'
import { type Hub, type HubAnswer, header } from './hub'
import { Wait } from './patience'

/** Why a server gave no bytes, as one sentence; wrapped in a `Wait` when the same question may be answered later. */
export function refusal(
  hub: Hub,
  file: Pick<Download, 'source' | 'name'>,
  answer: HubAnswer,
): StudioError | Wait {
  const { status, host } = answer
  const { repo, revision, path } = file.source
  switch (status) {
    case 401:
    case 403:
      // The signed address of a file expires; the hub gives a new one.
      if (host !== hub.host) return new Wait(failed(host, file.name, status))
      return new StudioError(
        'hub/refused',
        `${host} does not let ${hub.hasToken ? 'this token' : 'a stranger'} read ${repo} (${status}).`,
        {
          hint: hub.hasToken
            ? `Ask for access on ${hub.endpoint.origin}/${repo}, and check that the token in HF_TOKEN may read it.`
            : `Ask for access on ${hub.endpoint.origin}/${repo} and set HF_TOKEN to a token of yours; the repository may also be gone.`,
        },
      )
    case 404:
    case 410:
      return new StudioError(
        'hub/missing',
        `${host} has no file ${path} in ${repo} at ${revision} (${status}).`,
        {
          hint: 'It was moved or removed. If you have the file, use it where it lies: mmgt models add FOLDER.',
        },
      )
    case 429: {
      const askedMs = retryAfterMs(header(answer.headers, 'retry-after'))
      const wait = askedMs === undefined ? '' : ` and asks to wait ${Math.ceil(askedMs / 1000)} s`
      const busy = new StudioError('hub/busy', `${host} gets too many requests from here${wait} (429).`, {
        hint: 'Try again later: it goes on where it stopped.',
      })
      return new Wait(busy, askedMs)
    }
    default: {
      const error = failed(host, file.name, status)
      return status >= 500 || status === 408
        ? new Wait(error, retryAfterMs(header(answer.headers, 'retry-after')))
        : error
    }
  }
}

export const failed = (host: string, name: string, status: number) =>
  new StudioError('hub/failed', `${host} answered ${status} instead of sending ${name}.`, {
    hint: 'Try again later: it goes on where it stopped.',
  })

/** Seconds or a date, as milliseconds from now. */
function retryAfterMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d+$/.test(text)) return Number(text) * 1000
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now())
}
