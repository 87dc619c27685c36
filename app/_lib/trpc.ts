'use client'
import { createTRPCClient, httpBatchLink } from '@trpc/client'
import { createTRPCContext } from '@trpc/tanstack-react-query'
import { type ErrorJson, StudioError } from '../../nodes/core/errors'
import type { AppRouter } from '../../server/trpc/root'

export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>()

export const makeTrpcClient = () =>
  createTRPCClient<AppRouter>({
    links: [httpBatchLink({ url: '/api/trpc', maxURLLength: 8000, maxItems: 20 })],
  })

/** The studio's own sentence and hint behind a failed call, or those of this page; a connection that failed says so. */
export function studioError(error: unknown): ErrorJson {
  const data = (error as { data?: { studio?: ErrorJson } }).data
  if (data?.studio) return data.studio
  if (error instanceof StudioError) return error.toJSON()
  return {
    code: 'internal',
    message: 'The studio cannot be reached.',
    hint: 'Check that it is still running; edits are kept on this device.',
  }
}
