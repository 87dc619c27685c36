import { initTRPC, TRPCError } from '@trpc/server'
import { ZodError } from 'zod'
import { type ErrorJson, StudioError, toErrorJson } from '../../nodes/core/errors'
import type { Services } from '../services'

/** What a procedure gets: the services of the studio, and later whoever is asking. */
export interface TrpcContext {
  services: Services
}

/** HTTP answers to failures people cause or can mend; everything else is 500. */
function codeOf({ code }: StudioError): TRPCError['code'] {
  if (code.endsWith('/not-found') || code === 'asset/missing') return 'NOT_FOUND'
  if (code === 'internal' || code.startsWith('storage/') || code.startsWith('worker/'))
    return 'INTERNAL_SERVER_ERROR'
  return 'BAD_REQUEST'
}

function sentenceOf(error: TRPCError): ErrorJson {
  const { cause } = error
  if (cause instanceof ZodError) {
    const { path, message } = cause.issues[0]
    return {
      code: 'usage/wrong',
      message: `${path.join('.') || 'The call'} is not valid: ${message.replace(/\.$/, '')}.`,
      hint: 'Reload the page; it may be older than the studio.',
    }
  }
  const { stack: _, ...json } = toErrorJson(cause instanceof Error ? cause : error)
  return json
}

const t = initTRPC.context<TrpcContext>().create({
  errorFormatter({ shape, error }) {
    // The sentence and its hint travel; a stack never does.
    const studio = sentenceOf(error)
    return { ...shape, message: studio.message, data: { ...shape.data, stack: undefined, studio } }
  },
})

/** The one place where failures become HTTP codes. */
const translate = t.middleware(async ({ next }) => {
  const result = await next()
  if (result.ok || !(result.error.cause instanceof StudioError)) return result
  const { cause } = result.error
  throw new TRPCError({ code: codeOf(cause), message: cause.message, cause })
})

export const router = t.router
export const procedure = t.procedure.use(translate)
