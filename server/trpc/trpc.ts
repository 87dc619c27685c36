import { initTRPC } from '@trpc/server'
import { StudioError, toErrorJson } from '../../nodes/core/errors'
import type { Services } from '../services'

/** What a procedure gets: the services of the studio, and later whoever is asking. */
export interface TrpcContext {
  services: Services
}

const t = initTRPC.context<TrpcContext>().create({
  errorFormatter({ shape, error }) {
    // The sentence and its hint travel; a stack never does.
    const { stack: _, ...studio } = toErrorJson(error.cause instanceof StudioError ? error.cause : error)
    return { ...shape, data: { ...shape.data, stack: undefined, studio } }
  },
})

export const router = t.router
export const procedure = t.procedure
